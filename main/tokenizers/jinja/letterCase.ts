/**
 * Upper, lower and title case of Python's str. JavaScript has no title case; the few characters that have one are
 * listed.
 */
import { charactersOf } from './text.ts';

const titleOnly: Readonly<Record<string, string>> = {
  ...{ Ǆ: 'ǅ', ǅ: 'ǅ', ǆ: 'ǅ', Ǉ: 'ǈ', ǈ: 'ǈ', ǉ: 'ǈ', Ǌ: 'ǋ', ǋ: 'ǋ', ǌ: 'ǋ', Ǳ: 'ǲ', ǲ: 'ǲ', ǳ: 'ǲ' },
};
const georgian = /[\u10d0-\u10ff]/;
const cased = /\p{Cased}/u;

/** One character as the beginning of a word. */
function titleCharacter(character: string): string {
  if (character in titleOnly) return titleOnly[character];
  if (georgian.test(character)) return character;
  const upper = character.toUpperCase();
  const [first = '', ...rest] = Array.from(upper);
  return first + rest.join('').toLowerCase();
}

/** By position, so that a capital sigma at the end of a word becomes the final one. */
function lowerCharacters(characters: readonly string[]): readonly string[] {
  const lower = Array.from(characters.join('').toLowerCase());
  return lower.length === characters.length ? lower : characters.map((character) => character.toLowerCase());
}

/** str.capitalize() */
export function capitalized(text: string): string {
  const characters = charactersOf(text);
  return characters.length === 0 ? '' : titleCharacter(characters[0]) + lowerCharacters(characters).slice(1).join('');
}

/** str.title(): a word begins wherever a cased character follows one that is not. */
export function titled(text: string): string {
  const characters = charactersOf(text);
  const lower = lowerCharacters(characters);
  return characters
    .map((each, at) => (at > 0 && cased.test(characters[at - 1]) ? lower[at] : titleCharacter(each)))
    .join('');
}

/** str.swapcase() */
export function swapped(text: string): string {
  const characters = charactersOf(text);
  const lower = lowerCharacters(characters);
  return characters
    .map((each, at) =>
      /\p{Uppercase}/u.test(each) ? lower[at] : /\p{Lowercase}/u.test(each) ? each.toUpperCase() : each,
    )
    .join('');
}

/** str.isupper() and str.islower(): some letter has a case, and all that have one have this one. */
export function hasOnly(which: 'upper' | 'lower', text: string): boolean {
  const [wanted, other] =
    which === 'upper' ? [/\p{Uppercase}/u, /[\p{Lowercase}\p{Lt}]/u] : [/\p{Lowercase}/u, /[\p{Uppercase}\p{Lt}]/u];
  return wanted.test(text) && !other.test(text);
}

/** str.istitle() */
export function isTitled(text: string): boolean {
  let [found, inWord] = [false, false];
  for (const character of charactersOf(text)) {
    const isUpper = /[\p{Uppercase}\p{Lt}]/u.test(character);
    if (!isUpper && !/\p{Lowercase}/u.test(character)) {
      inWord = false;
      continue;
    }
    if (isUpper === inWord) return false;
    [found, inWord] = [true, true];
  }
  return found;
}
