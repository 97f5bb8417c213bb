/**
 * One GGUF file with the weights of base and adapter together, or of the base alone. As in llama.cpp's own converter,
 * vectors and norms stay float32, and so do position and token type embeddings; rows that are no whole blocks become
 * F16.
 */
import { join } from 'node:path';
import type { MergedGgufExportOptions } from '../../contract/exports/mergedGguf.ts';
import { type GgufEncoding, ggufEncodings } from '../../formats/ggufEncodings.ts';
import { toGgufLayout } from '../../formats/ggufTransform.ts';
import { ggufDataBytes, writeGguf } from '../../formats/ggufWriter.ts';
import type { GgufOutput } from '../../formats/ggufWriter.ts';
import { describeForGguf } from './ggufModel.ts';
import { MergedWeights } from './MergedWeights.ts';
import { tensorReporter, tolerances, type ExportJob, type WeightExport } from './weightExport.ts';

type Job = ExportJob<MergedGgufExportOptions>;

const alwaysFloat32 = /(_norm|^position_embd|^token_types)\.weight$/;

export const mergedGguf: WeightExport<MergedGgufExportOptions> = {
  sizeBytes: (job) => ggufDataBytes(tensorsOf(job)),

  async write(job) {
    const { dtype } = job.options;
    const path = join(job.outDir, `${job.fileStem}-${dtype}.gguf`);
    const described = await describeForGguf(job, dtype);
    const weights = new MergedWeights(job);
    try {
      const tensors = [...tensorsOf(job, weights), ...configTensors(described.tensors)];
      const report = tensorReporter(job, tensors.length);
      await writeGguf(path, { metadata: described.metadata, tensors }, async () => {
        report();
        await job.unpaused?.();
      });
    } finally {
      weights.close();
    }
    return {
      readBack: () => ({ modelDir: path, adapterDir: null }),
      tolerance: tolerances[dtype],
      rounding: dtype === 'f32' ? null : ggufEncodings[dtype].name,
      notes: described.notes,
    };
  },
};

/** Without `weights` for their sizes alone. */
function tensorsOf({ model: { family, shape }, options }: Job, weights?: MergedWeights): GgufOutput[] {
  const added = (weights?.added ?? []).map((name) => [name, weights?.shape(name) ?? []] as const);
  return [...family.weightShapes(shape), ...added].map(([name, size]) => {
    const place = family.ggufTensor(name, shape);
    const values = async (): Promise<Float32Array> =>
      toGgufLayout((await weights?.read(name)) ?? new Float32Array(0), size[0], place.transform);
    return {
      name: place.name,
      encoding: encodingFor(place.name, size, ggufEncodings[options.dtype]),
      shape: size,
      values,
    };
  });
}

function configTensors(tensors: ReadonlyMap<string, Float32Array>): GgufOutput[] {
  return [...tensors].map(([name, values]) => ({
    name,
    encoding: ggufEncodings.f32,
    shape: [values.length],
    values: () => values,
  }));
}

function encodingFor(name: string, shape: readonly number[], wanted: GgufEncoding): GgufEncoding {
  if (shape.length < 2 || alwaysFloat32.test(name)) return ggufEncodings.f32;
  const rowLength = shape[shape.length - 1];
  return rowLength % wanted.blockSize === 0 ? wanted : ggufEncodings.f16;
}
