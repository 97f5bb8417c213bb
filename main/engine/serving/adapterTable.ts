/**
 * Adapters that run in one batch, each row with its own. A table keeps those of one kind packed on the host, so that a
 * thousand cost a thousand arrays and no tensors; `join` puts those of the present rows on the device. A join depends
 * on the rows alone: it is made again when rows come or go, never for a token.
 */
import type { AdapterWeights, BoundAdapter } from '../adapters/adapterMethod.ts';
import type { NamedTensorMap } from '../tf.ts';

/** What a row of the batch wants. */
export interface RowAdapter {
  readonly key: string;
  readonly scale: number;
}

export interface JoinRule {
  /**
   * A join holds the adapters of its rows and no others, so that their products depend on nothing that was there
   * before.
   */
  readonly exactJoins: boolean;
}

/** One entry a row of the batch; null for rows of the base. */
export type RowAdapters = readonly (RowAdapter | null)[];

/** The adapters of the present rows on the device. */
export interface JoinedRows {
  /** Equal for joins whose `bind` records the same graph for inputs of the same shapes. */
  readonly signature: string;
  readonly inputs: NamedTensorMap;
  /**
   * Inside a traced function, with `inputs` or their stand-ins; x holds rows · tokens, those of one batch row together.
   */
  bind(inputs: NamedTensorMap, tokens: number): BoundAdapter;
  dispose(): void;
}

export interface AdapterTable {
  readonly isEmpty: boolean;
  /** Returns the bytes that it takes here. */
  add(key: string, weights: AdapterWeights): number;
  has(key: string): boolean;
  remove(key: string): void;
  /** Rows that are null or of another table get a delta of exactly zero. */
  join(rows: RowAdapters): JoinedRows;
  dispose(): void;
}
