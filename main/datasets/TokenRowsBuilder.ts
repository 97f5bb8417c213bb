/**
 * Collects rows of tokens for a token file, in arrays that double as they fill, and the lengths that every cut is
 * counted from.
 */
import { GraftError } from '../contract/errors.ts';
import type { TokenRows } from '../formats/tokenFile.ts';
import type { TokenRow } from './tokenise.ts';
import type { TokenLengths } from './tokenLengths.ts';
import { tokenRowWords } from '../contract/words/tokenRows.ts';

const maxTokens = 2 ** 31 - 1; // positions in a token file are I32

export class TokenRowsBuilder {
  #ids = new Int32Array(1024);
  #lossMask = new Uint8Array(1024);
  #length = 0;
  readonly #offsets: number[] = [0];
  readonly #sourceRows: number[] = [];
  readonly #lengths: number[] = [];
  readonly #spanOffsets: number[] = [0];
  readonly #spanStarts: number[] = [];
  readonly #spanEnds: number[] = [];
  readonly #groups: number[] = [];
  readonly #labels: string[] = [];
  readonly #secondStarts: number[] = [];

  /**
   * A piece. `row`: the index in the dataset of the row that it is of, whose pieces come one behind the other; `group`:
   * that of the first row equal to it in text.
   */
  add(row: number, group: number, { ids, trained, label, secondStart }: TokenRow): void {
    this.#reserve(this.#length + ids.length);
    let wasTrained = false;
    for (let position = 0; position < ids.length; position++) {
      const isTrained = position > 0 && trained[position] === true;
      this.#ids[this.#length + position] = ids[position] ?? 0;
      this.#lossMask[this.#length + position] = isTrained ? 1 : 0;
      if (isTrained && !wasTrained) this.#spanStarts.push(position);
      if (!isTrained && wasTrained) this.#spanEnds.push(position);
      wasTrained = isTrained;
    }
    if (wasTrained) this.#spanEnds.push(ids.length);
    if (label !== undefined) this.#labels.push(label);
    if (secondStart !== undefined) this.#addEncoderRow(secondStart, ids.length);
    this.#length += ids.length;
    this.#offsets.push(this.#length);
    this.#spanOffsets.push(this.#spanStarts.length);
    this.#sourceRows.push(row);
    this.#groups.push(group);
    this.#lengths.push(ids.length);
  }

  get longestRow(): number {
    return this.#lengths.reduce((longest, length) => Math.max(longest, length), 0);
  }

  lengths(): TokenLengths {
    return {
      lengths: Int32Array.from(this.#lengths),
      spanOffsets: Int32Array.from(this.#spanOffsets),
      spanStarts: Int32Array.from(this.#spanStarts),
      spanEnds: Int32Array.from(this.#spanEnds),
    };
  }

  finish(): TokenRows {
    return {
      ids: this.#ids.subarray(0, this.#length),
      lossMask: this.#lossMask.subarray(0, this.#length),
      offsets: Int32Array.from(this.#offsets),
      sourceRows: Int32Array.from(this.#sourceRows),
      fullLengths: Int32Array.from(this.#lengths),
      groups: Int32Array.from(this.#groups),
      ...(this.#labels.length > 0 && { labels: this.#labels }),
      ...(this.#secondStarts.length > 0 && { secondStarts: Int32Array.from(this.#secondStarts) }),
    };
  }

  /** The whole row serves its label, whatever a cut leaves of it. */
  #addEncoderRow(secondStart: number, length: number): void {
    this.#secondStarts.push(secondStart);
    this.#spanStarts.push(0);
    this.#spanEnds.push(length);
  }

  #reserve(length: number): void {
    if (length > maxTokens) {
      const remedy = tokenRowWords.splitDataset();
      throw new GraftError('unsupported', tokenRowWords.tooManyTokens({ most: maxTokens }), {
        field: 'dataset',
        remedy,
      });
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
