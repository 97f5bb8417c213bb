/**
 * What an adapter can do beside adding to a linear layer: add to a sublayer or a block at the right side of residual
 * and norm, and read what earlier blocks had. Logits against the reference implementations; gradients against finite
 * differences, with recomputation as without; rows of a batch in chunks and token by token as in one pass.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { BoundAdapter } from '../../../main/engine/adapters/adapterMethod.ts';
import type { Backend } from '../../../main/engine/backends/backend.ts';
import type { EncoderInputs } from '../../../main/engine/models/encoderModel.ts';
import { encoderArrays, encoderTensors } from '../../../main/engine/models/encoderRows.ts';
import { loadEncoder } from '../../../main/engine/models/loadEncoder.ts';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { outsideBlocks, throughBlocks } from '../../../main/engine/models/throughBlocks.ts';
import { createRandom } from '../../../main/engine/random.ts';
import { tf, type NamedTensorMap, type Tensor } from '../../../main/engine/tf.ts';
import { aligned } from '../../../main/engine/adapters/peftNames.ts';
import { readTensorFile } from '../../../main/formats/peftFolder.ts';
import { floatsFromBytes } from '../../../main/formats/safetensors.ts';
import { openTestBackend, tensorflowMissing } from '../../support/backends.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { decodeInRows } from './cachedDecode.ts';
import { type Subject, subjectOf, worstRecomputeError, worstSlopeError } from './slopes.ts';
import { readWideAdapter } from './wideAdapters.ts';

interface Reference {
  readonly base: string;
  readonly input_ids: readonly (readonly number[])[];
  readonly attention_mask?: readonly (readonly number[])[];
}

const decoders = [
  ...['adapter_h/gpt2', 'adapter_p/llama', 'adapter_l/llama', 'adapter_l/gpt2'],
  ...['reslora/is_all', 'reslora/ms_all', 'reslora/ms_attn'],
];
/** One of each kind. */
const trainedDecoders = ['adapter_p/llama', 'adapter_l/gpt2', 'reslora/is_all', 'reslora/ms_attn'];
const encoders = ['adapter_h/roberta', 'adapter_p/roberta'];
const onFastBackend = (): Promise<Backend> => openTestBackend(tensorflowMissing === null ? 'tensorflow' : 'wasm');

function readReference(name: string): Reference & { readonly logits: Float32Array; readonly dir: string } {
  const reference = JSON.parse(readFileSync(fixturePath(`methods/${name}/reference.json`), 'utf8')) as Reference;
  const own = reference.base === 'tiny_llama_4l';
  const stored = readTensorFile(fixturePath(`methods/${name}/reference.safetensors`)).tensors.get('logits_final');
  const logits = floatsFromBytes('F32', aligned(stored?.data ?? new Uint8Array(0)));
  return { ...reference, logits, dir: fixturePath(own ? `methods/${reference.base}` : reference.base) };
}

