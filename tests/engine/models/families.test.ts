/**
 * Every decoder family against logits of transformers, padded rows included, and cached decoding against the forward
 * pass: a wrong norm, scale, window, rotation, transposition or position shows here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { tf } from '../../../main/engine/tf.ts';
import { describeOnBackends, openTestBackend } from '../../support/backends.ts';
import { breadth } from '../../support/breadth.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { decodeInRows } from './cachedDecode.ts';
import { familyFixtures } from './familyFixtures.ts';

interface Logits {
  readonly shape: readonly [rows: number, tokens: number, vocabulary: number];
  readonly data: readonly number[];
}

interface Reference {
  readonly input_ids: number[][];
  readonly logits: Logits;
  readonly padded: Logits & { readonly attention_mask: number[][] };
}

function readReference(name: string): Reference {
  return JSON.parse(readFileSync(join(fixturePath(name), 'reference.json'), 'utf8')) as Reference;
}

/** Values at positions that are no padding. */
function real(values: ArrayLike<number>, mask: readonly (readonly number[])[], vocabulary: number): number[] {
  const kept = mask.flat().flatMap((seen, position) => (seen === 1 ? [position] : []));
  return kept.flatMap((position) => Array.from({ length: vocabulary }, (_, at) => values[position * vocabulary + at]));
}

describeOnBackends('decoder families', (name) => {
  const few = (fixture: string): boolean => name !== 'webgpu' || fixture === familyFixtures[0];
  describe.each(breadth(familyFixtures, few))('%s', (fixture) => {
    test('gives the reference logits, padded or not', async () => {
      const backend = await openTestBackend(name);
      const { input_ids: ids, logits, padded } = readReference(fixture);
      const model = loadModel(backend, fixturePath(fixture));
      const forward = backend.compile('logits', (inputs) => ({
        logits: model.logits(model.hidden(inputs.ids, { attentionMask: inputs.attentionMask })),
      }));
      const input = tf.tensor2d(ids, undefined, 'int32');
      expect(relativeError(await forward({ ids: input }).logits.data(), logits.data)).toBeLessThan(1e-4);
      const masked = await forward({
        ids: input,
        attentionMask: tf.tensor2d(padded.attention_mask).toFloat(),
      }).logits.data();
      const [found, expected] = [masked, padded.data].map((values) =>
        real(values, padded.attention_mask, padded.shape[2]),
      );
      expect(relativeError(found, expected)).toBeLessThan(1e-4);
      forward.dispose();
      model.dispose();
    });

    test('decodes token by token what the forward pass gives', async () => {
      const model = loadModel(await openTestBackend(name), fixturePath(fixture));
      const hasWindow = model.settledSlots(48).some((slots) => slots < 48); // goes around in its slots, twice
      const length = hasWindow ? 45 : Math.min(11, model.shape.maxPositions);
      const rows = [length, 4].map((tokens, row) =>
        Array.from({ length: tokens }, (_, at) => (7 * at + 11 * row + 3) % 48),
      );
      const decoded = await decodeInRows(model, rows);
      for (const [index, row] of rows.entries()) {
        const whole = model.logits(model.hidden(tf.tensor2d([row], undefined, 'int32')));
        expect(relativeError(decoded[index].flat(), await whole.data()), `row ${index}`).toBeLessThan(1e-5);
      }
      model.dispose();
    });
  });
});
