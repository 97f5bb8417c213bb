/**
 * Singular vectors that were found before, by the content of their matrix: the same weights in another model, another
 * run or another data folder need no second search. Kept to the last digit, so that a run starts alike either way.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GraftError } from '../../contract/errors.ts';
import { openSafetensors, writeSafetensors, type SafetensorsOutput } from '../../formats/safetensors.ts';
import { tf } from '../tf.ts';
import type { HostTensor, TopSingular } from './adapterMethod.ts';

/** Counted up when what is found changes, so that what was found before is found again. */
const algorithm = 1;

/**
 * What `decompose` finds for `weight` (out, in) and `rank`, or found before. Backends differ in last digits, so each
 * has its own. A file that cannot be read is made again. `dir` absent: nothing is kept.
 */
export async function keptOrFound(
  dir: string | undefined,
  { weight, rank }: { readonly weight: HostTensor; readonly rank: number },
  decompose: () => Promise<TopSingular>,
): Promise<TopSingular> {
  if (dir === undefined) return decompose();
  const file = join(dir, `${contentOf(weight, rank)}.safetensors`);
  const kept = existsSync(file) ? read(file) : undefined;
  if (kept) return kept;
  const found = await decompose();
  const { u, s, v } = found;
  await mkdir(dir, { recursive: true });
  const singular = { shape: [s.length], data: s };
  await writeSafetensors(file, new Map(Object.entries({ u, s: singular, v }).map(([name, each]) => [name, f32(each)])));
  return found;
}

function contentOf({ shape, data }: HostTensor, rank: number): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return createHash('sha256')
    .update(JSON.stringify([algorithm, tf.getBackend(), shape, rank]))
    .update(bytes)
    .digest('hex');
}

function f32({ shape, data }: HostTensor): SafetensorsOutput {
  return { dtype: 'F32', shape, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

function read(path: string): TopSingular | undefined {
  try {
    const file = openSafetensors(path);
    try {
      const [u, v] = ['u', 'v'].map((name) => {
        return { shape: file.tensors.get(name)?.shape ?? [], data: file.readFloat32(name) };
      });
      return { u, s: file.readFloat32('s'), v };
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof GraftError) return undefined; // cut short by a full disk
    throw error;
  }
}
