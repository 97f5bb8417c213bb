/**
 * Rows as a model sees them, with the trained tokens marked and the cut made: the same rendering and tokenising that
 * writes the token file, for the rows in the window alone. Rows that the model cannot take are left out.
 */
import type { RenderedRow } from '../contract/workbench.ts';
import { cutTextPair } from '../formats/cutTextPair.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { rowLayoutOf } from './encoderRows.ts';
import { readStoredRowRange } from './rowPages.ts';
import type { TokenRow } from './tokenise.ts';
import { tokeniseStoredRows } from './tokeniseDataset.ts';
import type { TokeniseRequest } from './tokeniseDataset.ts';

export interface ViewRequest extends TokeniseRequest {
  /** Tokens a piece is cut to. */
  readonly maxLength: number;
  /** First row shown, from 0. */
  readonly from: number;
  readonly count: number;
}

/** Throws what tokenising the dataset throws. */
export async function renderRows(request: ViewRequest): Promise<readonly RenderedRow[]> {
  const { dataset, model, maxLength } = request;
  const stored = await readStoredRowRange(dataset.dir, request);
  const tokens = await tokeniseStoredRows(stored, request);
  return stored.flatMap(({ row }, index) => {
    const found = tokens[index];
    if (found === undefined || 'reason' in found) return [];
    const { pieces } = found;
    return pieces.map((piece, at) => ({
      ...{ row, piece: at, pieces: pieces.length },
      ...renderPiece(piece, { tokenizer: model.tokenizer, maxLength }),
    }));
  });
}

interface Showing {
  readonly tokenizer: Tokenizer | null;
  readonly maxLength: number;
}

function renderPiece(
  tokens: TokenRow,
  { tokenizer, maxLength }: Showing,
): Omit<RenderedRow, 'row' | 'piece' | 'pieces'> {
  const { ids, trained, label } = tokens;
  const shown = cutIds(tokens, { tokenizer, maxLength });
  return {
    text: tokenizer?.decode(shown) ?? shown.join(' '),
    tokens: shown.map((id, position) => ({
      id,
      text: tokenizer?.tokenText(id) ?? String(id),
      trained: position > 0 && trained[position] === true,
    })),
    truncated: ids.length - shown.length,
    ...(label !== undefined && { label }),
  };
}

/** As training cuts it: an encoder's row keeps its special tokens. */
function cutIds({ ids, secondStart }: TokenRow, { tokenizer, maxLength }: Showing): readonly number[] {
  if (secondStart === undefined || tokenizer === null) return ids.slice(0, maxLength);
  const join = (parts: readonly (readonly number[])[]): readonly number[] => parts.flat();
  return cutTextPair({ ids, secondStart }, rowLayoutOf(tokenizer), { maxLength, join }).ids;
}
