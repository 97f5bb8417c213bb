/**
 * Formulas in Markdown, as extensions of marked: `\(…\)`, `\[…\]`, `$$…$$` and, with care, `$…$`. A formula holds no
 * empty line, so that blocks above one that is still being written never change. Inside a formula nothing is Markdown.
 */
import { Marked, type MarkedOptions, type TokenizerExtension } from 'marked';

export interface FormulaToken {
  readonly type: 'formula';
  readonly raw: string;
  readonly tex: string;
  readonly isDisplay: boolean;
  /** False while its end is not written yet. */
  readonly isClosed: boolean;
}

const emptyLine = /\n[ \t]*\n/;
const displays = [
  { open: '$$', close: '$$' },
  { open: '\\[', close: '\\]' },
] as const;

/** The formula at the very beginning of `text`, whatever surrounds it. */
export function formulaAt(text: string): FormulaToken | undefined {
  for (const { open, close } of displays)
    if (text.startsWith(open)) return between(text, { open, close, isDisplay: true });
  if (text.startsWith('\\(')) return between(text, { open: '\\(', close: '\\)', isDisplay: false });
  return text.startsWith('$') ? betweenDollars(text) : undefined;
}

interface Delimiters {
  readonly open: string;
  readonly close: string;
  readonly isDisplay: boolean;
}

function between(text: string, { open, close, isDisplay }: Delimiters): FormulaToken | undefined {
  const end = endOf(text, open.length, close);
  if (end === -1) return undefined;
  const tex = text.slice(open.length, end);
  if (tex.trim() === '' || emptyLine.test(tex) || isProse(tex)) return undefined;
  return { type: 'formula', raw: text.slice(0, end + close.length), tex: tex.trim(), isDisplay, isClosed: true };
}

/** A backslash before the end takes its meaning, as in `\\]`: a line's end with a bracket, and `\$`. */
function endOf(text: string, from: number, close: string): number {
  for (let at = from; at < text.length; at++) {
    if (text.startsWith(close, at)) return at;
    if (text[at] === '\\') at++;
  }
  return -1;
}

/** Escaped brackets around words, as `\[not a link\]`, are brackets. */
function isProse(tex: string): boolean {
  return /^[\p{L}\s,.!?'’:;-]+$/u.test(tex) && /\p{L}{3,}/u.test(tex);
}

/**
 * On one line; nothing empty beside the signs; no word or digit after the end. What begins with a digit must show a
 * sign of mathematics and no words, so that "$5 and $10", "$5-$10", "$5 or 6$" and "$HOME:$PATH" stay what they are.
 */
function betweenDollars(text: string): FormulaToken | undefined {
  const found = /^\$(?![\s$])((?:\\[^\n]|[^\\$\n])*?(?:\\[^\n\s]|[^\s\\$]))\$(?![\p{L}\p{N}$])/u.exec(text);
  const tex = found?.[1];
  if (found === null || tex === undefined) return undefined;
  const hasWords = /(?<![\\\p{L}])\p{L}{2,}\s|\s(?<![\\\p{L}])\p{L}{2,}/u.test(tex) && !/[\\^_={}]/.test(tex);
  const isAmount = /^\d[\d.,\s]*(?:[-–]\s*\d[\d.,]*)?$/.test(tex) && /[-–\s]/.test(tex);
  if (hasWords || isAmount) return undefined;
  return { type: 'formula', raw: found[0], tex, isDisplay: false, isClosed: true };
}

/**
 * Where the first formula may begin: not after a word, where a dollar is an amount, nor after a backslash, which
 * escapes.
 */
function firstOpening(text: string): number {
  const found = /(?<![\p{L}\p{N}\\$])\$|(?<!\\)\\[([]/u.exec(text);
  return found?.index ?? -1;
}

const inline: TokenizerExtension = {
  name: 'formula',
  level: 'inline',
  start: (text) => firstOpening(text),
  tokenizer: (text) => formulaAt(text),
};

/** A display alone on its lines: what would begin a list or a heading elsewhere is a part of it. */
const block: TokenizerExtension = {
  name: 'formulaBlock',
  level: 'block',
  start: (text) => {
    const found = /\n {0,3}(?:\$\$|\\\[)/.exec(text);
    return found?.index ?? -1;
  },
  tokenizer: (text) => blockAt(text),
};

function blockAt(text: string): FormulaToken | undefined {
  const indent = /^ {0,3}/.exec(text)?.[0] ?? '';
  const rest = text.slice(indent.length);
  if (!displays.some(({ open }) => rest.startsWith(open))) return undefined;
  const formula = formulaAt(rest);
  if (formula !== undefined) {
    const after = /^[ \t]*(?=\n|$)/.exec(rest.slice(formula.raw.length));
    return after === null ? undefined : { ...formula, raw: indent + formula.raw + after[0] };
  }
  return openBlockAt(text, indent, rest);
}

/** Up to the empty line or the end: one block while it is written, so that no half of it is drawn as a list. */
function openBlockAt(text: string, indent: string, rest: string): FormulaToken | undefined {
  const raw = text.slice(0, emptyLine.exec(text)?.index ?? text.length);
  const inner = raw.slice(indent.length + 2);
  const close = rest.startsWith('$$') ? '$$' : '\\]';
  if (endOf(inner, 0, close) !== -1 || isProse(inner)) return undefined;
  return { type: 'formula', raw, tex: inner.trim(), isDisplay: true, isClosed: false };
}

/** Where a formula of `\(`, `\[` or `$$` begins whose end is not there; the length of the text where none does. */
export function openFormulaAt(text: string): number {
  for (let at = 0; at < text.length;) {
    if (text[at] === '`') {
      const ticks = /^`+/.exec(text.slice(at))?.[0] ?? '`';
      const end = text.indexOf(ticks, at + ticks.length);
      at = end === -1 ? at + ticks.length : end + ticks.length;
      continue;
    }
    const formula = formulaAt(text.slice(at));
    const isOpening = ['\\(', '\\[', '$$'].some((open) => text.startsWith(open, at));
    if (formula === undefined && isOpening && !emptyLine.test(text.slice(at)) && !isProse(text.slice(at + 2)))
      return at;
    if (formula === undefined && text[at] === '\\') at++;
    at += formula?.raw.length ?? 1;
  }
  return text.length;
}

/** Of closed formulas outside of code, each with where it begins; for who must not touch what is in them. */
export function closedFormulas(text: string): readonly { readonly at: number; readonly raw: string }[] {
  const found: { at: number; raw: string }[] = [];
  let before = '';
  for (let at = 0; at < text.length;) {
    const isAfterWord = text[at] === '$' && /[\p{L}\p{N}\\$]$/u.test(before);
    const formula = isAfterWord ? undefined : formulaAt(text.slice(at));
    if (formula !== undefined) found.push({ at, raw: formula.raw });
    const step = formula?.raw.length ?? (text[at] === '\\' ? 2 : 1);
    before = text.slice(Math.max(0, at + step - 2), at + step);
    at += step;
  }
  return found;
}

/** A single line break is one, as people and models write in a chat. */
const optionsWith = (...extensions: TokenizerExtension[]): MarkedOptions =>
  new Marked({ gfm: true, breaks: true, extensions }).defaults;

export const markdownOptions = optionsWith(block, inline);

/** For the paragraph of a display that never ended. */
export const inlineOptions = optionsWith(inline);
