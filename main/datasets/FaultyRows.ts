/** Rows whose bytes are no text: bad rows like others, until there are more of them than rows that can be read. */
import { GraftError, saidOf } from '../contract/errors.ts';
import { faultError } from '../formats/text/faults.ts';
import type { TextFault } from '../formats/text/faults.ts';
import type { RawRow } from '../formats/text/rows.ts';
import { rowWords } from '../contract/words/rows.ts';

export class FaultyRows {
  #count = 0;
  #first: TextFault | undefined;

  see(row: RawRow): void {
    if (!('fault' in row)) return;
    this.#count++;
    this.#first ??= row.fault;
  }

  /** For a file of which more rows are faulty than are `usable`. `data` as the first fault has it, and more. */
  errorFor(file: string, usable: number, data: Readonly<Record<string, unknown>> = {}): GraftError | undefined {
    if (this.#first === undefined || this.#count <= usable) return undefined;
    const first = faultError(file, this.#first);
    const message = rowWords.faultyRows({ first: saidOf(first), faulty: this.#count, usable });
    return new GraftError('invalid', message, { ...first.data, ...data, remedy: first.remedyReason });
  }
}
