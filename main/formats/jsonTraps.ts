/**
 * What JSON.parse lets pass and we do not: of two equal keys it keeps the last and says nothing, which lets a file show
 * different contents to different readers; and nesting without limit, which overflows the stack of whoever walks it.
 */
import { fileWords } from '../contract/words/files.ts';
import type { Said } from '../contract/words/words.ts';

const maxDepth = 256;

/**
 * Why a JSON text should not be trusted, as the end of a sentence, or undefined. `text` must be valid JSON.
 */
export function findJsonTrap(text: string): Said | undefined {
  // One entry per open bracket: the keys seen in an object, null for a list.
  const open: (Set<string> | null)[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{') open.push(new Set());
    else if (character === '[') open.push(null);
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const start = i;
      i = endOfString(text, start);
      const keys = open.at(-1);
      if (!keys || !isKey(text, i)) continue;
      const key = String(JSON.parse(text.slice(start, i + 1)));
      if (keys.has(key)) return fileWords.keyTwice({ key: JSON.stringify(key) });
      keys.add(key);
    }
    if (open.length > maxDepth) return fileWords.tooDeep({ most: maxDepth });
  }
  return undefined;
}

/** Position of the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return text.length;
}

/** A string is a key exactly when a colon follows. */
function isKey(text: string, end: number): boolean {
  let next = end + 1;
  while (next < text.length && ' \t\r\n'.includes(text[next])) next++;
  return text[next] === ':';
}
