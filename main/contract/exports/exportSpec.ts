/**
 * What a way of handing an adapter or a model on is, as plain data: its options (which become flags and form fields),
 * what it can take, who reads it. The writing is in engine/exports/<id>.ts.
 */
import type { z } from 'zod';
import type { MethodSpec } from '../../methods/methodSpec.ts';
import type { ModelShape } from '../families/family.ts';
import { exportWords } from '../words/exports.ts';
import type { Said } from '../words/words.ts';

/** What is to be exported, as far as it decides whether that can be. */
export interface ExportSubject {
  /** Of the adapter; null for a model alone, or where this build does not know the method. */
  readonly method: Pick<MethodSpec, 'title' | 'capabilities'> | null;
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
   * Flat object schema; every field has .meta({ title, description, advanced?, needs? }) and a default. `needs`: the
   * capabilities that a method must have for the field to mean something.
   */
  readonly options: z.ZodType<Options>;
  /** Its weights are this one file, which can be handed over alone: `.gguf`. */
  readonly singleFile?: '.gguf';
  /** What a model hub is told of it. */
  readonly hub: HubFacts;
  /** A few lines that load what was written. */
  usage(names: UsageNames): Usage;
  /** Why this cannot be exported so; undefined where it can. */
  refusal(subject: ExportSubject): Said | undefined;
  /** What is to be known before, where it can; absent or undefined: nothing. */
  caution?(subject: ExportSubject): Said | undefined;
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
  /** Of one that is meant to differ, where text is known that the adapter was not trained on. */
  readonly heldOut?: HeldOutDifference | undefined;
  /** What else is to be known: one sentence each. */
  readonly notes: readonly Said[];
}

/** What was written, read back, against the original: both computed in float32. */
export interface ExportParity {
  /**
   * The logits of fixed tokens; the weights one by one where the model does not fit into memory so; nothing for a copy.
   */
  readonly of: 'logits' | 'weights' | 'nothing';
  /** max |a − b| / max |b|; 0 for a copy. */
  readonly difference: number;
  /** Above this the export is refused; null for a truncated LoRA and one that comes near, which are meant to differ. */
  readonly tolerance: number | null;
  /** What the difference comes from: how the weights are stored, e.g. `F16`; null where nothing is rounded. */
  readonly rounding: string | null;
}

/** How what was written answers on rows that the adapter's run held out, beside the original. */
export interface HeldOutDifference {
  /** The dataset's name. */
  readonly dataset: string;
  readonly rows: number;
  /** Tokens that count, or texts that are sorted. */
  readonly answers: number;
  /** max |a − b| / max |b| of the logits there. */
  readonly difference: number;
  /** The share of answers of which the likeliest is the same. */
  readonly sameAnswer: number;
  /** Mean −log probability of what the text has; null for values. */
  readonly lossOriginal: number | null;
  readonly lossWritten: number | null;
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

/** For exports of a change: a model that was trained whole is none. */
export function refuseWholeModel({ method }: ExportSubject): Said | undefined {
  return method?.capabilities.trains === 'model' ? exportWords.wholeModel() : undefined;
}

/** For what PEFT reads, of the method itself. */
export function refuseWithoutPeft(subject: ExportSubject): Said | undefined {
  const { method } = subject;
  if (method?.capabilities.peft !== null) return refuseWholeModel(subject);
  const { title, capabilities } = method;
  const hasLora = capabilities.plainLora !== 'none';
  return refuseWholeModel(subject) ?? exportWords[hasLora ? 'noPeft' : 'noPeftNorLora']({ method: title });
}

/** For exports to LoRA. */
export function refuseWithoutLora(subject: ExportSubject): Said | undefined {
  const { method } = subject;
  const hasNone = method?.capabilities.plainLora === 'none';
  return refuseWholeModel(subject) ?? (hasNone ? exportWords.noLoraForm({ method: method.title }) : undefined);
}

/** For exports to LoRA of what is LoRA nearly. */
export function cautionNearLora({ method }: ExportSubject): Said | undefined {
  if (method?.capabilities.plainLora !== 'approximate') return undefined;
  return exportWords.nearLora({ method: method.title });
}

/** Of an export that is meant to answer otherwise, though its rank is whole. */
export function isNear({ parity, truncation }: Pick<ExportResult, 'parity' | 'truncation'>): boolean {
  return parity.tolerance === null && truncation === null;
}

/** For exports of base and adapter as one model. */
export function refuseUnmergeable({ method }: ExportSubject): Said | undefined {
  return method?.capabilities.mergeable === false ? exportWords.notMergeable({ method: method.title }) : undefined;
}

/** For exports that llama.cpp reads. */
export function refuseWithoutGguf({ hasGguf }: ExportSubject): Said | undefined {
  return hasGguf ? undefined : exportWords.noGguf();
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
