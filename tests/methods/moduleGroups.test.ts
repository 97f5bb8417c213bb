import { expect, test } from 'vitest';
import { blockOf, moduleGroups } from '../../main/methods/moduleGroups.ts';

test('a module is of the block whose number is in its path, and of the group of what follows', () => {
  expect(blockOf('model.layers.3.self_attn.q_proj')).toEqual({ block: 3, group: 'self_attn.q_proj' });
  expect(blockOf('bert.pooler.dense')).toEqual({ block: null, group: 'bert.pooler.dense' });
});

test('groups follow the blocks, and names that end alike are not one', () => {
  const of = (...names: string[]) => names.map((name) => ({ name }));
  const encoder = 'roberta.encoder.layer';
  const targets = of(
    ...[`${encoder}.10.output.dense`, `${encoder}.2.output.dense`, `${encoder}.2.attention.output.dense`],
    'roberta.pooler.dense',
  );
  const groups = [...moduleGroups(targets)].map(([id, members]) => [id, members.map(({ name }) => name)]);
  expect(Object.fromEntries(groups)).toEqual({
    'output.dense': [`${encoder}.2.output.dense`, `${encoder}.10.output.dense`],
    'attention.output.dense': [`${encoder}.2.attention.output.dense`],
    'roberta.pooler.dense': ['roberta.pooler.dense'],
  });
});
