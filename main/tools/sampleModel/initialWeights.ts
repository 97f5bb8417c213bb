/**
 * A model folder with weights that know nothing yet: matrices normal with deviation 0.02, norms one, and the matrices
 * that write to the residual stream (o_proj, down_proj) smaller by √(2 · layers), so that its variance does not grow
 * with depth (Radford et al. 2019, GPT-2). A pure function of configuration and seed.
 */
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { llamaFamily } from '../../contract/families/llama.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import { constant, drawNormal } from '../../engine/adapters/draws.ts';
import type { HostTensor } from '../../engine/adapters/adapterMethod.ts';
import { createRandom } from '../../engine/random.ts';
import { float32ToBfloat16 } from '../../formats/floats.ts';
import { openSafetensors, writeSafetensors } from '../../formats/safetensors.ts';
import type { SafetensorsOutput } from '../../formats/safetensors.ts';
import { modelConfig } from './modelConfig.ts';

const deviation = 0.02;
const writesToResidual = /\.(o_proj|down_proj)\.weight$/;

export const weightsName = 'model.safetensors';

/** Every tensor of the model by its Hugging Face name. */
export function drawWeights(shape: ModelShape, seed: number): ReadonlyMap<string, HostTensor> {
  const residualDeviation = deviation / Math.sqrt(2 * shape.layerCount);
  const draw = (name: string, size: readonly number[]): HostTensor => {
    if (size.length === 1) return constant(size, 1);
    return drawNormal(createRandom(seed, name), size, writesToResidual.test(name) ? residualDeviation : deviation);
  };
  return new Map([...llamaFamily.weightShapes(shape)].map(([name, size]) => [name, draw(name, size)]));
}

/** Writes `dir` with the configuration of `modelDir` and fresh float32 weights. */
export async function writeInitialModel(modelDir: string, dir: string, seed: number): Promise<void> {
  await writeModelFolder(modelDir, dir, drawWeights(llamaFamily.parseConfig(modelConfig, 'config.json'), seed));
}

/** Writes `dir` with the configuration of `modelDir` and these weights in float32. */
export async function writeModelFolder(
  modelDir: string,
  dir: string,
  weights: ReadonlyMap<string, HostTensor>,
): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const name of ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'])
    await copyFile(join(modelDir, name), join(dir, name));
  await writeSafetensors(join(dir, weightsName), toSafetensors(weights, 'F32'));
}

/** The weights that `writeModelFolder` wrote. */
export function readModelWeights(dir: string): ReadonlyMap<string, HostTensor> {
  const file = openSafetensors(join(dir, weightsName));
  try {
    return new Map(
      [...file.tensors.values()].map(({ name, shape }) => [name, { shape, data: file.readFloat32(name) }]),
    );
  } finally {
    file.close();
  }
}

/** As tensors of a safetensors file. */
export function toSafetensors(
  weights: ReadonlyMap<string, HostTensor>,
  dtype: 'F32' | 'BF16',
): ReadonlyMap<string, SafetensorsOutput> {
  return new Map([...weights].map(([name, { shape, data }]) => [name, { dtype, shape, data: bytesOf(data, dtype) }]));
}

function bytesOf(data: Float32Array, dtype: 'F32' | 'BF16'): Uint8Array {
  const { buffer, byteOffset, byteLength } = dtype === 'F32' ? data : float32ToBfloat16(data);
  return new Uint8Array(buffer, byteOffset, byteLength);
}
