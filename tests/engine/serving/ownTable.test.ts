/** Adapters that run by their own `bind` in a batch: only their rows get anything, whatever else runs beside them. */
import { expect, test } from 'vitest';
import type { AdapterWeights, BoundAdapter } from '../../../main/engine/adapters/adapterMethod.ts';
import { getAdapterMethod, readAdapter } from '../../../main/engine/adapters/registry.ts';
import { ResidentAdapters } from '../../../main/engine/inference/ResidentAdapters.ts';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { outsideBlocks } from '../../../main/engine/models/throughBlocks.ts';
import type { RowAdapters } from '../../../main/engine/serving/adapterTable.ts';
import { LoraTable } from '../../../main/engine/serving/LoraTable.ts';
import { OwnTable } from '../../../main/engine/serving/OwnTable.ts';
import { summedAdapters } from '../../../main/engine/serving/summedAdapters.ts';
import { tf, type Tensor } from '../../../main/engine/tf.ts';
import { readPeftFolder } from '../../../main/formats/peftFolder.ts';
import { openTestBackend } from '../../support/backends.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { readFixture, tinyShape } from '../adapters/tinyLlama.ts';
import { readWideAdapter } from '../models/wideAdapters.ts';

const names = ['q_proj', 'v_proj'].map((name) => `model.layers.1.self_attn.${name}`);
const rows: RowAdapters = [{ key: 'a', scale: 1 }, null, { key: 'a', scale: 0.5 }, { key: 'another', scale: 1 }];
const tokens = 2;

async function openTable() {
  const backend = await openTestBackend('cpu');
  const released: string[] = [];
  const compile = () => ({ dispose: () => void released.push('functions') });
  const residents = new ResidentAdapters({ backend, compile });
  return { backend, released, table: new OwnTable(residents, 'first') };
}

function loraWeights(): AdapterWeights {
  return readAdapter(readFixture('lora_r4_a8'), tinyShape);
}

test('gives each row what the table of LoRA gives it, and rows of others exactly nothing', async () => {
  const { backend, table } = await openTable();
  const reference = new LoraTable(backend, { exactJoins: true });
  for (const each of [table, reference]) each.add('a', loraWeights());
  const x = tf.randomNormal([rows.length * tokens, 32], 0, 1, 'float32', 5);
  const [own, joined] = [table, reference].map((each) => {
    const join = each.join(rows);
    return join.bind(join.inputs, tokens).deltas(x, names, outsideBlocks);
  });
  for (const [index, delta] of own.entries()) {
    const [found, expected] = [delta, joined[index]].map((each) => each?.arraySync() as number[][]);
    found.forEach((row, at) => row.forEach((value, column) => expect(value).toBeCloseTo(expected[at][column], 5)));
    for (const row of [2, 3, 6, 7]) expect(found[row].every((value) => value === 0)).toBe(true);
  }
});

test('is on the device from the first join on, and until the last join of a removed adapter ends', async () => {
  const { table, released } = await openTable();
  const before = tf.memory().numTensors;
  table.add('a', loraWeights());
  expect(tf.memory().numTensors).toBe(before);
  const [join, other] = [table.join(rows), table.join(rows)];
  table.remove('a');
  expect(table.isEmpty).toBe(true);
  other.dispose();
  expect(() => join.inputs['adapter/model.layers.1.self_attn.q_proj.lora_A.weight'].dataSync()).not.toThrow();
  expect(released).toEqual([]);
  join.dispose();
  expect(released).toEqual(['functions']);
  expect(tf.memory().numTensors).toBe(before);
});

test('what is made of the base’s weight is each row’s own too, beside another adapter’s', async () => {
  const { backend, table } = await openTable();
  const weights = readAdapter(readPeftFolder(fixturePath('methods/miss/bat_all/final')), tinyShape);
  table.add('a', weights);
  const lora = new LoraTable(backend, { exactJoins: true });
  lora.add('another', loraWeights());
  const [name] = names;
  const x = tf.randomNormal([rows.length * tokens, 32], 0, 1, 'float32', 5);
  const w = tf.randomNormal([32, 32], 0, 1, 'float32', 6);
  const joins = [table.join(rows), lora.join(rows)];
  const summed = summedAdapters(joins.map((join) => join.bind(join.inputs, tokens)));
  const found = summed.ofWeight?.(name, x, () => w)?.arraySync() as number[][];
  const trained = Object.entries(weights.trained).map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])]);
  const alone = getAdapterMethod('miss').bind(weights, Object.fromEntries(trained) as Record<string, Tensor>, {});
  const expected = alone.ofWeight?.(name, x, () => w)?.arraySync() as number[][];
  const strengths = [1, 1, 0, 0, 0.5, 0.5, 0, 0];
  found.forEach((row, at) => row.forEach((value, i) => expect(value).toBeCloseTo(strengths[at] * expected[at][i], 4)));
  expect(Math.max(...expected[0].map(Math.abs))).toBeGreaterThan(0.1);
  expect(summed.deltas(x, [name], outsideBlocks)[0]).toBeDefined();
});

/** `after` and `carries` in halves. Of what is carried one half has the other sign: mixed up, they would cancel. */
test.each([
  ['adapter_p/llama', 'tiny_llama_base', ['up.weight', 'up.bias'], []],
  ['reslora/ms_attn', 'methods/tiny_llama_4l', ['reslora_B'], ['reslora_A']],
])('two halves of %s are the whole', async (name, base, halved, turned) => {
  const model = loadModel(await openTestBackend('cpu'), fixturePath(base));
  const { values, bind } = readWideAdapter(name);
  const part = (sign: number): BoundAdapter => {
    const factor = (key: string): number => {
      if (halved.some((end) => key.endsWith(end))) return turned.length > 0 ? sign / 2 : 1 / 2;
      return turned.some((end) => key.endsWith(end)) ? sign : 1;
    };
    const entries = Object.entries(values).map(([key, { data, shape }]) => {
      return [key, tf.tensor(data, [...shape]).mul(factor(key))] as const;
    });
    const { weight: _none, ...bound } = bind(Object.fromEntries(entries));
    return bound;
  };
  const whole = bind(
    Object.fromEntries(Object.entries(values).map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])])),
  );
  const ids = tf.tensor2d([[3, 14, 15, 9]], undefined, 'int32');
  const hiddenWith = (adapter: BoundAdapter): Tensor => model.hidden(ids, { adapter });
  const difference = hiddenWith(summedAdapters([part(1), part(-1)])).sub(hiddenWith(whole));
  expect(tf.max(tf.abs(difference)).dataSync()[0]).toBeLessThan(1e-5);
  expect(tf.max(tf.abs(hiddenWith(part(1)).sub(hiddenWith(whole)))).dataSync()[0]).toBeGreaterThan(1e-3);
  model.dispose();
});
