/** A dataset as token ids for one model, made once and kept by content: what runs need to know of it. */
import type { Dataset, Model } from '../contract/entities.ts';
import type { LabelCount } from '../contract/labels.ts';
import type { CallOptions } from '../contract/progress.ts';

export interface TokenisedRows {
  /** See formats/tokenFile.ts. */
  readonly file: string;
  readonly rows: number;
  /** Rows with a trained token after the cut. */
  readonly trainableRows: number;
  readonly meanLength: number;
  readonly longestLength: number;
  /** How often each label occurs; empty for a model that writes. */
  readonly labels: readonly LabelCount[];
}

export interface TokeniseRequest {
  readonly dataset: Dataset;
  readonly model: Model;
  readonly maxLength: number;
}

/** Throws GraftError('invalid') when no row can be used. */
export type Tokenise = (request: TokeniseRequest, options?: CallOptions) => Promise<TokenisedRows>;
