/**
 * Several labels written into one text, `joy,anger`: told from a class with a comma in its name by the other labels.
 */

interface Part {
  readonly text: string;
  /** Position among the label's parts; null for a label that is this part alone. */
  readonly at: number | null;
}

/**
 * Of distinct labels those that hold several: each part is found in another label too, and one of them alone or at
 * another place. `Food, drink` beside `Arts, crafts` is one class, `Paris, France` beside `Lyon, France` too.
 */
export function severalLabels(labels: readonly string[]): ReadonlySet<string> {
  const split = labels.map((label) => ({ label, parts: partsOf(label) }));
  const found = new Map<string, { count: number; readonly places: Set<number | null> }>();
  for (const { parts } of split) {
    for (const { text, at } of parts) {
      const seen = found.get(text) ?? { count: 0, places: new Set() };
      seen.count += 1;
      seen.places.add(at);
      found.set(text, seen);
    }
  }
  const isShared = ({ text }: Part): boolean => (found.get(text)?.count ?? 0) > 1;
  const moves = ({ text }: Part): boolean => (found.get(text)?.places.size ?? 0) > 1;
  return new Set(
    split
      .filter(({ parts }) => parts.length > 1 && parts.every(isShared) && parts.some(moves))
      .map(({ label }) => label),
  );
}

function partsOf(label: string): readonly Part[] {
  const texts = [...new Set(label.split(/[,;|、]/).map((part) => part.trim()))].filter((part) => part !== '');
  return texts.length > 1 ? texts.map((text, at) => ({ text, at })) : [{ text: label, at: null }];
}
