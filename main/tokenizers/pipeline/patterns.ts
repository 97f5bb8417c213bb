/**
 * The patterns of Split and Replace: a literal text, or a regular expression of Oniguruma, which is translated.
 * Surprising: an empty match right behind another match does not count, as in the Rust tokenizers.
 */
import { toRegExpDetails } from 'oniguruma-to-es';
import { isJsonObject } from '../tokenizerSource.ts';
import type { StepConfig } from './stepConfig.ts';
import { withKnownCharacters } from './unicode.ts';
import { tokenizerWords as words } from '../../contract/words/tokenizer.ts';

/** [start, end) in code units, and whether the pattern matched there. Spans cover the text in order. */
export type Span = readonly [start: number, end: number, isMatch: boolean];

export type FindSpans = (text: string) => Span[];

const wordCharacters = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}';
/** Oniguruma counts these among word characters outside of brackets alone. */
const wordNumbers = '\\x{B2}\\x{B3}\\x{B9}\\x{BC}-\\x{BE}';
const word = `[${wordCharacters}${wordNumbers}]`;
const boundary = `(?:(?<!${word})(?=${word})|(?<=${word})(?!${word}))`;
const noBoundary = `(?:(?<!${word})(?!${word})|(?<=${word})(?=${word}))`;
const outsideBrackets: Readonly<Record<string, string>> = {
  w: word,
  W: `[^${wordCharacters}${wordNumbers}]`,
  b: boundary,
  B: noBoundary,
};
const insideBrackets: Readonly<Record<string, string>> = { w: wordCharacters, W: `[^${wordCharacters}]` };

/** Spells out what the translator takes to be another set of characters than Oniguruma does. */
function withWordCharacters(pattern: string): string {
  let depth = 0;
  return pattern.replace(/\\[\s\S]|\[|\]/g, (part) => {
    if (part === '[') depth++;
    if (part === ']') depth = Math.max(0, depth - 1);
    if (part.length < 2) return part;
    const letter = part.charAt(1);
    return (depth > 0 ? insideBrackets : outsideBrackets)[letter] ?? part;
  });
}

function translate(pattern: string, config: StepConfig): RegExp {
  try {
    const { pattern: source, flags, options } = toRegExpDetails(withWordCharacters(pattern), { global: true });
    if (options?.strategy === undefined || options.strategy === null) return new RegExp(source, flags);
    throw new Error('it needs the end of the match before');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw config.unsupported(words.pattern({ pattern, why: reason }), 'pattern');
  }
}

/** Where a regular expression of Oniguruma matches. Throws GraftError('unsupported') that shows the pattern. */
export function findRegex(pattern: string, config: StepConfig): FindSpans {
  const regex = translate(pattern, config);
  return (text) => spansOf(regex, text);
}

function spansOf(regex: RegExp, text: string): Span[] {
  const searched = withKnownCharacters(text);
  const spans: Span[] = [];
  let end = 0;
  let isFirst = true;
  regex.lastIndex = 0;
  for (let match = regex.exec(searched); match !== null; match = regex.exec(searched)) {
    const start = match.index;
    const length = match[0].length;
    if (length === 0) regex.lastIndex = start + (Number(searched.codePointAt(start)) > 0xffff ? 2 : 1);
    if (length === 0 && start === end && !isFirst) continue;
    if (end < start) spans.push([end, start, false]);
    spans.push([start, start + length, true]);
    end = start + length;
    isFirst = false;
  }
  if (end < text.length) spans.push([end, text.length, false]);
  return spans;
}

/** Where a literal text stands. */
export function findText(wanted: string): FindSpans {
  return (text) => {
    const spans: Span[] = [];
    let end = 0;
    for (let start = text.indexOf(wanted); start >= 0; start = text.indexOf(wanted, end)) {
      if (end < start) spans.push([end, start, false]);
      end = start + wanted.length;
      spans.push([start, end, true]);
    }
    if (end < text.length) spans.push([end, text.length, false]);
    return spans;
  };
}

/** Where single characters of a set stand; `characters` is global and matches one character at a time. */
export function findCharacters(characters: RegExp): FindSpans {
  return (text) => {
    const spans: Span[] = [];
    let end = 0;
    for (const match of text.matchAll(characters)) {
      if (end < match.index) spans.push([end, match.index, false]);
      end = match.index + match[0].length;
      spans.push([match.index, end, true]);
    }
    if (end < text.length) spans.push([end, text.length, false]);
    return spans;
  };
}

/** The `pattern` of a step: `{ String }` or `{ Regex }`. */
export function findPattern(config: StepConfig): FindSpans {
  const pattern = config.value('pattern');
  if (isJsonObject(pattern) && typeof pattern.Regex === 'string') return findRegex(pattern.Regex, config);
  if (!isJsonObject(pattern) || typeof pattern.String !== 'string') throw config.invalid('pattern', words.noPattern());
  if (pattern.String === '') return findRegex('', config);
  return findText(pattern.String);
}
