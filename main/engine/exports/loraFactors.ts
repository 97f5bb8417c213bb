/**
 * Any adapter as low-rank factors, one layer at a time, since a large VeRA written out for all layers at once may not
 * fit in memory. With a rank asked for they are truncated, and what that costs is known.
 */
import { setImmediate } from 'node:timers/promises';
import type { Truncation } from '../../contract/exports/exportSpec.ts';
import { loraRank, loraScale } from '../../methods/lora/spec.ts';
import type { LoraOptions } from '../../methods/lora/spec.ts';
import { type Capabilities, capabilitiesWith } from '../../methods/methodSpec.ts';
import { getMethodSpec } from '../../methods/registry.ts';
import type { LinearShape } from '../../contract/families/family.ts';
import type { AdapterWeights, HostTensor } from '../adapters/adapterMethod.ts';
import { openBaseWeights } from '../adapters/baseWeights.ts';
import { getAdapterMethod } from '../adapters/registry.ts';
import { truncateProduct } from './truncateProduct.ts';
import { type ExportJob, requireAdapter } from './weightExport.ts';
import { engineExportWords } from '../../contract/words/engineExports.ts';
import type { Said } from '../../contract/words/words.ts';
import { progressWords } from '../../contract/words/progress.ts';

export interface Factors {
  /** (rank, in) */
  readonly a: HostTensor;
  /** (out, rank) */
  readonly b: HostTensor;
}

export interface LayerRank {
  readonly layer: LinearShape;
  readonly rank: number;
  /** ΔW = scale · B A. */
  readonly scale: number;
}

export interface AdapterFactors {
  readonly layers: readonly LayerRank[];
  readonly of: (layer: LinearShape) => Factors;
  readonly truncation: Truncation | null;
}

/** Rank and scale of each layer, before any truncation. */
export function layerRanks(weights: AdapterWeights): readonly LayerRank[] {
  const options = loraForm(weights, []).options as LoraOptions;
  return weights.targets.map((layer) => ({
    layer,
    rank: loraRank(options, layer.name),
    scale: loraScale(options, layer.name),
  }));
}

export function layerFactors(weights: AdapterWeights, layer: LinearShape): Factors {
  const { trained } = loraForm(weights, [layer]);
  return { a: trained[`${layer.name}.lora_A.weight`], b: trained[`${layer.name}.lora_B.weight`] };
}

/** Exact ones where `rank` is null. Throws what `job.signal` was aborted with. */
export async function adapterFactors(job: ExportJob, rank: number | null): Promise<AdapterFactors> {
  const weights = completedAdapter(job);
  const layers = layerRanks(weights);
  if (rank === null) return { layers, of: (layer) => layerFactors(weights, layer), truncation: null };
  return truncated({ ...job, adapter: weights }, layers, rank);
}

/** With what its form takes from the base's weights. */
function completedAdapter(job: ExportJob): AdapterWeights {
  const weights = requireAdapter(job);
  const method = getAdapterMethod(weights.methodId);
  if (!method.completed) return weights;
  const base = openBaseWeights(job);
  try {
    return method.completed(weights, base);
  } finally {
    base.close();
  }
}

async function truncated(job: ExportJob, layers: readonly LayerRank[], rank: number): Promise<AdapterFactors> {
  const weights = requireAdapter(job);
  const kept = new Map<string, Factors>();
  const ranks: LayerRank[] = [];
  const errors: { readonly name: string; readonly lost: number; readonly whole: number }[] = [];
  for (const [done, { layer, scale, rank: own }] of layers.entries()) {
    const exact = layerFactors(weights, layer);
    const target = Math.min(rank, own);
    const { lost, whole, ...factors } = truncateProduct({ ...exact, b: scaled(exact.b, scale) }, target);
    kept.set(layer.name, factors);
    ranks.push({ layer, rank: target, scale: 1 });
    errors.push({ name: layer.name, lost, whole });
    job.onProgress({ label: progressWords.findingFactors(), done: done + 1, total: layers.length, unit: 'tensors' });
    await setImmediate();
    job.signal.throwIfAborted();
  }
  const truncation = {
    rank,
    relativeError: relative(errors),
    layers: errors.map((each) => ({ name: each.name, relativeError: relative([each]) })),
  };
  const of = (layer: LinearShape): Factors => kept.get(layer.name) ?? layerFactors(weights, layer);
  return { layers: ranks, of, truncation };
}

/** From squared Frobenius norms; nothing lost of nothing is 0. */
function relative(errors: readonly { readonly lost: number; readonly whole: number }[]): number {
  const sum = (field: 'lost' | 'whole'): number => errors.reduce((total, each) => total + each[field], 0);
  return sum('lost') === 0 ? 0 : Math.sqrt(sum('lost') / sum('whole'));
}

/** Whether the adapter's LoRA form has its effect, or nearly. */
export function isExact(adapter: Kind): boolean {
  return plainLoraOf(adapter) === 'exact';
}

/** What its options make of the capability. */
export function plainLoraOf({ methodId, options }: Kind): Capabilities['plainLora'] {
  return capabilitiesWith(getMethodSpec(methodId), options).plainLora;
}

type Kind = Pick<AdapterWeights, 'methodId' | 'options'>;

/** What the person must know where it is not exact. */
export function nearNotes(adapter: AdapterWeights): readonly Said[] {
  if (isExact(adapter)) return [];
  const { title } = getMethodSpec(adapter.methodId);
  const by = getAdapterMethod(adapter.methodId).nearBy?.(adapter);
  return [engineExportWords.nearLora({ method: title }), ...(by ? [by] : [])];
}

/** With the factors of these layers, beside which others may be needed. */
function loraForm(weights: AdapterWeights, layers: readonly LinearShape[]): AdapterWeights {
  return getAdapterMethod(weights.methodId).toLora(weights, layers);
}

/** factor · matrix; the matrix itself where the factor is 1. */
export function scaled({ shape, data }: HostTensor, factor: number): HostTensor {
  return factor === 1 ? { shape, data } : { shape, data: data.map((value) => value * factor) };
}

/** Rows of zeros below A and columns of zeros beside B up to `rank`: the product stays what it is. */
export function paddedTo(rank: number, { a, b }: Factors): Factors {
  const [own, inFeatures] = a.shape;
  const [outFeatures] = b.shape;
  if (own === rank) return { a, b };
  const wideA = new Float32Array(rank * inFeatures);
  wideA.set(a.data);
  const wideB = new Float32Array(outFeatures * rank);
  for (let row = 0; row < outFeatures; row++) wideB.set(b.data.subarray(row * own, (row + 1) * own), row * rank);
  return { a: { shape: [rank, inFeatures], data: wideA }, b: { shape: [outFeatures, rank], data: wideB } };
}
