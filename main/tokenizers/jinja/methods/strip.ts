/** strip, split and their kin: with Python's idea of white space, and of what their arguments mean. */
import { TemplateFailure } from '../errors.ts';
import { space } from '../lexer.ts';
import { charactersOf } from '../text.ts';

const blank = new RegExp(`^${space}$`);
const words = new RegExp(`[^${space.slice(1, -1)}]+`, 'g');

export type Side = 'left' | 'right' | 'both';

/** Without the characters of the set at its sides; null: without white space. */
export function strip(text: string, set: string | null, side: Side): string {
  const characters = charactersOf(text);
  const drops = set === null ? (each: string) => blank.test(each) : (each: string) => charactersOf(set).includes(each);
  let [from, to] = [0, characters.length];
  if (side !== 'right') while (from < to && drops(characters[from])) from++;
  if (side !== 'left') while (to > from && drops(characters[to - 1])) to--;
  return characters.slice(from, to).join('');
}

export function isBlank(text: string): boolean {
  return charactersOf(text).every((each) => blank.test(each));
}

/** At most so many cuts from the left; below 0: all. */
export function split(text: string, separator: string | null, most: bigint): string[] {
  if (separator === null) return splitWords(text, most);
  if (separator === '') throw new TemplateFailure('a text cannot be split at an empty separator');
  const parts = text.split(separator);
  if (most < 0n || BigInt(parts.length) <= most + 1n) return parts;
  const kept = parts.slice(0, Number(most));
  return [...kept, parts.slice(Number(most)).join(separator)];
}

function splitWords(text: string, most: bigint): string[] {
  const found = Array.from(text.matchAll(words));
  if (most < 0n || BigInt(found.length) <= most) return found.map(([word]) => word);
  const count = Number(most);
  return [...found.slice(0, count).map(([word]) => word), text.slice(found[count].index)];
}

/** From the right. */
export function rsplit(text: string, separator: string | null, most: bigint): string[] {
  if (separator === null) return rsplitWords(text, most);
  if (separator === '') throw new TemplateFailure('a text cannot be split at an empty separator');
  const parts = text.split(separator);
  if (most < 0n || BigInt(parts.length) <= most + 1n) return parts;
  const cut = parts.length - Number(most);
  return [parts.slice(0, cut).join(separator), ...parts.slice(cut)];
}

function rsplitWords(text: string, most: bigint): string[] {
  const found = Array.from(text.matchAll(words));
  if (most < 0n || BigInt(found.length) <= most) return found.map(([word]) => word);
  const cut = found.length - Number(most);
  const last = found[cut - 1];
  return [text.slice(0, last.index + last[0].length), ...found.slice(cut).map(([word]) => word)];
}

/** str.splitlines() */
export function splitLines(text: string, keepEnds = false): string[] {
  const lines =
    text.match(/[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|$)/g) ?? [];
  if (lines.at(-1) === '') lines.pop();
  return keepEnds ? lines : lines.map((line) => line.replace(/(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])$/, ''));
}
