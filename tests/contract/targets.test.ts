/** PEFT's matching rules. Catches `proj` matching `q_proj`, a partial regular expression, a hang on a hostile one. */
import { fc } from '../support/properties.ts';
import { describe, expect, test } from 'vitest';
import { GraftError } from '../../main/contract/errors.ts';
import { parsePythonRegex } from '../../main/contract/pythonRegex.ts';
import { matchTargets } from '../../main/contract/targets.ts';
import type { TargetSpec } from '../../main/contract/targets.ts';

const linears = [0, 1, 2].flatMap((layer) =>
  ['self_attn.q_proj', 'self_attn.v_proj', 'mlp.up_proj'].map((name) => ({
    name: `model.layers.${layer}.${name}`,
    inFeatures: 8,
    outFeatures: 8,
  })),
);

function match(spec: TargetSpec): string[] {
  return matchTargets(linears, spec).map(({ name }) => name.replace('model.layers.', ''));
}

describe('matchTargets', () => {
  test.each<[string, TargetSpec, string[]]>([
    ['suffixes', { targets: ['q_proj'] }, ['0.self_attn.q_proj', '1.self_attn.q_proj', '2.self_attn.q_proj']],
    ['a suffix of several parts', { targets: ['1.mlp.up_proj'] }, ['1.mlp.up_proj']],
    ['a full name', { targets: ['model.layers.2.mlp.up_proj'] }, ['2.mlp.up_proj']],
    [
      'a regular expression for the whole name',
      { targets: '.*\\.0\\..*q_proj|.*2.*up_proj' },
      ['0.self_attn.q_proj', '2.mlp.up_proj'],
    ],
    [
      'Python group names',
      { targets: '.*(?P<kind>[qv])_proj', excludeModules: '.*[01].*' },
      ['2.self_attn.q_proj', '2.self_attn.v_proj'],
    ],
    [
      'exclusions by suffix',
      { targets: 'all-linear', excludeModules: ['q_proj', 'mlp.up_proj'] },
      ['0.self_attn.v_proj', '1.self_attn.v_proj', '2.self_attn.v_proj'],
    ],
    ['layers', { targets: ['up_proj'], layersToTransform: [0, 2] }, ['0.mlp.up_proj', '2.mlp.up_proj']],
    ['layers by pattern', { targets: ['up_proj'], layersToTransform: [1], layersPattern: 'layers' }, ['1.mlp.up_proj']],
    [
      'layers of all-linear',
      { targets: 'ALL-LINEAR', layersToTransform: [1], excludeModules: ['v_proj'] },
      ['1.self_attn.q_proj', '1.mlp.up_proj'],
    ],
    [
      'a full name whatever the layers',
      { targets: ['model.layers.2.mlp.up_proj', 'q_proj'], layersToTransform: [0] },
      ['0.self_attn.q_proj', '2.mlp.up_proj'],
    ],
  ])('%s', (_name, spec, expected) => {
    expect(match(spec)).toEqual(expected);
  });

  test('all-linear is everything', () => {
    expect(match({ targets: 'all-linear' })).toHaveLength(linears.length);
  });

  test.each<TargetSpec>([
    { targets: ['proj'] },
    { targets: 'q_proj' },
    { targets: [] },
    { targets: ['q_proj'], layersToTransform: [7] },
    { targets: ['q_proj'], excludeModules: ['q_proj'] },
  ])('nothing matches %j: the error lists what there is', (spec) => {
    expect(() => match(spec)).toThrow('q_proj, v_proj, up_proj');
  });

  test.each<TargetSpec>([
    { targets: '.*q_proj', layersToTransform: [0] },
    { targets: ['q_proj'], layersPattern: ['layers'] },
    { targets: '(' },
    { targets: '(.+)+x' },
    { targets: '(a|a)*b' },
    { targets: `${'.*'.repeat(20)}x` },
    { targets: 'a'.repeat(5000) },
  ])('%j is refused', (spec) => {
    expect(() => match(spec)).toThrow(GraftError);
  });
});

test('an expression for any text either comes back or is a GraftError', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[ab.*+?|()[\]{},\\^$0-9]{0,40}$/)), (pattern) => {
      try {
        return parsePythonRegex(pattern, 'targets').test('model.layers.0.self_attn.q_proj') || true;
      } catch (error) {
        return error instanceof GraftError;
      }
    }),
  );
});
