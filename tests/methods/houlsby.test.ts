/** Houlsby's adapters against the code behind the LoRA paper's tables and adapters 1.3. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { getAdapterMethod } from '../../main/engine/adapters/registry.ts';
import type { AdapterWeights } from '../../main/engine/adapters/adapterMethod.ts';
import { AdaptedLayers } from '../../main/engine/models/adaptedLayers.ts';
import { encoderArrays, encoderTensors } from '../../main/engine/models/encoderRows.ts';
import { loadEncoder } from '../../main/engine/models/loadEncoder.ts';
import { loadModel } from '../../main/engine/models/registry.ts';
import { outsideBlocks } from '../../main/engine/models/throughBlocks.ts';
import { tf, type Tensor } from '../../main/engine/tf.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { blocksOf, houlsbyOptionsSchema } from '../../main/methods/houlsby/spec.ts';
import { openTestBackend } from '../support/backends.ts';
import { fixturePath, relativeError } from '../support/fixtures.ts';
import { decodeInRows } from '../engine/models/cachedDecode.ts';
import { methodCase } from './methodCases.ts';

const method = getAdapterMethod('houlsby');

interface Golden {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

function upload(
  values: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>>,
) {
  const entries = Object.entries(values);
  return Object.fromEntries(entries.map(([name, { data, shape }]) => [name, tf.tensor(Array.from(data), [...shape])]));
}

function countOf({ trained, head }: AdapterWeights): number {
  const tensors = [...Object.values(trained), ...Object.values(head?.tensors ?? {})];
  return tensors.reduce((total, { data }) => total + data.length, 0);
}

describe.each(['init', 'final'])('%s', (of) => {
  test('GPT-2: the logits of the reference, in one pass and from the cache', async () => {
    const { ids, modelDir, logits, read, trainedParameters } = methodCase('adapter_h/gpt2');
    const model = loadModel(await openTestBackend('cpu'), modelDir);
    const weights = read(of, model.shape);
    expect(countOf(weights)).toBe(trainedParameters);
    const adapter = method.bind(weights, upload(weights.trained), {});
    const hidden = model.hidden(tf.tensor2d(ids as number[][], undefined, 'int32'), { adapter });
    expect(relativeError(model.logits(hidden).dataSync(), logits(of))).toBeLessThan(1e-5);
    expect(relativeError(decodeInRows(model, ids, adapter).flat(2), logits(of))).toBeLessThan(1e-5);
    model.dispose();
  });

  test('RoBERTa: the logits of the reference, with its head', async () => {
    const { ids, mask, modelDir, logits, read, trainedParameters } = methodCase('adapter_h/roberta');
    const model = loadEncoder(await openTestBackend('cpu'), modelDir);
    const weights = read(of, model.shape);
    expect(countOf(weights)).toBe(trainedParameters);
    const rows = ids.map((row, index) => ({ ids: row, secondStart: row.length, mask: mask?.[index] }));
    const adapter = method.bind(weights, upload(weights.trained), {});
    const hidden = model.hidden(encoderTensors(encoderArrays(model.shape, rows, ids[0].length)), { adapter });
    const found = model.logits(hidden, ids[0].length, upload(weights.head?.tensors ?? {}));
    expect(relativeError(found.dataSync(), logits(of))).toBeLessThan(1e-5);
    model.dispose();
  });
});

interface Layer {
  readonly h: Golden;
  readonly input: Golden;
  readonly loss_weight: Golden;
  readonly y: Golden;
  readonly tensors: Readonly<Record<string, Golden>>;
  readonly grads: Readonly<Record<string, Golden>>;
}

test.each(['swish', 'gelu_tanh'] as const)('one sublayer of an encoder with %s, and its gradients', async (name) => {
  await openTestBackend('cpu');
  const golden = JSON.parse(readFileSync(fixturePath(`methods/adapter_h/layer_${name}.json`), 'utf8')) as Layer;
  const { h, input, loss_weight: lossWeight, tensors } = golden;
  const [bottleneck, width] = tensors.down_weight.shape;
  const weights = {
    options: houlsbyOptionsSchema.parse({ bottleneck, nonLinearity: name }),
    targets: [{ name: 'layer.0.attention', inFeatures: width, outFeatures: width }],
  };
  const given = Object.values(upload({ ...tensors, h, input }));
  const at = { ...outsideBlocks, block: 0 };
  const ys: Tensor[] = [];
  const loss = (...[down, downBias, up, upBias, gain, bias, own, residual]: Tensor[]): Tensor => {
    const path = 'layer.0.adapter_attn';
    const bound = method.bind(
      weights,
      {
        ...{ [`${path}.down.weight`]: down, [`${path}.down.bias`]: downBias },
        ...{ [`${path}.up.weight`]: up, [`${path}.up.bias`]: upBias },
      },
      {},
    );
    const layers = new AdaptedLayers(new Map(), 1e-12, {
      ...bound,
      weight: (key) => (key === 'norm.weight' ? gain : bias),
    });
    const y = layers.summed('attention', own, at, (each) => layers.layerNorm(each.add(residual), 'norm'));
    ys.push(tf.keep(y));
    return y
      .mul(tf.tensor([...lossWeight.data], [...lossWeight.shape]))
      .sum()
      .add(y.square().sum().mul(0.5));
  };
  const gradients = tf.grads(loss)(given);
  expect(relativeError(ys[0].dataSync(), golden.y.data)).toBeLessThan(1e-5);
  for (const [index, key] of [...Object.keys(tensors), 'h', 'input'].entries())
    expect(relativeError(gradients[index].dataSync(), golden.grads[key].data), key).toBeLessThan(5e-5);
});

test('blocks are as wide as what they give to the residual stream', () => {
  const { shape } = inspectModel(methodCase('adapter_h/gpt2').modelDir);
  const blocks = blocksOf(shape.linears);
  expect(blocks.map(({ path }) => path)).toEqual(['transformer.h.0', 'transformer.h.1']);
  expect(blocks.every(({ width }) => width === shape.hiddenSize)).toBe(true);
  expect(blocksOf([{ name: 'bert.pooler.dense', inFeatures: 4, outFeatures: 4 }])).toEqual([]);
});
