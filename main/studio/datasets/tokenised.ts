/** A dataset as token ids for one model, made once and kept by content: what runs need to know of it. */
import type { Dataset, Model } from '../../contract/entities.ts';
import type { SplitPieces } from '../../contract/evaluationSplit.ts';
import type { LabelCount } from '../../contract/labels.ts';
import type { CallOptions } from '../../contract/progress.ts';
import type { CutCounts } from '../../datasets/tokenLengths.ts';
import type { SpellingKind } from '../../contract/training.ts';
import type { UnusableRows } from '../../contract/splitSummary.ts';
import type { SpelledTokens } from '../../contract/spelledTokens.ts';

export interface TokenisedRows {
  /** See formats/tokenFile.ts. */
  readonly file: string;
  /** What a split works on; those that are trained after the cut are usable. Read when asked for. */
  readonly pieces: () => SplitPieces;
  readonly meanLength: number;
  readonly longestLength: number;
  /** Of the whole dataset at the maximum length. */
  readonly cut: CutCounts;
  /** Special tokens that its rows spell; null where it was not looked for. */
  readonly spelled: SpelledTokens | null;
  /** Rows that the model cannot take; undefined where it takes all. */
  readonly unusable?: UnusableRows | undefined;
  /** How often each label occurs; empty for a model that writes. */
  readonly labels: readonly LabelCount[];
}

export interface TokeniseRequest {
  readonly dataset: Dataset;
  readonly model: Model;
  readonly maxLength: number;
  /** What special tokens are that rows spell. */
  readonly specialTokens: SpellingKind;
  /** For a run made before it had a split seed: the tokens that it was made with, where they are still there. */
  readonly legacy?: boolean;
}

/** Of rows that name a label which the training rows do not have. */
export const mostLabelLines = 5;

/** Throws GraftError('invalid') when no row can be used. */
export type Tokenise = (request: TokeniseRequest, options?: CallOptions) => Promise<TokenisedRows>;
