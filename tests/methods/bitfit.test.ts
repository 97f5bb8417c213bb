/** Which biases BitFit trains: those of its published code by name, a pooler's where the base has one. */
import { expect, test } from 'vitest';
import { bertFamily, robertaFamily } from '../../main/contract/families/bert.ts';
import { gpt2Family } from '../../main/contract/families/gpt2.ts';
import type { ModelShape } from '../../main/contract/families/family.ts';
import type { HostTensor } from '../../main/engine/adapters/adapterMethod.ts';
import { getAdapterMethod } from '../../main/engine/adapters/registry.ts';
import { constant } from '../../main/engine/adapters/draws.ts';
import { type BitfitOptions, bitfitOptionsSchema, bitfitSpec } from '../../main/methods/bitfit/spec.ts';
import { countTrained } from '../../main/methods/tensorSpec.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { tinyShape } from '../engine/adapters/tinyLlama.ts';
import { initAdapter } from '../support/initAdapter.ts';

const bert = bertFamily.parseConfig({ vocab_size: 30_522 }, 'config.json');
const roberta = robertaFamily.parseConfig({ vocab_size: 50_265 }, 'config.json');
const gpt2 = gpt2Family.parseConfig({ vocab_size: 64 }, 'config.json');
const pooler = 'bert.pooler.dense.bias';

function optionsOf(...biasTerms: BitfitOptions['biasTerms']): BitfitOptions {
  return bitfitOptionsSchema.parse(biasTerms.length === 0 ? {} : { biasTerms });
}

const count = (shape: ModelShape, options: BitfitOptions) => countTrained(bitfitSpec.tensors(options, [], shape));

test('counts are the papers', () => {
  expect(count(roberta, optionsOf())).toBe(102_144);
  expect(count(bert, optionsOf())).toBe(102_912);
});

test('words are ends of names: output is after attention too, and a pooler comes with any', () => {
  const names = (options: BitfitOptions) =>
    bitfitSpec
      .tensors(options, [], bert)
      .map(({ name }) => name)
      .filter((name) => !/layer\.([1-9]|1\d)\./.test(name));
  expect(names(optionsOf('query', 'output_layernorm'))).toEqual([
    'bert.encoder.layer.0.attention.self.query.bias',
    'bert.encoder.layer.0.attention.output.LayerNorm.bias',
    'bert.encoder.layer.0.output.LayerNorm.bias',
    pooler,
  ]);
  expect(names(optionsOf('output'))).toHaveLength(3);
  expect(count(gpt2, optionsOf('output', 'attention_layernorm'))).toBe(12 * 3 * 768);
});

test('a word that finds nothing is named before anything runs', async () => {
  expect(bitfitSpec.check(optionsOf('query'), gpt2.linears, gpt2).map(({ field }) => field)).toEqual(['biasTerms']);
  expect(bitfitSpec.check(optionsOf('query', 'intermediate'), bert.linears, bert)).toEqual([]);
  const unbiased = gpt2.linears.map(({ bias: _none, ...linear }) => linear);
  expect(bitfitSpec.check(optionsOf(), unbiased, null).map(({ field }) => field)).toEqual(['method']);
  const error = await graftErrorOfAsync(async () =>
    initAdapter('bitfit', { options: optionsOf('output_layernorm'), targets: [], shape: tinyShape }),
  );
  expect([error.code, error.data.field]).toEqual(['unsupported', 'biasTerms']);
});

test.each([true, false])('of a BERT with a pooler: %s', async (hasPooler) => {
  const rows = bitfitSpec.tensors(optionsOf(), [], bert).filter(({ name }) => hasPooler || name !== pooler);
  const weights = new Map<string, HostTensor>(rows.map(({ name, shape }) => [name, constant(shape, 1)]));
  const made = await initAdapter('bitfit', { options: optionsOf(), targets: bert.linears, shape: bert, weights });
  expect(Object.keys(made.trained)).toEqual([...weights.keys()]);
  const method = getAdapterMethod('bitfit');
  const read = method.fromPeft(method.toPeft({ ...made, forEncoder: true }, 'base'), bert);
  expect(Object.keys(read.trained)).toEqual([...weights.keys()]);
  expect(read.replaced?.names).toEqual([...weights.keys()]);
});
