/**
 * A Hugging Face folder with the weights of base and adapter together, or of the base alone. Tensors that neither
 * change nor get another type are copied as they are stored; one that does is held alone in memory. A tied head stays
 * tied.
 */
import { join } from 'node:path';
import { writeFileAtomic } from '../../formats/atomicFile.ts';
import type { MergedExportOptions } from '../../contract/exports/merged.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import { float32ToBfloat16, float32ToFloat16 } from '../../formats/floats.ts';
import { writeSafetensors } from '../../formats/safetensors.ts';
import type { SafetensorsOutput } from '../../formats/safetensors.ts';
import { transposedFloats } from '../../formats/transposed.ts';
import { MergedWeights } from './MergedWeights.ts';
import { writeModelFiles } from './modelFiles.ts';
import { tolerances, type ExportJob, type WeightExport } from './weightExport.ts';
import { progressWords } from '../../contract/words/progress.ts';

type Job = ExportJob<MergedExportOptions>;
type Dtype = 'bf16' | 'f16' | 'f32';

const headName = 'lm_head.weight';

const dtypes = {
  f32: { name: 'F32', bytes: 4, encode: (values: Float32Array): ArrayBufferView => values },
  f16: { name: 'F16', bytes: 2, encode: float32ToFloat16 },
  bf16: { name: 'BF16', bytes: 2, encode: float32ToBfloat16 },
} as const;

export const merged: WeightExport<MergedExportOptions> = {
  sizeBytes(job) {
    const weights = new MergedWeights(job);
    try {
      return job.model.shape.parameterCount * dtypes[chooseDtype(job, weights)].bytes;
    } finally {
      weights.close();
    }
  },

  async write(job) {
    const weights = new MergedWeights(job);
    try {
      const dtype = chooseDtype(job, weights);
      await writeShards(job, planShards(tensorsOf(job, weights, dtype), job.options.shardGigabytes * 1e9));
      await writeModelFiles(job, { dtype, untied: weights.added.includes(headName) || job.model.hasUndeclaredHead });
      return {
        readBack: () => ({ modelDir: job.outDir, adapterDir: null }),
        tolerance: tolerances[dtype],
        rounding: dtype === 'f32' ? null : dtypes[dtype].name,
      };
    } finally {
      weights.close();
    }
  },
};

/** `auto`: that of the base where it is a float type, bf16 where it is quantised. */
function chooseDtype({ options, model }: Job, { source }: MergedWeights): Dtype {
  if (options.dtype !== 'auto') return options.dtype;
  const [{ name }] = model.shape.linears;
  const stored = source.storedAs(`${name}.weight`).toLowerCase();
  return stored === 'f32' || stored === 'f16' || stored === 'bf16' ? stored : 'bf16';
}

interface NamedTensor extends SafetensorsOutput {
  readonly name: string;
  readonly sizeBytes: number;
}

function tensorsOf({ model: { family, shape } }: Job, weights: MergedWeights, dtype: Dtype): NamedTensor[] {
  const { source } = weights;
  const optional = [...(family.optionalWeights?.(shape).keys() ?? [])].filter((name) => source.has(name));
  const names = new Set([...family.weightShapes(shape).keys(), ...optional, ...weights.added]);
  const transposed = storedTransposed(shape);
  const { name: storedAs, bytes, encode } = dtypes[dtype];
  return [...names].map((name) => {
    const size = weights.shape(name);
    const data = async (): Promise<Uint8Array> => {
      const stored = weights.changes(name) || source.storedAs(name) !== storedAs ? undefined : source.readStored(name);
      if (stored) return stored;
      const values = await weights.read(name);
      const { buffer, byteOffset, byteLength } = encode(transposed.has(name) ? transposedFloats(values, size) : values);
      return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
    };
    const sizeBytes = size.reduce((product, each) => product * each, bytes);
    return { name, dtype: storedAs, shape: transposed.has(name) ? [...size].reverse() : size, sizeBytes, data };
  });
}

function storedTransposed({ linears }: ModelShape): ReadonlySet<string> {
  return new Set(linears.filter((linear) => linear.storedTransposed).map(({ name }) => `${name}.weight`));
}

/** In forward order, each as full as the limit allows; a tensor above it has a file of its own. */
function planShards(tensors: readonly NamedTensor[], limitBytes: number): NamedTensor[][] {
  const shards: NamedTensor[][] = [];
  let filled = Infinity;
  for (const tensor of tensors) {
    if (filled + tensor.sizeBytes > limitBytes) {
      shards.push([]);
      filled = 0;
    }
    shards[shards.length - 1].push(tensor);
    filled += tensor.sizeBytes;
  }
  return shards;
}

async function writeShards(
  { outDir, signal, onProgress }: Job,
  shards: readonly (readonly NamedTensor[])[],
): Promise<void> {
  const all = shards.flat();
  const number = (count: number): string => String(count).padStart(5, '0');
  const fileOf = (index: number): string =>
    shards.length === 1 ? 'model.safetensors' : `model-${number(index + 1)}-of-${number(shards.length)}.safetensors`;
  let done = 0;
  const told = (tensor: NamedTensor): [string, SafetensorsOutput] => {
    const data = async (): Promise<Uint8Array> => {
      signal.throwIfAborted();
      onProgress({ label: progressWords.writing(), done: done++, total: all.length, unit: 'tensors' });
      return typeof tensor.data === 'function' ? tensor.data() : tensor.data;
    };
    return [tensor.name, { ...tensor, data }];
  };
  for (const [index, shard] of shards.entries())
    await writeSafetensors(join(outDir, fileOf(index)), new Map(shard.map(told)));
  if (shards.length === 1) return;
  const places = shards.flatMap((shard, index) => shard.map(({ name }) => [name, fileOf(index)] as const));
  const index = {
    metadata: { total_size: all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) },
    weight_map: Object.fromEntries(places.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  await writeFileAtomic(join(outDir, 'model.safetensors.index.json'), JSON.stringify(index, null, 2));
}