/** As tensors of the current backend. */
function upload({ values }: ReturnType<typeof readWideAdapter>): NamedTensorMap {
  return Object.fromEntries(
    Object.entries(values).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
}

test.each(decoders)('%s: the logits of its reference, in one pass and from the cache', async (name) => {
  await openTestBackend('cpu');
  const { dir, input_ids: ids, logits } = readReference(name);
  const model = loadModel(await openTestBackend('cpu'), dir);
  const wide = readWideAdapter(name);
  const adapter = wide.bind(upload(wide));
  const hidden = model.hidden(tf.tensor2d(ids as number[][], undefined, 'int32'), { adapter });
  expect(relativeError(model.logits(hidden, adapter).dataSync(), logits)).toBeLessThan(1e-5);
  expect(relativeError((await decodeInRows(model, ids, adapter)).flat(2), logits)).toBeLessThan(1e-5);
  model.dispose();
});

/** Inputs, and the head that was trained with the adapter. */
function encoderCase(name: string) {
  const { input_ids: ids, attention_mask: mask, logits, dir } = readReference(name);
  const rows = ids.map((row, index) => ({ ids: row, secondStart: row.length, mask: mask?.[index] }));
  return { rows, length: ids[0].length, logits, dir };
}

test.each(encoders)('%s: the logits of its reference', async (name) => {
  const model = loadEncoder(await openTestBackend('cpu'), encoderCase(name).dir);
  const { rows, length, logits } = encoderCase(name);
  const wide = readWideAdapter(name);
  const tensors = upload(wide);
  const hidden = model.hidden(encoderTensors(encoderArrays(model.shape, rows, length)), {
    adapter: wide.bind(tensors),
  });
  expect(relativeError(model.logits(hidden, length, tensors).dataSync(), logits)).toBeLessThan(1e-5);
  model.dispose();
});

/** Larger than trained ones, so that slopes stand out from rounding. */
function drawn({ values }: ReturnType<typeof readWideAdapter>): ReturnType<typeof readWideAdapter>['values'] {
  const random = createRandom(7, 'wide adapters');
  const entries = Object.entries(values).map(([name, { shape, data }]) => {
    return [name, { shape, data: data.map(() => random() - 0.5) }] as const;
  });
  return Object.fromEntries(entries);
}

async function expectGradients(subject: Subject): Promise<void> {
  const { kind, error } = await worstSlopeError(subject);
  expect(error, kind).toBeLessThan(0.05);
  const recomputed = await worstRecomputeError(subject);
  expect(recomputed.error, recomputed.tensor).toBeLessThan(1e-5);
}

test.each(trainedDecoders)('%s: gradients, recomputed or not', async (name) => {
  const backend = await onFastBackend();
  const { dir, input_ids: ids } = readReference(name);
  const model = loadModel(backend, dir);
  const wide = readWideAdapter(name);
  await expectGradients(
    subjectOf(backend, drawn(wide), {
      batch: {
        ids: tf.tensor2d(ids as number[][], undefined, 'int32'),
        targets: tf.tensor1d(ids.flatMap((row) => [...row.slice(1), 0]), 'int32'), // oxfmt-ignore
        weights: tf.tensor1d(ids.flatMap((row) => row.map((_, at) => (at < row.length - 1 ? 1 : 0)))),
      },
      bind: wide.bind,
      loss: (inputs, adapter, { recompute }) => {
        const hidden = model.hidden(inputs.ids, { adapter, recompute });
        return model.crossEntropySum(hidden, inputs.targets, inputs.weights, adapter);
      },
    }),
  );
  model.dispose();
});

test.each(['adapter_p/roberta'])('%s: gradients, recomputed or not', async (name) => {
  const backend = await onFastBackend();
  const { rows, length, dir } = encoderCase(name);
  const model = loadEncoder(backend, dir);
  const wide = readWideAdapter(name);
  await expectGradients(
    subjectOf(backend, drawn(wide), {
      batch: encoderTensors(encoderArrays(model.shape, rows, length)),
      bind: wide.bind,
      loss: (inputs, adapter, { tensors, recompute }) => {
        const hidden = model.hidden(inputs as unknown as EncoderInputs, { adapter, recompute });
        return model.logits(hidden, length, tensors, { adapter }).square().sum();
      },
    }),
  );
  model.dispose();
});

test('two passes after one another carry nothing from one into the other', async () => {
  const model = loadModel(await openTestBackend('cpu'), readReference('reslora/is_all').dir);
  const wide = readWideAdapter('reslora/is_all');
  const adapter = wide.bind(upload(wide));
  const logitsOf = (ids: number[]): Float32Array =>
    model.logits(model.hidden(tf.tensor2d([ids], undefined, 'int32'), { adapter })).dataSync() as Float32Array;
  const alone = logitsOf([5, 9, 2]);
  logitsOf([40, 1, 33]);
  expect(logitsOf([5, 9, 2])).toEqual(alone);
  model.dispose();
});

test('a block that reads what none has handed on is told so', () => {
  const adapter: BoundAdapter = { deltas: () => [], carries: () => ['nothing'], tensorsUnder: () => [] };
  const pass = (): Tensor => throughBlocks(tf.zeros([1, 2]), ['layer.0.'], { adapter }, (x) => x);
  expect(pass).toThrow('nothing');
  expect(() => outsideBlocks.handOn('x', tf.zeros([1, 2]))).toThrow('no block follows');
});
