/**
 * What is noticed while a file is read, to be said after its import: the columns of all its rows, what its reader had
 * to settle, and the classes that it declares.
 */
import type { DatasetReading } from '../contract/entities.ts';
import type { Columns } from './formats/datasetFormat.ts';
import { nestedColumnsOf } from './nestedColumns.ts';
import type { RowSource } from './openRows.ts';
import { readingWords } from '../contract/words/reading.ts';
import type { Said } from '../contract/words/words.ts';

/** A file whose rows are maps with keys of chance has no columns worth listing; a few tell it. */
const mostUnusedColumns = 200;
const mostColumns = 10_000;

export class ReadingRecord {
  readonly #columns = new Set<string>();
  /** Columns that hold objects of which single fields are used. */
  readonly #opened = new Set<string>();
  /** By their English. */
  readonly #notices = new Map<string, Said>();
  readonly #classes = new Map<string, readonly string[]>();
  /** To be given to the source that is read. */
  readonly listeners: Pick<RowSource, 'onNotice' | 'onClasses'> = {
    onNotice: (notice) => this.note(notice),
    onClasses: (column, names) => void this.#classes.set(column, names),
  };

  /** A whole sentence for the person; the same one is kept once. */
  note(notice: Said): void {
    this.#notices.set(notice.text, notice);
  }

  /** A row of the file, whether it can be used or not. */
  see(row: Readonly<Record<string, unknown>>): void {
    for (const column in row) {
      if (!Object.hasOwn(row, column) || this.#columns.size >= mostColumns) continue;
      if (this.#opened.has(column))
        for (const field of nestedColumnsOf({ [column]: row[column] })) this.#columns.add(field);
      else this.#columns.add(column);
    }
  }

  /**
   * Fields inside objects (`translation.en`) count as columns where one of them is used: to be said before rows are
   * seen.
   */
  openFor(columns: Columns): void {
    for (const column of Object.values(columns))
      if (column.includes('.')) this.#opened.add(column.slice(0, column.indexOf('.')));
  }

  get columns(): ReadonlySet<string> {
    return this.#columns;
  }

  /** Columns whose classes the file declares. */
  get declared(): readonly string[] {
    return [...this.#classes.keys()];
  }

  get notices(): readonly Said[] {
    return [...this.#notices.values()];
  }

  /** Names of the label's classes where the file declares them, known as soon as its first row is read. */
  classesOf({ label }: Columns): readonly string[] | null {
    return (label === undefined ? undefined : this.#classes.get(label)) ?? null;
  }

  /** `columns`: role to column. */
  toReading(columns: Columns): DatasetReading {
    const used = new Set(Object.values(columns));
    const unused = [...this.#columns].filter((column) => !used.has(column));
    const further = unused.length - mostUnusedColumns;
    return {
      usedColumns: Object.entries(columns).map(([role, column]) => ({ role, column })),
      unusedColumns: unused.slice(0, mostUnusedColumns),
      notices: [...this.notices, ...(further > 0 ? [readingWords.furtherColumns({ count: further })] : [])],
      classes: this.classesOf(columns),
    };
  }
}
