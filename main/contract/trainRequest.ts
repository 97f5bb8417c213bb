/** What a person asks for when they train: references and values as given, before anything is decided. */
import type { WeightPrecision } from './engine.ts';
import type { TrainingConfig } from './training.ts';

export interface TrainRequest {
  readonly name?: string;
  readonly projectId?: string;
  readonly model: string;
  readonly dataset: string;
  /** Evaluated on instead of a share of the dataset. */
  readonly evalDataset?: string;
  /** What base and adapter are measured on once, at the end. */
  readonly testDataset?: string;
  readonly method: string;
  readonly methodOptions: Readonly<Record<string, unknown>>;
  /** Names, suffixes, a regular expression or `all-linear`; undefined: the family's PEFT default. */
  readonly targets?: readonly string[] | string;
  readonly training: Partial<TrainingConfig>;
  readonly backend: 'auto' | 'tensorflow' | 'wasm' | 'cpu';
  readonly device?: 'cpu' | 'cuda';
  readonly precision?: WeightPrecision;
  readonly threads?: number;
  readonly initAdapter?: string;
}

export interface BackendRequest {
  readonly backend?: 'auto' | 'tensorflow' | 'wasm' | 'cpu';
  readonly device?: 'cpu' | 'cuda';
  readonly precision?: WeightPrecision;
  readonly threads?: number;
}
