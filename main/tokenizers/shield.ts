/**
 * Text of people inside a rendered prompt. A special token that they spell (`<|im_end|>` in a question) is ordinary text and must
 * not end a turn, while those of the template around it count. So before a template is rendered, each such spelling gets a mark
 * in front: U+FDD0, a code point that Unicode keeps for such inner use; templates neither strip nor change it. Where a text has
 * that character itself, it is doubled. Encoding a rendered prompt passes over marked spellings and then takes the marks out.
 */

const mark = '\ufdd0';
const marks = /\ufdd0(\ufdd0?)/g;

/** `starts`: places of spellings in `text`, in order. */
export function markSpellings(text: string, starts: readonly number[]): string {
  const parts = starts.map((start, index) => text.slice(index === 0 ? 0 : starts[index - 1], start).replaceAll(mark, mark + mark));
  const last = text.slice(starts.at(-1) ?? 0).replaceAll(mark, mark + mark);
  return [...parts, last].join(mark);
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
