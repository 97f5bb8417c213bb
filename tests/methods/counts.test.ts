/**
 * Parameter and storage counts against the papers' tables (spec §A.10, §B.6). Catches a forgotten factor, or d and b
 * swapped.
 */
import { describe, expect, test } from 'vitest';
import type { LinearShape } from '../../main/contract/families/family.ts';
import { fullSpec } from '../../main/methods/full/spec.ts';
import { loraOptionsSchema, loraRank, loraScale, loraSpec } from '../../main/methods/lora/spec.ts';
import { vbloraOptionsSchema, vbloraSpec } from '../../main/methods/vblora/spec.ts';
import { countStoredBytes, countTrained, elementCount, storedTensors } from '../../main/methods/tensorSpec.ts';
import { veraOptionsSchema, veraSpec } from '../../main/methods/vera/spec.ts';
import { tinyShape } from '../engine/adapters/tinyLlama.ts';

/** `layers` layers with linears of the given (in, out). */
function linears(layers: number, ...sizes: readonly (readonly [number, number])[]): LinearShape[] {
  return Array.from({ length: layers }, (_, layer) =>
    sizes.map(([inFeatures, outFeatures], i) => ({
      name: `model.layers.${layer}.linear${i}`,
      inFeatures,
      outFeatures,
    })),
  ).flat();
}

function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

const robertaBase = linears(12, [768, 768], [768, 768]);
const robertaLarge = linears(24, [1024, 1024], [1024, 1024]);
const robertaBaseAll = linears(12, ...times(4, [768, 768] as const), [768, 3072], [3072, 768]);
const robertaLargeAll = linears(24, ...times(4, [1024, 1024] as const), [1024, 4096], [4096, 1024]);
const llama7b = linears(32, ...times(4, [4096, 4096] as const), [4096, 11008], [4096, 11008], [11008, 4096]);
const mistral7b = linears(
  32,
  [4096, 4096],
  [4096, 1024],
  [4096, 1024],
  [4096, 4096],
  [4096, 14336],
  [4096, 14336],
  [14336, 4096],
);

describe('VeRA', () => {
  test.each([
    ['RoBERTa-base, r 1024', robertaBase, 1024, 43_008],
    ['RoBERTa-large, r 256', robertaLarge, 256, 61_440],
    ['GPT-2 M, r 1024', robertaLarge, 1024, 98_304],
    ['GPT-2 L, r 1024', linears(36, [1280, 1280], [1280, 1280]), 1024, 165_888],
    ['Llama-2 7B, all linear, r 256', llama7b, 256, 1_417_216],
    ['Llama-2 7B, all linear, r 1024', llama7b, 1024, 1_589_248],
  ])('%s', (_name, targets, rank, parameters) => {
    const options = veraOptionsSchema.parse({ rank, saveProjection: false });
    const tensors = veraSpec.tensors(options, targets, tinyShape);
    expect(countTrained(tensors)).toBe(parameters);
    expect(countStoredBytes(tensors)).toBe(4 * parameters);
  });

  test('saved projections count in bytes, at the largest sizes', () => {
    const options = veraOptionsSchema.parse({ rank: 8 });
    const tensors = veraSpec.tensors(options, linears(1, [32, 64], [64, 32]), tinyShape);
    expect(countStoredBytes(tensors)).toBe(4 * (8 + 64 + 8 + 32 + 8 * 64 + 64 * 8));
  });
});

describe('VB-LoRA', () => {
  test.each([
    ['RoBERTa-base, q and v', robertaBase, { numVectors: 90 }, 23_904],
    ['RoBERTa-base, all', robertaBaseAll, { numVectors: 90 }, 26_928],
    ['RoBERTa-large, q and v', robertaLarge, { numVectors: 90 }, 25_344],
    ['RoBERTa-large, all', robertaLargeAll, { numVectors: 90 }, 33_408],
    ['GPT-2 M', robertaLargeAll, { numVectors: 256 }, 75_904],
    ['Mistral 7B', mistral7b, { numVectors: 2048 }, 647_168],
  ])('%s', (_name, targets, sizes, parameters) => {
    const options = vbloraOptionsSchema.parse({ ...sizes, saveOnlyTopkWeights: true });
    // The papers' figures take an index as one byte up to 256 vectors and as a whole number beyond.
    const indexSize = sizes.numVectors <= 256 ? 0.25 : 1;
    const stored = vbloraSpec.tensors(options, targets, tinyShape).flatMap(storedTensors);
    const counted = stored.map(({ shape, dtype }) => elementCount(shape) * (dtype === 'F32' ? 1 : indexSize));
    expect(counted.reduce((sum, each) => sum + each, 0)).toBe(parameters);
  });

  test('trained are the bank and all logits; 256 vectors take two bytes an index in the file', () => {
    const options = vbloraOptionsSchema.parse({ saveOnlyTopkWeights: true });
    const subVectors = 2 * 2 * 12 * 4 * 3;
    const topk = vbloraSpec.tensors(options, robertaBase, tinyShape);
    const whole = vbloraSpec.tensors({ ...options, saveOnlyTopkWeights: false }, robertaBase, tinyShape);
    expect(countTrained(topk)).toBe(256 * 256 + subVectors * 256);
    expect(countStoredBytes(topk)).toBe(4 * 256 * 256 + subVectors * (4 + 2 * 2));
    expect(countStoredBytes(whole)).toBe(4 * (256 * 256 + subVectors * 256));
  });

  test('a length that does not divide is reported with ones that do', () => {
    const problems = vbloraSpec.check(
      vbloraOptionsSchema.parse({ topk: 300 }),
      linears(1, [576, 192], [576, 1536]),
      null,
    );
    expect(problems.map(({ field }) => field)).toEqual(['topk', 'vectorLength']);
    expect(problems[1].message).toContain('576, 192. These do: 192, 96, 64');
  });
});

describe('LoRA', () => {
  test('RoBERTa-base, q and v, r 8', () => {
    const options = loraOptionsSchema.parse({});
    const tensors = loraSpec.tensors(options, robertaBase, tinyShape);
    expect([countTrained(tensors), countStoredBytes(tensors)]).toEqual([294_912, 4 * 294_912]);
  });

  test('patterns: the first that ends the name wins, at the start or after a dot', () => {
    const options = loraOptionsSchema.parse({
      rank: 8,
      alpha: 16,
      rankPattern: { 'layers\\.0\\..*': 4, linear0: 2, near1: 3 },
      alphaPattern: { linear0: 6 },
    });
    expect(
      ['model.layers.0.linear0', 'model.layers.1.linear0', 'model.layers.1.linear1'].map((name) =>
        loraRank(options, name),
      ),
    ).toEqual([4, 2, 8]);
    expect(loraScale(options, 'model.layers.1.linear0')).toBe(3);
    expect(loraScale({ ...options, rslora: true }, 'model.layers.1.linear1')).toBeCloseTo(16 / Math.sqrt(8), 12);
  });

  test('a pattern that is no expression is a problem, not a crash', () => {
    expect(
      loraSpec.check(loraOptionsSchema.parse({ rankPattern: { '(': 4 } }), [], null).map(({ field }) => field),
    ).toEqual(['rankPattern']);
  });
});

test('full fine-tuning counts every weight of the model, whatever its layers', () => {
  expect(countTrained(fullSpec.tensors({}, [], tinyShape))).toBe(tinyShape.parameterCount);
});
