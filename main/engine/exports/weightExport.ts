/** What the engine needs of an export: its size, its files, and how they are opened again to be compared. */
import type { Truncation } from '../../contract/exports/exportSpec.ts';
import type { ProgressUpdate } from '../../contract/progress.ts';
import type { InspectedModel } from '../../formats/modelFolder.ts';
import type { AdapterWeights } from '../adapters/adapterMethod.ts';

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
  readonly tolerance: number | null;
  /** How the weights were rounded, e.g. `F16`; null where they were not. */
  readonly rounding: string | null;
  readonly truncation?: Truncation | null;
  readonly notes?: readonly string[];
}

export interface WeightExport<Options extends object = object> {
  /** Of the files that `write` makes; for the check of the disk. */
  sizeBytes(job: ExportJob<Options>): number;
  write(job: ExportJob<Options>): Promise<WrittenExport>;
}

/** Float32 sums in another order differ by far less than this; anything above is a wrong file. */
export const exactTolerance = 1e-3;

/** Of logits, for weights rounded once: a wrong name or order gives about 1. Models of few and random weights come closest. */
export const roundingTolerance = { f32: exactTolerance, f16: 5e-2, bf16: 3e-1, q8_0: 5e-1 } as const;

/** The adapter of a job for an export that cannot do without. */
export function requireAdapter({ adapter }: Pick<ExportJob, 'adapter'>): AdapterWeights {
  if (adapter) return adapter;
  throw new Error('this export writes an adapter, and the job has none');
}
