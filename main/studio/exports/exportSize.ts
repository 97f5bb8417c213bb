/**
 * About how large an export will be, before anything is written: from the shapes in the files' headers, so that it is
 * told at once. The weights alone decide it; tokenizer and card are kilobytes beside them, or counted as they lie.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Adapter, Model } from '../../contract/entities.ts';
import type { GgufLoraExportOptions } from '../../contract/exports/ggufLora.ts';
import type { LoraExportOptions } from '../../contract/exports/lora.ts';
import type { MergedExportOptions } from '../../contract/exports/merged.ts';
import type { MergedGgufExportOptions } from '../../contract/exports/mergedGguf.ts';
import type { PeftExportOptions } from '../../contract/exports/peft.ts';
import { withPlainKeys } from '../../formats/peftKeys.ts';
import { peftWeightsName } from '../../formats/peftFolder.ts';
import { openSafetensors } from '../../formats/safetensors.ts';
import type { SafetensorsInfo } from '../../formats/safetensorsHeader.ts';

export interface ExportSource {
  /** Null: the model alone. */
  readonly adapter: Adapter | null;
  /** Null where the adapter's is not known or was removed: then it can only be copied. */
  readonly model: Model | null;
}

type Tensors = ReadonlyMap<string, SafetensorsInfo>;

/** Bytes of a weight; q8_0 has a scale for 32. */
const bytesOf = { f32: 4, f16: 2, bf16: 2, q8_0: 34 / 32 } as const;
const weightEndings = ['.safetensors', '.gguf', '.bin'];

/** In bytes; undefined where the adapter's layers are not those of the base. `chosen`: with defaults. */
export function exportSize({ adapter, model }: ExportSource, id: string, chosen: object): number | undefined {
  switch (id) {
    case 'graft':
      return adapter?.sizeBytes;
    case 'peft':
      return adapter === null ? undefined : peftSize(adapter, chosen as PeftExportOptions);
    case 'lora':
    case 'gguf-lora':
      return adapter === null || model === null ? undefined : factorSize(adapter, model, chosen as FactorOptions);
    case 'merged':
      return model === null ? undefined : mergedSize(model, chosen as MergedExportOptions);
    case 'merged-gguf':
      return model === null ? undefined : weights(model, (chosen as MergedGgufExportOptions).dtype);
    default:
      return undefined;
  }
}

type FactorOptions = LoraExportOptions & Partial<Pick<GgufLoraExportOptions, 'dtype'>>;

function peftSize({ dir, sizeBytes }: Adapter, { olderReaders }: PeftExportOptions): number {
  if (!olderReaders) return sizeBytes;
  const left = [...tensorsOf(dir)].filter(([key]) => /\.vera_[AB]$/.test(key) || /(^|\.)vera_[AB]$/.test(key));
  return left.reduce((sum, [, tensor]) => sum - tensor.sizeBytes, sizeBytes);
}

/** Plain LoRA has one rank for all layers, the greatest; a GGUF has each layer's own. */
function factorSize({ dir }: Adapter, { shape }: Model, { rank, dtype }: FactorOptions): number | undefined {
  const ranks = ranksOf(tensorsOf(dir));
  const greatest = Math.max(0, ...ranks.values());
  let bytes = 0;
  for (const [name, own] of ranks) {
    const linear = shape.linears.find((each) => each.name === name || name.endsWith(`.${each.name}`));
    if (linear === undefined) return undefined;
    const written = Math.min(rank ?? Infinity, dtype === undefined ? greatest : own);
    bytes += bytesOf[dtype ?? 'f32'] * written * (linear.inFeatures + linear.outFeatures);
  }
  return ranks.size === 0 ? undefined : bytes;
}

/** By the shape of what each method keeps of a layer. */
function ranksOf(tensors: Tensors): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const [key, { shape }] of tensors) {
    const found =
      /^(?:base_model\.model\.)?(.+)\.(?:lora_A\.weight|vera_lambda_d|vblora_logits_A(?:_topk_indices)?)$/.exec(key);
    if (found !== null) ranks.set(found[1] ?? '', shape[0] ?? 0);
  }
  return ranks;
}

function mergedSize(model: Model, { dtype }: MergedExportOptions): number {
  const beside = model.format === 'gguf' ? 0 : besideWeights(model.dir);
  if (dtype !== 'auto') return weights(model, dtype) + beside;
  return model.format === 'gguf' ? weights(model, 'bf16') : model.sizeBytes + beside;
}

function weights({ shape }: Model, dtype: keyof typeof bytesOf): number {
  return Math.round(shape.parameterCount * bytesOf[dtype]);
}

function besideWeights(dir: string): number {
  if (!existsSync(dir)) return 0;
  const names = readdirSync(dir).filter((name) => !weightEndings.includes(extname(name)));
  return names.reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
}

function tensorsOf(dir: string): Tensors {
  const file = join(dir, peftWeightsName);
  if (!existsSync(file)) return new Map();
  const opened = openSafetensors(file);
  try {
    return withPlainKeys(opened.tensors, file);
  } finally {
    opened.close();
  }
}
