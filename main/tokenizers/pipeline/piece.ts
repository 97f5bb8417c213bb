/** A part of the text on its way to tokens. */
export interface Piece {
  readonly text: string;
  /** Whether it begins where the whole text began: some tokenizers put a space before that piece alone. */
  readonly atStart: boolean;
}

/** Parts of `piece` from each span [start, end) in code units; empty ones are left out. */
export function slicePiece(piece: Piece, spans: readonly (readonly [number, number])[]): Piece[] {
  const pieces: Piece[] = [];
  for (const [start, end] of spans) {
    if (start < end) pieces.push({ text: piece.text.slice(start, end), atStart: piece.atStart && start === 0 });
  }
  return pieces;
}
