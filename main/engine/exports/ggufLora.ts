/**
 * A LoRA for llama.cpp: names and row order of the base's GGUF. The file has one alpha and scales each pair by alpha /
 * its own rank, so a layer whose scale is another has the difference folded into B. GPT-2's factors stay as PEFT has
 * them.
 */
import { join } from 'node:path';
import { GraftError } from '../../contract/errors.ts';
import type { GgufLoraExportOptions } from '../../contract/exports/ggufLora.ts';
import { ggufEncodings } from '../../formats/ggufEncodings.ts';
import { loraSuffixes } from '../../formats/ggufLora.ts';
import { toGgufLayout } from '../../formats/ggufTransform.ts';
import { ggufDataBytes, writeGguf } from '../../formats/ggufWriter.ts';
import type { GgufOutput, GgufOutputField } from '../../formats/ggufWriter.ts';
import { loraFromGguf } from '../../formats/loraFromGguf.ts';
import { ggufArchitecture } from '../../formats/modelFolder.ts';
import { writePeftFolder } from '../../formats/peftFolder.ts';
import { baseModelFields } from './ggufModel.ts';
import { adapterFactors, isExact, layerRanks, nearNotes, scaled } from './loraFactors.ts';
import type { AdapterFactors, Factors, LayerRank } from './loraFactors.ts';
import { ownTokenizerOf } from './ownPrompts.ts';
import { requireAdapter, tensorReporter, tolerances, type ExportJob, type WeightExport } from './weightExport.ts';
import { engineExportWords } from '../../contract/words/engineExports.ts';
import { coreWords } from '../../contract/words/core.ts';

type Job = ExportJob<GgufLoraExportOptions>;

const fileTypes = { f32: 0, f16: 1 } as const;

export const ggufLora: WeightExport<GgufLoraExportOptions> = {
  sizeBytes(job) {
    const { rank } = job.options;
    const layers = layerRanks(requireAdapter(job)).map((each) => ({
      ...each,
      rank: Math.min(rank ?? Infinity, each.rank),
    }));
    const readBackBytes = layers.reduce(
      (sum, { rank: r, layer }) => sum + 4 * r * (layer.inFeatures + layer.outFeatures),
      0,
    );
    return readBackBytes + ggufDataBytes(tensorsOf(job, { layers, of: unasked, truncation: null }));
  },

  async write(job) {
    requireNoReplaced(job);
    const factors = await adapterFactors(job, job.options.rank);
    const path = join(job.outDir, `${job.fileStem}-lora-${job.options.dtype}.gguf`);
    const tensors = tensorsOf(job, factors);
    await writeGguf(path, { metadata: metadataOf(job, factors), tensors }, tensorReporter(job, tensors.length));
    return {
      readBack: async (scratchDir) => {
        const adapterDir = join(scratchDir, 'adapter');
        await writePeftFolder(adapterDir, loraFromGguf(path, { ...job.model, name: job.baseModel }));
        return { modelDir: job.modelDir, adapterDir };
      },
      tolerance: factors.truncation || !isExact(requireAdapter(job)) ? null : tolerances[job.options.dtype],
      rounding: job.options.dtype === 'f32' ? null : ggufEncodings[job.options.dtype].name,
      truncation: factors.truncation,
      notes: [
        ...nearNotes(requireAdapter(job)),
        ...((await ownTokenizerOf(job)) === undefined ? [] : [engineExportWords.promptsNotInLora()]),
      ],
    };
  },
};

/** Heads, embeddings and biases have no place in the format. */
function requireNoReplaced(job: Job): void {
  const [first, ...others] = requireAdapter(job).replaced?.names ?? [];
  if (first === undefined) return;
  const names = others.length > 0 ? coreWords.andMore({ names: [first], more: others.length }) : first;
  throw new GraftError('unsupported', engineExportWords.noPlaceInGguf({ names }), {
    field: 'to',
    remedy: engineExportWords.exportMergedGguf(),
  });
}

function unasked(): never {
  throw new Error('sizes need no values');
}

/**
 * The first layer's, which is everybody's unless there are patterns; readers take none, and one of 0, for a scale of 1.
 */
function alphaOf([first]: readonly LayerRank[]): number {
  const alpha = Math.fround(first.scale * first.rank);
  return alpha > 0 ? alpha : first.rank;
}

function metadataOf(
  { model, title, baseModel, options }: Job,
  { layers }: AdapterFactors,
): Map<string, GgufOutputField> {
  return new Map<string, GgufOutputField>([
    ['general.architecture', { type: 'string', value: ggufArchitecture(model) }],
    ['general.type', { type: 'string', value: 'adapter' }],
    ['adapter.type', { type: 'string', value: 'lora' }],
    ['adapter.lora.alpha', { type: 'f32', value: alphaOf(layers) }],
    ['general.name', { type: 'string', value: title }],
    ...baseModelFields(baseModel),
    ['general.file_type', { type: 'u32', value: fileTypes[options.dtype] }],
  ]);
}

function tensorsOf({ model, options }: Job, { layers, of }: AdapterFactors): GgufOutput[] {
  const encoding = ggufEncodings[options.dtype];
  const alpha = alphaOf(layers);
  let last: { readonly name: string; readonly factors: Factors } | undefined;
  return layers.flatMap(({ layer, rank, scale }) => {
    const place = model.family.ggufTensor(`${layer.name}.weight`, model.shape);
    const factorsOf = (): Factors => {
      if (last?.name !== layer.name) last = { name: layer.name, factors: of(layer) };
      return last.factors;
    };
    const valuesOfB = (): Float32Array => {
      const { data } = scaled(factorsOf().b, (scale * rank) / alpha);
      return toGgufLayout(data, layer.outFeatures, place.transform);
    };
    return [
      {
        name: place.name + loraSuffixes.a,
        encoding,
        shape: [rank, layer.inFeatures],
        values: () => factorsOf().a.data,
      },
      { name: place.name + loraSuffixes.b, encoding, shape: [layer.outFeatures, rank], values: valuesOfB },
    ];
  });
}
