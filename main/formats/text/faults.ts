/**
 * Places of a file that are no text (bytes of another encoding, control characters). In the decoded text such a place
 * is a mark, so that the reader of rows can tell which row holds it and read on. Surprising: a mark is two lone low
 * surrogates that spell the fault's number, since no decoder gives lone surrogates and a mark can therefore never be a
 * file's own text.
 */
import { GraftError } from '../../contract/errors.ts';
import { textFileWords as words } from '../../contract/words/textFiles.ts';
import type { Said } from '../../contract/words/words.ts';

export interface TextFault {
  /** From 1. */
  readonly line: number;
  /** In the file, from 0. */
  readonly byte: number;
  /** A clause, such as `byte 0xff is not utf-8 text`. */
  readonly what: Said;
  readonly remedy: Said;
  /** `encoding` where another encoding may mend it. */
  readonly field?: 'encoding';
}

const digitBase = 0x400;
const lowSurrogates = 0xdc00;
const mostFaults = digitBase ** 2;
const mark = /[\udc00-\udfff]{2}/u; // under `u` a surrogate that belongs to a pair does not match

export class TextFaults {
  readonly #file: string;
  readonly #faults: TextFault[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  /** How many places are text of another encoding. */
  get undecodable(): number {
    return this.#faults.filter(({ field }) => field === 'encoding').length;
  }

  /** The mark to be put in the fault's place. Throws it as a GraftError where there are a million before it. */
  add(fault: TextFault): string {
    const number = this.#faults.length;
    if (number >= mostFaults) throw faultError(this.#file, fault);
    this.#faults.push(fault);
    return String.fromCharCode(lowSurrogates + Math.floor(number / digitBase), lowSurrogates + (number % digitBase));
  }

  /** The first fault within a text that was decoded with these. */
  find(text: string): TextFault | undefined {
    const found = text.isWellFormed() ? null : mark.exec(text)?.[0];
    if (found === undefined || found === null) return undefined;
    return this.#faults[(found.charCodeAt(0) - lowSurrogates) * digitBase + found.charCodeAt(1) - lowSurrogates];
  }

  /** Throws GraftError('invalid') where the text holds a fault: for text that all rows depend on. */
  refuseIn(text: string): void {
    const fault = this.find(text);
    if (fault !== undefined) throw faultError(this.#file, fault);
  }
}

export function faultError(file: string, { line, byte, what, remedy, field }: TextFault): GraftError {
  return new GraftError('invalid', words.fault({ file, line, byte, what }), {
    file,
    line,
    byte,
    remedy,
    ...(field !== undefined && { field }),
  });
}

/** Why a row that starts in this line cannot be read. */
export function faultReason({ line, byte, what }: TextFault, rowLine: number): Said {
  return line === rowLine ? words.faultInRow({ what, byte }) : words.faultInLine({ what, line, byte });
}
