/**
 * Rows as a model sees them, with the trained tokens marked and the cut made: the same rendering and tokenising that writes
 * the token file, for the rows in the window alone. Rows that the model cannot take are left out.
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
  /** Tokens a row is cut to. */
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
    const tokenRow = tokens[index];
    if (tokenRow === undefined || 'reason' in tokenRow) return [];
    return [toRenderedRow(row, tokenRow, { tokenizer: model.tokenizer, maxLength })];
  });
}

interface Showing {
  readonly tokenizer: Tokenizer | null;
  readonly maxLength: number;
}

function toRenderedRow(row: number, tokens: TokenRow, { tokenizer, maxLength }: Showing): RenderedRow {
  const { ids, trained, label } = tokens;
  const shown = cutIds(tokens, { tokenizer, maxLength });
  return {
    row,
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
