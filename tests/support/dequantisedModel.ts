/** A copy of a model folder whose linear layers hold other values: those that a quantised base stands for. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { openWeights } from '../../main/formats/weightSource.ts';
import { writeSafetensors } from '../../main/formats/safetensors.ts';
import { transposedFloats } from '../../main/formats/transposed.ts';
import { temporaryDir } from './temporaryDir.ts';

/** `change` gets each matrix (out, in) row-major and gives it anew. Safetensors alone. Returns the folder. */
export async function withoutPrecision(
  folder: string,
  change: (weights: Float32Array) => Float32Array,
): Promise<string> {
  const { family, shape } = inspectModel(folder);
  const source = openWeights(folder, family, shape);
  const linears = new Map(shape.linears.map((linear) => [`${linear.name}.weight`, linear]));
  const tensors = [...family.weightShapes(shape).keys()].map((name) => {
    const [values, linear] = [source.readFloat32(name), linears.get(name)];
    const changed = linear === undefined ? values : change(values);
    const size = source.shape(name);
    const isTurned = linear?.storedTransposed === true;
    const stored = isTurned ? transposedFloats(changed, size) : changed;
    const data = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
    return [name, { dtype: 'F32', shape: isTurned ? [...size].reverse() : size, data }] as const;
  });
  source.close();
  const dir = temporaryDir();
  cpSync(folder, dir, { recursive: true });
  rmSync(join(dir, 'model.safetensors'));
  await writeSafetensors(join(dir, 'model.safetensors'), new Map(tensors));
  return dir;
}
