/**
 * JSON.parse keeps the last of two equal keys and says nothing, which lets a file show different contents to different
 * readers. This finds such a key.
 */

/** The first key that one object of `text` holds twice, or undefined. `text` must be valid JSON. */
export function findDuplicateKey(text: string): string | undefined {
  const keysOfOpenObjects: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{') keysOfOpenObjects.push(new Set());
    else if (character === '}') keysOfOpenObjects.pop();
    else if (character === '"') {
      const start = i;
      i = endOfString(text, start);
      if (!isKey(text, i)) continue;
      const key = String(JSON.parse(text.slice(start, i + 1)));
      const keys = keysOfOpenObjects.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
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
  while (next < text.length && ' \t\r\n'.includes(text[next] ?? '')) next++;
  return text[next] === ':';
}
