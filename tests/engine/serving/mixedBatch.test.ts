/** One product over rows of different adapters against the reference's numbers for each row. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { outsideBlocks } from '../../../main/engine/models/throughBlocks.ts';
import { LoraTable } from '../../../main/engine/serving/LoraTable.ts';
import { tf } from '../../../main/engine/tf.ts';
import { loraOptionsSchema } from '../../../main/methods/lora/spec.ts';
import { openTestBackend } from '../../support/backends.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';

interface MixedBatch {
  readonly W: readonly number[];
  readonly out: number;
  readonly in: number;
  readonly adapters: Readonly<
    Record<string, { readonly r: number; readonly scale: number; readonly A: number[]; readonly B: number[] }>
  >;
  readonly rows: readonly (string | null)[];
  readonly X: readonly number[];
  readonly Y: readonly number[];
}

const name = 'layer';

it('gives every row of a mixed batch what it has alone', async () => {
  const file = fixturePath('procedures/slora_pool/mixed_batch.json');
  const { W, adapters, rows, X, Y, ...sizes } = JSON.parse(readFileSync(file, 'utf8')) as MixedBatch;
  const target = { name, inFeatures: sizes.in, outFeatures: sizes.out };
  const table = new LoraTable(await openTestBackend('cpu'), { exactJoins: false });
  for (const [key, { r: rank, scale, A, B }] of Object.entries(adapters)) {
    table.add(key, {
      methodId: 'lora',
      options: loraOptionsSchema.parse({ rank, alpha: scale * rank }),
      targets: [target],
      trained: {
        [`${name}.lora_A.weight`]: { data: Float32Array.from(A), shape: [rank, sizes.in], group: 'default' },
        [`${name}.lora_B.weight`]: { data: Float32Array.from(B), shape: [sizes.out, rank], group: 'default' },
      },
      frozen: {},
      trainable: true,
    });
  }
  const join = table.join(rows.map((key) => (key === null ? null : { key, scale: 1 })));
  const x = tf.tensor2d([...X], [rows.length, sizes.in]);
  const [delta] = join.bind(join.inputs, 1).deltas(x, [name], outsideBlocks);
  const base = tf.matMul(x, tf.tensor2d([...W], [sizes.out, sizes.in]), false, true);
  expect(relativeError(base.add(delta ?? 0).dataSync(), [...Y])).toBeLessThan(1e-5);
});
