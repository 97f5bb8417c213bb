/** A dataset before and after its import, as the workbench shows it. */
import type { BadRow, Dataset, DatasetFormat } from './entities.ts';
import type { LabelCount } from './labels.ts';
import type { SpelledTokens } from './spelledTokens.ts';
import type { SpellingKind } from './training.ts';
import type { Said } from './words/words.ts';

export interface DatasetColumn {
  readonly name: string;
  /** The role that recognition gave it in the previewed format, e.g. `prompt`; null where it is left out. */
  readonly role: string | null;
  readonly examples: readonly string[];
}

export interface DatasetPreview {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly encoding: string;
  readonly recognised: DatasetFormat | null;
  readonly format: DatasetFormat | null;
  /** Roles of the shown format, and whether each must be given. Empty where the format has no columns to map. */
  readonly roles: readonly { readonly role: string; readonly required: boolean }[];
  readonly columns: readonly DatasetColumn[];
  /** The first rows as they stand in the file: column to text. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** Rows in error among those previewed. */
  readonly badRows: readonly BadRow[];
  readonly problem: Said | null;
  /** What a person should know of the reading, in whole sentences. */
  readonly notices: readonly (string | Said)[];
  /** What the values suggest where the names of the columns fit no format. */
  readonly proposal: ProposedReading | null;
  /** Other readings that may be meant, by the column that each would learn as a label. */
  readonly offers: readonly (ProposedReading & { readonly column: string })[];
}

export interface ProposedReading {
  readonly format: DatasetFormat;
  readonly columns: Readonly<Record<string, string>>;
}

/** One kept row: the turns it became, with the line of the file it comes from. */
export interface DatasetRow {
  readonly row: number;
  readonly line: number;
  readonly turns: readonly { readonly role: string; readonly text: string }[];
}

/** Lengths and counts for a model and a cut, without any rows. */
export type DatasetStatistics = Omit<DatasetView, 'dataset' | 'rows'> & { readonly longestRow: number };

export interface SampleDataset {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly rows: number;
}

export interface DatasetImportOptions {
  readonly name?: string;
  readonly format?: DatasetFormat;
  /** Role to column, e.g. { prompt: 'question', answer: 'reply' }. */
  readonly columns?: Readonly<Record<string, string>>;
  readonly encoding?: string;
  readonly trainOn?: 'answers' | 'all';
}

/**
 * What a model's chat template made of the rows. A row is trained in several pieces where the chat shows earlier turns
 * otherwise later (thoughts dropped, the system message moved): each answer behind the prompt that the chat shows, and
 * once. Lengths, cut rows, steps and `weight` count pieces.
 */
export interface PieceCounts {
  readonly pieces: number;
  /** Rows with more than one piece, and the pieces of these. */
  readonly splitRows: number;
  readonly splitPieces: number;
  /** Rows with an answer that stands as the data has it, since the template does not write the whole of it. */
  readonly ownWords: number;
  /** Rows with an answer without thoughts, which closes the block of thoughts that the template's prompt opens. */
  readonly closedThoughts: number;
  /** With loss on all: rows of which the whole conversation, as the template writes it, lacks a part. */
  readonly leavesOut: number;
}

/** One piece of a row as the model sees it. */
export interface RenderedRow {
  readonly row: number;
  /** Which of the row's pieces, from 0, and how many there are. */
  readonly piece: number;
  readonly pieces: number;
  readonly text: string;
  readonly tokens: readonly { readonly id: number; readonly text: string; readonly trained: boolean }[];
  readonly truncated: number;
  /** What an encoder is to answer with; rows of models that write have none. */
  readonly label?: string;
}

export interface ViewOptions {
  readonly from?: number;
  readonly count?: number;
  readonly maxLength?: number;
  /** What special tokens are that rows spell; default: ordinary text. */
  readonly specialTokens?: SpellingKind;
}

export interface DatasetView {
  readonly dataset: Dataset;
  readonly rows: readonly RenderedRow[];
  readonly lengths: {
    readonly min: number;
    readonly median: number;
    readonly p95: number;
    readonly max: number;
    readonly histogram: readonly { readonly from: number; readonly to: number; readonly count: number }[];
  };
  readonly pieceCounts: PieceCounts;
  readonly spelled: SpelledTokens;
  readonly totalTokens: number;
  readonly trainedTokens: number;
  /** Pieces that are cut. */
  readonly truncatedRows: number;
  /** Trained tokens that stand behind the cut. */
  readonly lostTrainedTokens: number;
  /** Pieces with no trained token after the cut. */
  readonly emptyRows: number;
  readonly duplicates: readonly { readonly row: number; readonly of: number }[];
  /** Of a dataset of the format `classification`: how often each label occurs. */
  readonly labels?: readonly LabelCount[];
  /**
   * Rows that this model cannot take (its chat template refuses them, or an id is out of its vocabulary): the first
   * 1,000.
   */
  readonly unusable?: readonly { readonly row: number; readonly line: number; readonly reason: string | Said }[];
}
