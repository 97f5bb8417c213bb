/**
 * Any adapter as plain LoRA in a PEFT folder: one rank, one alpha. Patterns and rank stabilisation, which servers
 * ignore in silence, are folded into B; layers of a lower rank are filled up with zeros.
 */
import { loraOptionsSchema } from '../../methods/lora/spec.ts';
import type { LoraOptions } from '../../methods/lora/spec.ts';
import type { LoraExportOptions } from '../../contract/exports/lora.ts';
import { writePeftFolder } from '../../formats/peftFolder.ts';
import type { SafetensorsOutput } from '../../formats/safetensors.ts';
import type { AdapterWeights, HostTensor } from '../adapters/adapterMethod.ts';
import { floatTensor } from '../adapters/peftNames.ts';
import { modulePrefix } from '../../methods/tensorSpec.ts';
import { getAdapterMethod } from '../adapters/registry.ts';
import { attachReplaced } from '../adapters/replacedWeights.ts';
import { copyOwnPrompts } from './ownPrompts.ts';
import { unscaledNotes } from './keptFiles.ts';
import { adapterFactors, isExact, layerRanks, nearNotes, paddedTo, scaled } from './loraFactors.ts';
import type { AdapterFactors, Factors, LayerRank } from './loraFactors.ts';
import { tolerances, requireAdapter, type WeightExport } from './weightExport.ts';
import { engineExportWords } from '../../contract/words/engineExports.ts';

export const lora: WeightExport<LoraExportOptions> = {
  sizeBytes(job) {
    const layers = layerRanks(requireAdapter(job));
    const rank = Math.min(job.options.rank ?? Infinity, commonRank(layers));
    return layers.reduce((sum, { layer }) => sum + 4 * rank * (layer.inFeatures + layer.outFeatures), 0);
  },

  async write(job) {
    const adapter = requireAdapter(job);
    const factors = await adapterFactors(job, job.options.rank);
    const rank = commonRank(factors.layers);
    const alpha = commonAlpha(factors.layers);
    const options = plainOptions(adapter, { rank, alpha: alpha ?? rank });
    const { config, tensors, metadata } = getAdapterMethod('lora').toPeft(
      withoutFactors(adapter, options),
      job.baseModel,
    );
    const written = tensorsOf(factors, { rank, folded: alpha === null });
    await writePeftFolder(job.outDir, { config, metadata, tensors: new Map([...written, ...tensors]) });
    await copyOwnPrompts(job);
    return {
      readBack: () => ({ modelDir: job.modelDir, adapterDir: job.outDir }),
      tolerance: job.options.rank === null && isExact(adapter) ? tolerances.f32 : null,
      rounding: null,
      truncation: factors.truncation,
      notes: [
        ...(adapter.replaced || adapter.head ? [replacedNote] : []),
        ...unscaledNotes(adapter),
        ...nearNotes(adapter),
      ],
    };
  },
};

const replacedNote = engineExportWords.replacesWeights();

/** What it has beside the factors, which are written as they are made. */
function withoutFactors(adapter: AdapterWeights, options: LoraOptions): AdapterWeights {
  const { replaced } = adapter;
  const plain = { ...adapter, methodId: 'lora', options, trained: {}, frozen: {}, replaced: undefined };
  if (!replaced) return plain;
  const tensors = Object.fromEntries(replaced.names.map((name) => [name, adapter.trained[name]]));
  return attachReplaced(plain, { ...replaced, bias: replaced.bias.replace(/^.*_only$/, 'lora_only') }, tensors);
}

function commonRank(layers: readonly LayerRank[]): number {
  return Math.max(...layers.map(({ rank }) => rank));
}

/** One whole alpha that says the scale of every layer (some readers take whole numbers alone), or null. */
function commonAlpha(layers: readonly LayerRank[]): number | null {
  const [first] = layers;
  const same = layers.every(({ rank, scale }) => rank === first.rank && scale === first.scale);
  const alpha = first.scale * first.rank;
  return same && Number.isInteger(alpha) && alpha > 0 ? alpha : null;
}

function plainOptions({ options }: AdapterWeights, size: Pick<LoraOptions, 'rank' | 'alpha'>): LoraOptions {
  const { targets, layersPattern, layersToTransform, excludeModules = null } = options as Partial<LoraOptions>;
  return loraOptionsSchema.parse({ ...size, targets, layersPattern, layersToTransform, excludeModules });
}

/** Each layer is expanded when the first of its two factors is written, and let go with the next. */
function tensorsOf(factors: AdapterFactors, { rank, folded }: { readonly rank: number; readonly folded: boolean }) {
  const tensors = new Map<string, SafetensorsOutput>();
  let last: { readonly name: string; readonly factors: Factors } | undefined;
  for (const { layer, scale } of factors.layers) {
    const factorsOf = (): Factors => {
      if (last?.name !== layer.name) {
        const { a, b } = factors.of(layer);
        last = { name: layer.name, factors: paddedTo(rank, { a, b: scaled(b, folded ? scale : 1) }) };
      }
      return last.factors;
    };
    const add = (end: string, shape: readonly number[], pick: (each: Factors) => HostTensor) =>
      tensors.set(modulePrefix + layer.name + end, {
        dtype: 'F32',
        shape,
        data: () => floatTensor(pick(factorsOf())).data,
      });
    add('.lora_A.weight', [rank, layer.inFeatures], ({ a }) => a);
    add('.lora_B.weight', [layer.outFeatures, rank], ({ b }) => b);
  }
  return tensors;
}
