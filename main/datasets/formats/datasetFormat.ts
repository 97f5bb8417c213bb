/** What one dataset format is: the columns it needs, by role, and how a row becomes an example. */
import type { DatasetFormat } from '../../contract/entities.ts';
import type { Example, RowFault } from '../example.ts';
import type { LabelRules } from '../labels/labelRules.ts';

export interface ColumnRole {
  readonly name: string;
  /** Names that are recognised as this role, in order of preference; a person may also call the role by them. */
  readonly columns: readonly string[];
  readonly required: boolean;
}

/** Role name to column of the file; a role without a column is not in it. */
export type Columns = Readonly<Record<string, string>>;

/** Role name to the row's value; `undefined` where the row has none. */
export type RoleValues = Readonly<Record<string, unknown>>;

export interface DatasetFormatReader {
  readonly id: DatasetFormat;
  /** For people: what a row looks like. */
  readonly description: string;
  readonly roles: readonly ColumnRole[];
  /** Columns that show the rows to be parts of something else, unless the person named this format. */
  readonly foreignColumns?: readonly string[];
  /** `labels`: how the labels of the whole file are read, where they have been counted. */
  parse(values: RoleValues, labels?: LabelRules): Example | RowFault;
}
