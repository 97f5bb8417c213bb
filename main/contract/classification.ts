/** Texts sorted by an encoder, with its own head or with those of adapters. */
import type { ErrorJson } from './errors.ts';
import type { LabelTask } from './labels.ts';
import type { CallOptions } from './progress.ts';
import type { BackendRequest } from './trainRequest.ts';

export interface TextRow {
  readonly text: string;
  /** The second of two texts that belong together. */
  readonly second?: string | undefined;
}

export interface ClassificationRequest {
  readonly model: string;
  /** Ids or names; null is the base with its own head. Each gives an answer of its own. */
  readonly adapters: readonly (string | null)[];
  readonly rows: readonly TextRow[];
  readonly backend?: BackendRequest | undefined;
}

/** One row: the likeliest class with the probability of each, or a value. */
export type LabelledText =
  | { readonly kind: 'classification'; readonly label: string; readonly probabilities: readonly number[] }
  | { readonly kind: 'regression'; readonly value: number };

/** Of one adapter or the base; a base without a head, or an adapter that does not fit, is told in `error`. */
export interface ClassificationAnswer {
  readonly adapterId: string | null;
  readonly adapterName: string | null;
  /** What the outputs mean; null with an error. */
  readonly task: LabelTask | null;
  /** In the order of the rows; empty with an error. */
  readonly rows: readonly LabelledText[];
  readonly swapMs: number;
  readonly error: ErrorJson | null;
}

export interface EncoderLogitsRequest {
  readonly model: string;
  /** null: the base with its own head. */
  readonly adapter: string | null;
  readonly ids: readonly (readonly number[])[];
  /** In the shape of `ids`: 0 for tokens that are not looked at. */
  readonly attentionMask?: readonly (readonly number[])[] | undefined;
  readonly backend?: BackendRequest | undefined;
}

export interface EncoderLogits {
  /** Rows, labels; one column for a regression. */
  readonly shape: readonly [number, number];
  readonly data: readonly number[];
  readonly task: LabelTask;
}

export interface ClassificationService {
  /**
   * Loads model and adapters at the first call and keeps them for a while. Throws GraftError('invalid') for a model
   * that writes, and what is wrong with the only answer that was asked for.
   */
  classify(request: ClassificationRequest, options?: CallOptions): Promise<readonly ClassificationAnswer[]>;
  /** Of rows of token ids, all of one length: what the head gives for each label, row-major. Throws as `classify`. */
  logits(request: EncoderLogitsRequest, options?: CallOptions): Promise<EncoderLogits>;
  /** Gives the memory back. */
  unload(): Promise<void>;
}
