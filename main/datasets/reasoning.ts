/**
 * Thoughts inside an answer's text, between `<think>` and `</think>`, and how an answer goes on behind a prompt that
 * has opened such a block already.
 */

export interface Thoughts {
  /** Undefined where the text holds none. */
  readonly reasoning: string | undefined;
  readonly answer: string;
}

const [open, close] = ['<think>', '</think>'];

/**
 * Thoughts and answer of a text, without the marks around the thoughts. The opening one may be missing: the prompt
 * wrote it.
 */
export function splitThoughts(text: string): Thoughts {
  const end = text.lastIndexOf(close);
  if (end < 0) return { reasoning: undefined, answer: text };
  const before = text.slice(0, end);
  const start = before.indexOf(open);
  return { reasoning: start < 0 ? before : before.slice(start + open.length), answer: text.slice(end + close.length) };
}

/** Both in one text, as reasoning models write them. */
export function joinThoughts(reasoning: string, answer: string): string {
  return `${open}\n${reasoning.trim()}\n${close}\n\n${answer}`;
}

/**
 * What a model writes behind a prompt that ends with `opened`, which belongs to the answer: the text without that
 * beginning. A text without thoughts behind a block of thoughts closes it first: the answer would stand among the
 * thoughts otherwise.
 */
export function continueFrom(opened: string, text: string): { readonly text: string; readonly closes: boolean } {
  const word = opened.trim();
  if (word === '') return { text: withoutStart(text, opened), closes: false };
  const behind = opened.slice(opened.indexOf(word) + word.length);
  const start = text.trimStart();
  if (start.startsWith(word)) return { text: withoutStart(start.slice(word.length), behind), closes: false };
  const closing = closingTag(word);
  if (closing === undefined || text.includes(closing)) return { text, closes: false };
  return { text: `${behind}${closing}${behind === '' ? '' : '\n\n'}${text.replace(/^\n+/, '')}`, closes: true };
}

/** Without its first white space, as far as `space` has that already. */
function withoutStart(text: string, space: string): string {
  const own = /^\s*/.exec(text)?.[0] ?? '';
  if (own.startsWith(space)) return text.slice(space.length);
  return space.startsWith(own) ? text.slice(own.length) : text;
}

/**
 * The block of thoughts that a prompt leaves open at its end, `<think>` and the white space behind it; empty where
 * there is none.
 */
export function openBlockOf(prompt: string): string {
  const start = prompt.trimEnd();
  const open = closingTag(start)?.replace('/', '');
  return open === undefined ? '' : prompt.slice(start.length - open.length);
}

/** `</think>` where a text ends with `<think>`, `[/THINK]` of `[THINK]`; undefined where it opens no block. */
export function closingTag(text: string): string | undefined {
  const [, bracket, name] = /([<[])(think\w*|thought\w*|reason\w*)[>\]]$/i.exec(text) ?? [];
  if (bracket === undefined || name === undefined) return undefined;
  return bracket === '<' ? `</${name}>` : `[/${name}]`;
}
