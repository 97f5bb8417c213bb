/**
 * Cuts a row of one text or two to a length and keeps its special tokens, as the fast tokenizers of transformers do
 * with `truncation=True`: the end of a single text goes; of two, first the end of the longer one, then both to half
 * each.
 */

/** Tokens of the special kind around the texts: `before` + first (+ `between` + second) + `after`. */
export interface RowLayout {
  readonly before: number;
  readonly between: number;
  readonly after: number;
}

/** A row as a token file holds it; `secondStart` is its length where there is no second text. */
export interface TextPairRow<Ids> {
  readonly ids: Ids;
  readonly secondStart: number;
}

interface Sliceable<Ids> extends ArrayLike<number> {
  slice(from: number, to: number): Ids;
}

/** Both rows and arrays of numbers; `join` puts the kept pieces together. */
export function cutTextPair<Ids extends Sliceable<Ids>>(
  row: TextPairRow<Ids>,
  { before, between, after }: RowLayout,
  { maxLength, join }: { readonly maxLength: number; readonly join: (parts: readonly Ids[]) => Ids },
): TextPairRow<Ids> {
  const { ids, secondStart } = row;
  const { length } = ids;
  if (length <= maxLength) return row;
  const isPair = secondStart < length;
  const room = maxLength - before - after - (isPair ? between : 0);
  if (room < (isPair ? 2 : 1)) return { ids: ids.slice(0, maxLength), secondStart: Math.min(secondStart, maxLength) };
  const firstEnd = isPair ? secondStart - between : length - after;
  const [first, second] = isPair ? shareRoom(firstEnd - before, length - after - secondStart, room) : [room, 0];
  const parts = [
    ids.slice(0, before + first),
    ids.slice(firstEnd, secondStart + second),
    ids.slice(length - after, length),
  ];
  if (!isPair)
    return { ids: join([ids.slice(0, before + first), ids.slice(length - after, length)]), secondStart: maxLength };
  return { ids: join(parts), secondStart: before + first + between };
}

/** `LongestFirst` of Hugging Face's tokenizers, for texts that do not fit together. */
function shareRoom(first: number, second: number, room: number): readonly [number, number] {
  const shorter = Math.min(first, second);
  const rest = Math.max(shorter, room - shorter);
  const fits = shorter + rest <= room;
  const [short, long] = fits ? [shorter, rest] : [Math.floor(room / 2), Math.floor(room / 2) + (room % 2)];
  return first <= second ? [short, long] : [long, short];
}
