/**
 * What a way of handing an adapter or a model on is, as plain data: its options (which become flags and form fields),
 * what it can take, who reads it. The writing is in engine/exports/<id>.ts.
 */
import type { z } from 'zod';
import type { ModelShape } from '../families/family.ts';
import type { Said } from '../words/words.ts';

/** What is to be exported, as far as it decides whether that can be. */
export interface ExportSubject {
  /** An adapter of a method that trains every weight. */
  readonly isWholeModel: boolean;
  /** Whether llama.cpp's format has a form of the base's family. */
  readonly hasGguf: boolean;
}

/** Encoders have none here. */
export function hasGgufForm({ encoder }: Pick<ModelShape, 'encoder'>): boolean {
  return encoder === undefined;
}

export interface HubFacts {
  /** `library_name` of the hub; null where it knows none. */
  readonly library: string | null;
  /** Of `base_model_relation`, for an adapter; a model alone is `quantized`, or no relation at all. */
  readonly relation: 'adapter' | 'merge';
  readonly tags: readonly string[];
}

export interface UsageNames {
  /** Hub id, or what the base is called here. */
  readonly base: string;
  /** What the exported folder may be called. */
  readonly folder: string;
  /** The weights' file in it. */
  readonly file: string;
  /** What transformers calls the task in the names of its classes. */
  readonly task: 'CausalLM' | 'SequenceClassification';
}

export interface Usage {
  readonly language: 'python' | 'sh';
  readonly lines: readonly string[];
}

export interface ExportSpec<Options extends object = object> {
  readonly id: string;
  readonly title: string;
  /** One sentence for a person who does not write code. */
  readonly summary: string;
  /** Programs that read it. */
  readonly readers: readonly string[];
  /**
   * Flat object schema; every field has .meta({ title, description, advanced?, onlyFor? }) and a default. `onlyFor`:
   * ids of methods.
   */
  readonly options: z.ZodType<Options>;
  /** Its weights are this one file, which can be handed over alone: `.gguf`. */
  readonly singleFile?: '.gguf';
  /** What a model hub is told of it. */
  readonly hub: HubFacts;
  /** A few lines that load what was written. */
  usage(names: UsageNames): Usage;
  /** Why this cannot be exported so, in words; undefined where it can. */
  refusal(subject: ExportSubject): Said | undefined;
}

/** `to`: an export's id, or of a model alone its name. Options as a person gave them. */
export interface ExportChoice {
  readonly to: string;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** An export and how it answered, as the person is told. */
export interface ExportResult {
  /** Names in the folder, README.md and the like included. */
  readonly files: readonly string[];
  readonly parity: ExportParity;
  /** Of a truncated LoRA. */
  readonly truncation: Truncation | null;
  /** What else is to be known: one sentence each. */
  readonly notes: readonly (string | Said)[];
}

/** What was written, read back, against the original: both computed in float32. */
export interface ExportParity {
  /**
   * The logits of fixed tokens; the weights one by one where the model does not fit into memory so; nothing for a copy.
   */
  readonly of: 'logits' | 'weights' | 'nothing';
  /** max |a − b| / max |b|; 0 for a copy. */
  readonly difference: number;
  /** Above this the export is refused; null for a truncated LoRA, which is meant to differ. */
  readonly tolerance: number | null;
  /** What the difference comes from: how the weights are stored, e.g. `F16`; null where nothing is rounded. */
  readonly rounding: string | null;
}

/** What a lower rank costs: ‖ΔW − ΔW'‖ / ‖ΔW‖, Frobenius. */
export interface Truncation {
  readonly rank: number;
  /** Over all layers together. */
  readonly relativeError: number;
  readonly layers: readonly { readonly name: string; readonly relativeError: number }[];
}

/**
 * What a file or folder of an export is called after what is exported: `-lora`, and nothing for a model as its GGUF.
 */
export function exportSuffix(to: string, { singleFile }: Pick<ExportSpec, 'singleFile'>): string {
  const form = singleFile === undefined ? to : to.replace(/-?gguf-?/, '');
  return form === '' ? '' : `-${form}`;
}

/** False where the rank holds the whole change: what is lost then is the rounding of singular values. */
export function isCut({ relativeError }: Truncation): boolean {
  return relativeError > 1e-6;
}

/** For adapters in the PEFT layout. */
export function peftUsage({ base, folder, task }: UsageNames): Usage {
  return {
    language: 'python',
    lines: [
      `from peft import AutoPeftModelFor${task}`,
      'from transformers import AutoTokenizer',
      `model = AutoPeftModelFor${task}.from_pretrained(${JSON.stringify(folder)})`,
      `tokenizer = AutoTokenizer.from_pretrained(${JSON.stringify(base)})`,
    ],
  };
}
