/** What the engine needs of an export: its size, its files, and how they are opened again to be compared. */
import type { Truncation } from '../../contract/exports/exportSpec.ts';
import type { ProgressUpdate } from '../../contract/progress.ts';
import type { InspectedModel } from '../../formats/modelFolder.ts';
import type { AdapterWeights } from '../adapters/adapterMethod.ts';
import type { Said } from '../../contract/words/words.ts';
import { progressWords } from '../../contract/words/progress.ts';

export interface ExportJob<Options extends object = object> {
  readonly modelDir: string;
  readonly model: InspectedModel;
  /** As the files say it: a hub id where the base has one. */
  readonly baseModel: string;
  readonly adapter: AdapterWeights | null;
  /** Where it was read from. */
  readonly adapterDir: string | null;
  readonly options: Options;
  /** There already; not yet where it will be in the end. */
  readonly outDir: string;
  /** Of files that have a name of their own, without an ending. */
  readonly fileStem: string;
  /** For people, in metadata. */
  readonly title: string;
  readonly signal: AbortSignal;
  readonly onProgress: (update: ProgressUpdate) => void;
  /** Where it may rest between two tensors; see PausableContext. */
  readonly unpaused?: () => Promise<void>;
}

/** What is loaded to compare: the original's own model, or the one that was written. */
export interface ReadBack {
  readonly modelDir: string;
  readonly adapterDir: string | null;
}

export interface WrittenExport {
  /** `scratchDir` is for what is needed for reading alone. */
  readonly readBack: (scratchDir: string) => ReadBack | Promise<ReadBack>;
  /** Null for what is meant to differ. */
  readonly tolerance: Tolerance | null;
  /** How the weights were rounded, e.g. `F16`; null where they were not. */
  readonly rounding: string | null;
  readonly truncation?: Truncation | null;
  readonly notes?: readonly Said[];
}

export interface WeightExport<Options extends object = object> {
  /** Of the files that `write` and `readBack` make; for the check of the disk. */
  sizeBytes(job: ExportJob<Options>): number;
  write(job: ExportJob<Options>): Promise<WrittenExport>;
}

/** Above it the files are wrong; relative to the largest of the logits, or of the weight. */
export type Tolerance = Readonly<Record<'logits' | 'weights', number>>;

/**
 * For weights rounded once. Logits: a wrong name or order gives about 1; models of few and random weights come closest.
 * Weights: half a step of the type at the largest value (f16 2⁻¹¹, bf16 2⁻⁹, q8_0 1/254 and its scale's), with some
 * room; in f32, and for an f16 LoRA, it is sums in another order and two factors.
 */
export const tolerances = {
  f32: { logits: 1e-3, weights: 1e-4 },
  f16: { logits: 5e-2, weights: 2e-3 },
  bf16: { logits: 3e-1, weights: 4e-3 },
  q8_0: { logits: 5e-1, weights: 5e-3 },
} as const satisfies Record<string, Tolerance>;

/** The adapter of a job for an export that cannot do without. */
export function requireAdapter({ adapter }: Pick<ExportJob, 'adapter'>): AdapterWeights {
  if (adapter) return adapter;
  throw new Error('this export writes an adapter, and the job has none');
}

/** To be called after each of `total` tensors that is written. Throws where the job was cancelled. */
export function tensorReporter(
  { signal, onProgress }: Pick<ExportJob, 'signal' | 'onProgress'>,
  total: number,
): () => void {
  let done = 0;
  return () => {
    signal.throwIfAborted();
    onProgress({ label: progressWords.writing(), done: ++done, total, unit: 'tensors' });
  };
}
