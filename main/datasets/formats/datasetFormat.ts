/** What one dataset format is: the columns it needs, by role, and how a row becomes an example. */
import type { NamesOfPart } from '../../contract/columnNames.ts';
import type { DatasetFormat } from '../../contract/entities.ts';
import type { ColumnTable } from '../ColumnTable.ts';
import type { Example, RowFault } from '../example.ts';
import type { LabelRules } from '../labels/labelRules.ts';
import type { Said } from '../../contract/words/words.ts';

export interface ColumnRole {
  readonly name: string;
  /** Names that are recognised as this role; a person may also call the role by those that are not weak. */
  readonly columns: NamesOfPart;
  readonly required: boolean;
}

/** Role name to column of the file; a role without a column is not in it. */
export type Columns = Readonly<Record<string, string>>;

/** Role name to the row's value; `undefined` where the row has none. */
export type RoleValues = Readonly<Record<string, unknown>>;

export interface ColumnSearch {
  readonly table: ColumnTable;
  /** What the person gave. */
  readonly given: Columns;
  /** Roles that the person wants left out. */
  readonly leftOut: ReadonlySet<string>;
}

export interface DatasetFormatReader {
  readonly id: DatasetFormat;
  /** For people: what a row looks like. */
  readonly description: string;
  readonly roles: readonly ColumnRole[];
  /** One column holds all of a row, so that columns beside it are only about it. */
  readonly isWhole?: boolean;
  /** Rows that name a speaker each are parts of a conversation and not of this format, unless the person named it. */
  readonly refusesSpeakers?: boolean;
  /** Columns that names alone do not find, or that must not be taken by name: role to column, null for none at all. */
  findColumns?(search: ColumnSearch): Readonly<Record<string, string | null>>;
  /** `labels`: how the labels of the whole file are read, where they have been counted. */
  parse(values: RoleValues, labels?: LabelRules): Example | RowFault;
  /** What a person should know of such values, though the row can be used: whole sentences, the same for alike rows. */
  notices?(values: RoleValues): readonly Said[];
}
