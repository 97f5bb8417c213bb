/** Collects rows of tokens for a token file: arrays that double as they fill, rows cut to `maxLength` and what is cut counted. */
import { GraftError } from '../contract/errors.ts';
import type { TokenRows } from '../formats/tokenFile.ts';
import type { TokenRow } from './tokenise.ts';

const maxTokens = 2 ** 31 - 1; // positions in a token file are I32

export class TokenRowsBuilder {
  readonly #maxLength: number;
  #ids = new Int32Array(1024);
  #lossMask = new Uint8Array(1024);
  #length = 0;
  readonly #offsets: number[] = [0];
  readonly #sourceRows: number[] = [];
  readonly #fullLengths: number[] = [];
  #trainedTokens = 0;
  #truncatedRows = 0;
  #emptyRows = 0;
  #longestRow = 0;

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** `row`: its index in the dataset. */
  add(row: number, { ids, trained }: TokenRow): void {
    const length = Math.min(ids.length, this.#maxLength);
    this.#reserve(this.#length + length);
    let trainedTokens = 0;
    for (let position = 0; position < length; position++) {
      const isTrained = position > 0 && trained[position];
      this.#ids[this.#length + position] = ids[position] ?? 0;
      this.#lossMask[this.#length + position] = isTrained ? 1 : 0;
      if (isTrained) trainedTokens++;
    }
    this.#length += length;
    this.#longestRow = Math.max(this.#longestRow, length);
    this.#offsets.push(this.#length);
    this.#sourceRows.push(row);
    this.#fullLengths.push(ids.length);
    this.#trainedTokens += trainedTokens;
    if (ids.length > length) this.#truncatedRows++;
    if (trainedTokens === 0) this.#emptyRows++;
  }

  statistics() {
    return {
      rows: this.#sourceRows.length,
      totalTokens: this.#length,
      trainedTokens: this.#trainedTokens,
      truncatedRows: this.#truncatedRows,
      emptyRows: this.#emptyRows,
      longestRow: this.#longestRow,
    };
  }

  finish(): Required<TokenRows> {
    return {
      ids: this.#ids.subarray(0, this.#length),
      lossMask: this.#lossMask.subarray(0, this.#length),
      offsets: Int32Array.from(this.#offsets),
      sourceRows: Int32Array.from(this.#sourceRows),
      fullLengths: Int32Array.from(this.#fullLengths),
    };
  }

  #reserve(length: number): void {
    if (length > maxTokens) {
      const remedy = 'Split it into several datasets, or give a smaller maximum length.';
      throw new GraftError('unsupported', `The dataset has more than ${maxTokens} tokens.`, { field: 'dataset', remedy });
    }
    if (length <= this.#ids.length) return;
    const capacity = Math.max(length, 2 * this.#ids.length);
    const ids = new Int32Array(capacity);
    const lossMask = new Uint8Array(capacity);
    ids.set(this.#ids);
    lossMask.set(this.#lossMask);
    this.#ids = ids;
    this.#lossMask = lossMask;
  }
}
