/** Q8_0 as ggml quantises it. The fixture's v_proj was quantised by the Python package gguf. */
import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { openGguf } from '../../main/formats/gguf.ts';
import { ggufEncodings } from '../../main/formats/ggufEncodings.ts';
import { ggufTypes } from '../../main/formats/ggufQuants.ts';
import { openSafetensors } from '../../main/formats/safetensors.ts';
import { tinyGguf, tinyLlamaDir } from '../support/tinyModel.ts';

describe('Q8_0', () => {
  it('gives the bytes of the reference (another rounding of scales or values)', () => {
    const base = openSafetensors(join(tinyLlamaDir, 'model.safetensors'));
    const reference = openGguf(tinyGguf);
    for (const layer of [0, 1]) {
      const values = base.readFloat32(`model.layers.${layer}.self_attn.v_proj.weight`);
      expect(ggufEncodings.q8_0.encode(values)).toEqual(reference.readBytes(`blk.${layer}.attn_v.weight`));
    }
    base.close();
    reference.close();
  });

  it('rounds halves away from zero, as C does, and keeps a block of zeros', () => {
    // The scale is 1: the values are the integers themselves.
    const block = Float32Array.from({ length: 32 }, (_, at) => [127, 0.5, -0.5, 1.5, -2.5, 0.49][at] ?? 0);
    expect([...new Int8Array(ggufEncodings.q8_0.encode(block).buffer, 2, 6)]).toEqual([127, 1, -1, 2, -3, 0]);
    expect(ggufEncodings.q8_0.encode(new Float32Array(32))).toEqual(new Uint8Array(34));
  });

  it('is never further off than half a step and what f16 does to the scale', () => {
    const decode = ggufTypes.get(ggufEncodings.q8_0.typeId)?.decode;
    const values = fc.float32Array({ minLength: 64, maxLength: 64, noNaN: true, min: -1000, max: 1000 });
    fc.assert(
      fc.property(values, (given) => {
        const read = decode?.(ggufEncodings.q8_0.encode(given), given.length);
        given.forEach((value, at) => {
          const block = given.subarray(32 * Math.floor(at / 32), 32 * Math.floor(at / 32) + 32);
          const largest = Math.max(...block.map(Math.abs));
          expect(Math.abs((read?.[at] ?? NaN) - value)).toBeLessThanOrEqual(
            largest / 254 + largest * 2 ** -10 + 2 ** -17,
          );
        });
      }),
    );
  });
});
