/** The head alone: what is given for its rate, what it keeps for the backward pass, which models it is for. */
import { expect, test } from 'vitest';
import { bertFamily } from '../../main/contract/families/bert.ts';
import { resolveTraining } from '../../main/contract/resolveTraining.ts';
import { trainingSchema } from '../../main/contract/training.ts';
import { headOptionsSchema, headSpec } from '../../main/methods/head/spec.ts';
import { isForKind, type MethodSpec } from '../../main/methods/methodSpec.ts';
import { getMethodSpec } from '../../main/methods/registry.ts';
import { estimateRun } from '../../main/studio/machine/estimate.ts';
import { tinyShape } from '../engine/adapters/tinyLlama.ts';

const shape = bertFamily.parseConfig({ vocab_size: 1000, num_hidden_layers: 6 }, 'config.json');
const resolved = (asked: object, spec: MethodSpec = getMethodSpec('head')) =>
  resolveTraining(trainingSchema.parse(asked), { spec, shape, trainingPieces: 100 });

test('a learning rate is the head’s, since nothing else learns; beside an adapter it is not', () => {
  expect(resolved({}).learningRates).toEqual({ head: 5e-2 });
  expect(resolved({ learningRate: 1e-2 }).learningRates).toEqual({ head: 1e-2 });
  expect(resolved({ learningRate: 1e-2, headLearningRate: 2e-2 }).learningRates).toEqual({ head: 2e-2 });
  const { default: rate, head } = resolved({ learningRate: 1e-4 }, getMethodSpec('lora')).learningRates;
  expect(rate).toBe(1e-4);
  expect(head).not.toBe(1e-4);
});

test('nothing of the body is kept for the backward pass, so the estimate has one layer', () => {
  const activationsOf = (id: string): number => {
    const spec = getMethodSpec(id);
    const options = spec.options.parse({});
    const { memoryParts } = estimateRun({
      ...{ shape, spec, options, targets: [], training: resolved({}, spec), meanLength: 64, longestLength: 64 },
      settings: { backend: 'wasm', precision: 'float32', threads: 1 },
      knownTokensPerSecond: null,
    });
    return memoryParts.find(({ name }) => name === 'activations')?.bytes ?? NaN;
  };
  expect(activationsOf('head')).toBeGreaterThan(0);
  expect(activationsOf('head')).toBeLessThan(activationsOf('bitfit') / 4);
});

test('is for encoders alone', () => {
  expect(headSpec.tensors(headOptionsSchema.parse({}), shape.linears, shape)).toEqual([]);
  expect([isForKind(headSpec, shape), isForKind(headSpec, tinyShape)]).toEqual([true, false]);
});
