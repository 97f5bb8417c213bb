/** Words repeat: what was computed for a short one is kept, which makes tokenising several times as quick. */

const maxWords = 100_000;
const maxWordLength = 64;

export function rememberWords<T>(compute: (word: string) => T): (word: string) => T {
  const known = new Map<string, T>();
  return (word) => {
    if (word.length > maxWordLength) return compute(word);
    const found = known.get(word);
    if (found !== undefined) return found;
    const computed = compute(word);
    if (known.size >= maxWords) known.clear();
    known.set(word, computed);
    return computed;
  };
}
