/** Folders whose config.json has lost the word: what packed the weights shows in the files. */
import { describe, expect, it } from 'vitest';
import { llamaFamily } from '../../main/contract/families/llama.ts';
import type { SafetensorsTensor } from '../../main/formats/safetensors.ts';
import { openWeights } from '../../main/formats/weightSource.ts';
import { graftErrorOf } from '../support/graftErrors.ts';
import { modelDirOf, readTinyConfig, readTinyTensors } from '../support/tinyModel.ts';

const shape = llamaFamily.parseConfig(readTinyConfig(), 'config.json');
const layer = 'model.layers.0.mlp.up_proj';
const tensorOf = (dtype: SafetensorsTensor['dtype'], size: readonly number[], bytes: number): SafetensorsTensor => {
  return { dtype, shape: size, data: new Uint8Array(bytes) };
};
const scale = tensorOf('F32', [8], 32);
const packed = tensorOf('U8', [1024, 1], 1024);

/** The tiny Llama with one layer as a quantiser leaves it: without its weight unless given. */
function errorWith(left: Readonly<Record<string, SafetensorsTensor>>) {
  const tensors = readTinyTensors();
  tensors.delete(`${layer}.weight`);
  for (const [name, tensor] of Object.entries(left)) tensors.set(name, tensor);
  return graftErrorOf(() => openWeights(modelDirOf(tensors), llamaFamily, shape));
}

describe('packed weights', () => {
  it.each([
    ['bitsandbytes', { [`${layer}.weight`]: packed, [`${layer}.weight.absmax`]: scale }],
    ['bitsandbytes', { [`${layer}.weight`]: tensorOf('I8', [64, 32], 2048), [`${layer}.SCB`]: scale }],
    ['GPTQ', { [`${layer}.qweight`]: tensorOf('I32', [4, 64], 1024), [`${layer}.g_idx`]: tensorOf('I32', [32], 128) }],
    ['GPTQ or AWQ', { [`${layer}.qweight`]: tensorOf('I32', [32, 8], 1024), [`${layer}.scales`]: scale }],
    [
      'compressed-tensors',
      { [`${layer}.weight_packed`]: tensorOf('I32', [64, 4], 1024), [`${layer}.weight_scale`]: scale },
    ],
    [
      'FP8 (fine-grained)',
      { [`${layer}.weight`]: tensorOf('F8_E4M3', [64, 32], 2048), [`${layer}.weight_scale_inv`]: scale },
    ],
    ['a method that stores F8_E5M2', { [`${layer}.weight`]: tensorOf('F8_E5M2', [64, 32], 2048) }],
    ['a method that stores F4', { [`${layer}.weight`]: tensorOf('F4', [64, 32], 1024) }],
    [
      'MLX',
      { [`${layer}.weight`]: tensorOf('U32', [64, 4], 1024), [`${layer}.scales`]: scale, [`${layer}.biases`]: scale },
    ],
    ['HQQ', { [`${layer}.W_q`]: packed, [`${layer}.zero`]: scale }],
    ['AQLM', { [`${layer}.codes`]: packed, [`${layer}.codebooks`]: scale }],
    ['a method that packs them as U8', { [`${layer}.weight`]: packed }],
  ])('of %s are refused by that name, not as a list of tensors', (quantiser, left) => {
    const error = errorWith(left);
    expect(error.code).toBe('unsupported');
    expect(error.message).toContain(`quantised by ${quantiser},`);
    expect(error.data.remedy).toMatch(/^Take the original/);
    expect(error.data.field).toMatch(layer);
  });

  it('are not suspected where a float weight is missing or a norm has another type', () => {
    expect(errorWith({}).code).toBe('invalid');
    const norm = { 'model.norm.weight': tensorOf('I32', [32], 128) };
    expect(errorWith(norm).message).toContain('stored as I32');
  });
});
