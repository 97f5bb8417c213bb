/**
 * The one rule by which a person's word finds a row: its whole id, then a name that only one row has, then the
 * beginning of an id that only one row has. A name wins over a prefix because the person chose it.
 */
import { GraftError } from '../contract/errors.ts';
import { databaseWords as words } from '../contract/words/database.ts';

export type RowKind = 'dataset' | 'model' | 'project' | 'adapter' | 'run' | 'chat';

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Candidates<Row extends Named> {
  readonly byId: (id: string) => Row | undefined;
  readonly byName: (name: string) => readonly Row[];
  /** Rows whose id begins so. The prefix holds only letters and digits. */
  readonly byIdPrefix: (prefix: string) => readonly Row[];
}

/** `undefined` when nothing fits. Throws GraftError('conflict') listing the candidates when several do. */
export function findByIdOrName<Row extends Named>(
  kind: RowKind,
  word: string,
  candidates: Candidates<Row>,
): Row | undefined {
  const exact = candidates.byId(word);
  if (exact !== undefined) return exact;
  const named = candidates.byName(word);
  if (named.length > 0) return onlyOne(kind, word, named);
  if (!/^[0-9a-z]+$/.test(word)) return undefined;
  return onlyOne(kind, word, candidates.byIdPrefix(word));
}

/** As `findByIdOrName`, but throws GraftError('notFound') when nothing fits. */
export function getByIdOrName<Row extends Named>(kind: RowKind, word: string, candidates: Candidates<Row>): Row {
  const found = findByIdOrName(kind, word, candidates);
  if (found !== undefined) return found;
  throw new GraftError('notFound', words.none({ kind: words[kind](), word }), {
    field: kind,
    remedy: words.lookInList({ kind: words[kind]() }),
  });
}

function onlyOne<Row extends Named>(kind: RowKind, word: string, rows: readonly Row[]): Row | undefined {
  if (rows.length < 2) return rows[0];
  const listed = rows.map(({ id, name }) => ({ id, name }));
  const shown = listed.slice(0, 10).map(({ id, name }) => `${id} (${name})`);
  const found = { count: rows.length, rows: shown, isCut: rows.length > shown.length };
  throw new GraftError('conflict', words.several({ kind: words[kind](), word, ...found }), {
    field: kind,
    candidates: listed,
    remedy: words.giveId(),
  });
}
