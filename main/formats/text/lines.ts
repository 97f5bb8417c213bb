/**
 * Text pieces as numbered lines; \n, \r\n and \r all end a line, as in every editor. The last line may lack its end.
 */
import { GraftError } from '../../contract/errors.ts';
import { textFileWords as words } from '../../contract/words/textFiles.ts';

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end. */
  readonly text: string;
}

const maxLineChars = 64 * 2 ** 20;

/** Throws GraftError('invalid') for a line of more than 64 Mi characters. */
export async function* readLines(pieces: AsyncIterable<string>, file: string): AsyncGenerator<Line, void, undefined> {
  let held = '';
  let number = 1;
  let returnHeld = false; // the piece ended in \r, whose \n may come
  for await (const piece of pieces) {
    const text: string = returnHeld ? `\r${piece}` : piece;
    returnHeld = text.endsWith('\r');
    const [first = '', ...rest] = (returnHeld ? text.slice(0, -1) : text).split(/\r\n|\n|\r/);
    held += first;
    for (const next of rest) {
      yield { number: number++, text: held };
      held = next;
    }
    if (held.length > maxLineChars) throw tooLong(file, number);
  }
  if (held !== '' || returnHeld) yield { number, text: held };
}

function tooLong(file: string, line: number): GraftError {
  const message = words.longLine({ file, line, characters: maxLineChars });
  return new GraftError('invalid', message, { file, line, remedy: words.oneRowALine() });
}
