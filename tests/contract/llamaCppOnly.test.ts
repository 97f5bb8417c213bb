import { expect, it } from 'vitest';
import { llamaCppTypesOf, requireTensors } from '../../main/contract/llamaCppOnly.ts';
import { graftErrorOf } from '../support/graftErrors.ts';

it('a model that llama.cpp alone reads is refused for everything else, by its types', () => {
  const model = {
    name: 'small',
    notices: [{ kind: 'ownHead' as const }, { kind: 'llamaCppOnly' as const, types: ['IQ2_S', 'IQ4_NL'] }],
  };
  expect(llamaCppTypesOf(model)).toEqual(['IQ2_S', 'IQ4_NL']);
  const error = graftErrorOf(() => requireTensors(model, 'trained'));
  expect(error).toMatchObject({ code: 'unsupported', data: { field: 'model' } });
  expect(error.message).toBe(
    'small holds weights in IQ2_S, IQ4_NL, which llama.cpp alone reads: it cannot be trained.',
  );
});

it('others are not', () => {
  expect(llamaCppTypesOf({ notices: [{ kind: 'ownHead' }] })).toBeUndefined();
  requireTensors({ name: 'plain', notices: [] }, 'trained');
});
