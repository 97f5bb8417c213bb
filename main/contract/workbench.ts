/** A dataset before and after its import, as the workbench shows it. */
import type { DatasetFormat } from './entities.ts';
import type { DatasetView } from './services.ts';

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
  readonly badRows: readonly { readonly line: number; readonly reason: string }[];
  readonly problem: string | null;
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
