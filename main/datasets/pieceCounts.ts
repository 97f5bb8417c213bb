/**
 * What a model's template made of the rows, counted: in how many pieces they are trained, and where a template was not
 * followed.
 */
import type { PieceCounts } from '../contract/workbench.ts';
import type { RenderedAnswers, RenderedText } from './render.ts';

/** What is special about one row. */
export type RowNotes = Readonly<Partial<Record<'ownWords' | 'closedThoughts' | 'leavesOut', true>>>;

export const noPieces: PieceCounts = {
  pieces: 0,
  splitRows: 0,
  splitPieces: 0,
  ownWords: 0,
  closedThoughts: 0,
  leavesOut: 0,
};

export function notesOf(rendered: RenderedText | RenderedAnswers): RowNotes {
  if (!('answers' in rendered)) return rendered.leavesOut === true ? { leavesOut: true } : {};
  const own = new Set(rendered.answers.map((answer) => answer.own));
  return { ...(own.has('words') && { ownWords: true }), ...(own.has('closedThoughts') && { closedThoughts: true }) };
}

/** With one more row. */
export function countPieces(
  counts: PieceCounts,
  row: { readonly pieces: readonly unknown[]; readonly notes: RowNotes },
): PieceCounts {
  const [length, isSplit] = [row.pieces.length, row.pieces.length > 1];
  return {
    pieces: counts.pieces + length,
    splitRows: counts.splitRows + (isSplit ? 1 : 0),
    splitPieces: counts.splitPieces + (isSplit ? length : 0),
    ownWords: counts.ownWords + (row.notes.ownWords ? 1 : 0),
    closedThoughts: counts.closedThoughts + (row.notes.closedThoughts ? 1 : 0),
    leavesOut: counts.leavesOut + (row.notes.leavesOut ? 1 : 0),
  };
}
