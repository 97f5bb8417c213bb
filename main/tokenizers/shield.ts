/**
 * Text of people inside a rendered prompt. A special token that they spell (`<|im_end|>` in a question) is ordinary
 * text and must not end a turn, while those of the template around it count. So before a template is rendered, each
 * such spelling gets a mark behind its first character: U+FDD0, a code point that Unicode keeps for such inner use.
 * Templates neither strip nor change it, and no token is found across it; encoding takes the marks out where tokens are
 * looked for no more. A text that has that character itself has it doubled.
 *
 * Surprising: tokens around thoughts (`[THINK]`) are never marked, since templates look for them in an answer and mean
 * the token.
 */

const mark = '\ufdd0';
const marks = /\ufdd0(\ufdd0?)/g;
const thoughts = /^[<[◁]\/?(think|thought|reason)\w*[>\]▷]$/i;

/** Whether a special token, spelled by people, is to be ordinary text. */
export const isGuarded = (token: string): boolean => !thoughts.test(token);

/** The same text with its own marks doubled: what `addMarks` goes on from. */
export function doubleMarks(text: string): string {
  return text.includes(mark) ? text.replaceAll(mark, mark + mark) : text;
}

/** `places`: where marks go, in order. */
export function addMarks(text: string, places: readonly number[]): string {
  return [...places, text.length].map((place, index) => text.slice(places[index - 1] ?? 0, place)).join(mark);
}

/** The text as people wrote it and the template rendered it. */
export function withoutMarks(text: string): string {
  return text.includes(mark) ? text.replace(marks, '$1') : text;
}

/** Whether the character before `start` is a mark, and not half of a doubled one. */
export function isMarked(text: string, start: number): boolean {
  let count = 0;
  while (text.charAt(start - 1 - count) === mark) count++;
  return count % 2 === 1;
}

/** Where the mark of a spelling goes: behind its first character, before it where it has no other. */
export function markPlace(text: string, start: number, end: number): number {
  const first = start + (Number(text.codePointAt(start)) > 0xffff ? 2 : 1);
  return first < end ? first : start;
}
