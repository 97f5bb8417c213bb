/**
 * Which rows of a dataset are kept for evaluation: a pure function of the dataset's rows and of a seed of its own, so
 * that runs of other training seeds, methods and lengths judge the same rows. The plan before a run and the engine call
 * the same function. Rows equal in text are never on both sides, all trained pieces of a row go with it, and every
 * class (of numbers: every stretch of them) has its share. Rows are ordered by a hash of seed and row instead of being
 * shuffled: a row more or less (another cut, another tokenizer) leaves the others where they were.
 */
import { classIdOf, type LabelTask } from './labels.ts';
import { isFractionLabel, isNumberLabel } from './labelText.ts';

/** The trained pieces of a dataset; all lists but `usable` have a value for each. */
export interface SplitPieces {
  /** Row of the dataset. */
  readonly sourceRows: ArrayLike<number>;
  /** The same number where rows are equal in text; absent: as if no row were. */
  readonly groups?: ArrayLike<number> | undefined;
  /** Label of the row, where the dataset has some. */
  readonly labels?: readonly string[] | undefined;
  /** Indices of the pieces that teach something, ascending: these alone are split. */
  readonly usable: readonly number[];
}

export interface SplitRequest {
  readonly pieces: SplitPieces;
  /** Of the rows, 0 to below 1. */
  readonly share: number;
  readonly splitSeed: number;
  /** Of an encoder; without one, labels with fractions are numbers and all others classes. */
  readonly task?: LabelTask | undefined;
}

/** Indices of pieces, ascending. */
export interface Split {
  readonly training: readonly number[];
  readonly evaluation: readonly number[];
}

/** Rows that stay together. */
interface Unit {
  readonly rows: number;
  readonly pieces: readonly number[];
  /** Where the seed puts it. */
  readonly place: number;
}

const mostStretches = 10;

/** Never leaves training empty; without a second different row nothing is evaluated. */
export function splitForEvaluation(request: SplitRequest): Split {
  const { usable } = request.pieces;
  const kept = new Set<number>();
  for (const { pieces } of chooseUnits(request)) for (const piece of pieces) kept.add(piece);
  return {
    training: usable.filter((piece) => !kept.has(piece)),
    evaluation: usable.filter((piece) => kept.has(piece)),
  };
}

/** How many different rows these pieces are of; pieces of a row stand side by side. */
export function countRows(sourceRows: ArrayLike<number>, pieces: readonly number[]): number {
  return pieces.reduce(
    (rows, piece, at) => rows + (at > 0 && sourceRows[piece] === sourceRows[pieces[at - 1]] ? 0 : 1),
    0,
  );
}

/** The name of each label's class: two labels of one class have one name. */
export function classNamer(task: LabelTask | undefined): (label: string) => string {
  const known = new Map<string, string>();
  return (label) => {
    const name = known.get(label) ?? (task ? task.labels[classIdOf(label, task) ?? -1] : undefined) ?? label;
    known.set(label, name);
    return name;
  };
}

/** Whether labels are classes or numbers, where no task says it. */
export function kindOfLabels(labels: readonly string[]): LabelTask['kind'] {
  return labels.every(isNumberLabel) && labels.some(isFractionLabel) ? 'regression' : 'classification';
}

/**
 * One of every class first, where the share is large enough for that; then always from the class that is furthest
 * behind its share. One unit of each class stays in training, so a class of a single row is trained and never
 * evaluated.
 */
function chooseUnits({ pieces, share, splitSeed, task }: SplitRequest): readonly Unit[] {
  const units = share > 0 ? findUnits(pieces, splitSeed) : [];
  if (units.length < 2) return [];
  const rows = sumOf(units);
  const wanted = Math.min(Math.max(1, Math.round(rows * share)), rows - 1);
  const draws = strataOf(units, { pieces, task, wanted }).map((stratum) => new Draw(stratum));
  const eligible = draws.reduce((sum, { size }) => sum + size, 0);
  for (const draw of draws) draw.quota = (wanted * draw.size) / eligible;
  if (sumOf(draws.map(({ smallest }) => smallest)) <= wanted) for (const draw of draws) draw.take(draw.smallest);
  fill(draws, wanted - sumOf(draws.flatMap((draw) => draw.taken)));
  const taken = draws.flatMap((draw) => draw.taken);
  return taken.length > 0 || draws.length === 0 ? taken : smallestHalf(units, rows);
}

/** A unit that would lead further off than it brings near stays in training. */
function fill(draws: readonly Draw[], missingRows: number): void {
  for (let missing = missingRows; missing > 0;) {
    let last: Draw | undefined;
    for (const draw of draws) {
      const isOpen = draw.next(2 * missing) !== undefined;
      if (isOpen && (last === undefined || draw.behind > last.behind)) last = draw;
    }
    const unit = last?.next(2 * missing);
    if (!last || !unit) return;
    last.take(unit);
    missing -= unit.rows;
  }
}

/** Where every unit is far larger than the share: the smallest, unless that would be most of the rows. */
function smallestHalf(units: readonly Unit[], rows: number): readonly Unit[] {
  const smallest = smallestOf(units);
  return 2 * smallest.rows <= rows ? [smallest] : [];
}

function findUnits({ sourceRows, groups, usable }: SplitPieces, splitSeed: number): readonly Unit[] {
  const byKey = new Map<number, number[]>();
  for (const piece of usable) {
    const key = (groups ?? sourceRows)[piece];
    const known = byKey.get(key);
    if (known) known.push(piece);
    else byKey.set(key, [piece]);
  }
  const units = [...byKey].map(([key, pieces]) => ({
    rows: countRows(sourceRows, pieces),
    pieces,
    place: placeOf(key, splitSeed),
  }));
  return inOrder(units);
}

interface StrataOptions extends Pick<SplitRequest, 'pieces' | 'task'> {
  /** Rows to evaluate on. */
  readonly wanted: number;
}

/**
 * Units by what must have its share; each in the order of the seed. A unit of several labels counts as its first row's.
 */
function strataOf(
  units: readonly Unit[],
  { pieces: { labels, usable }, task, wanted }: StrataOptions,
): readonly (readonly Unit[])[] {
  if (!labels) return [units];
  const labelOf = ({ pieces: [piece] }: Unit): string => labels[piece];
  const kind = task?.kind ?? kindOfLabels(usable.map((piece) => labels[piece]));
  if (kind === 'regression') return stretchesOf(units, { valueOf: (unit) => Number(labelOf(unit)), wanted });
  const nameOf = classNamer(task);
  const classes = [...groupBy(units, (unit) => nameOf(labelOf(unit))).values()];
  const several = classes.filter(({ length }) => length > 1);
  // What an encoder has seen no row of it cannot learn; a model that writes may be asked for any answer.
  const single = task ? [] : inOrder(classes.filter(({ length }) => length === 1).flat());
  return single.length > 1 ? [...several, single] : several;
}

/** As many stretches of numbers as can be evaluated, of equally many units. */
function stretchesOf(
  units: readonly Unit[],
  { valueOf, wanted }: { readonly valueOf: (unit: Unit) => number; readonly wanted: number },
): readonly (readonly Unit[])[] {
  const values = new Map(units.map((unit) => [unit, valueOf(unit)]));
  // stable: else as the seed has them
  const byValue = [...units].sort((a, b) => (values.get(a) ?? 0) - (values.get(b) ?? 0));
  const count = Math.max(1, Math.min(mostStretches, wanted, Math.floor(units.length / 2)));
  const startOf = (stretch: number): number => Math.floor((stretch * units.length) / count);
  return Array.from({ length: count }, (_, stretch) => inOrder(byValue.slice(startOf(stretch), startOf(stretch + 1))));
}

function groupBy<Key>(units: readonly Unit[], keyOf: (unit: Unit) => Key): ReadonlyMap<Key, Unit[]> {
  const groups = new Map<Key, Unit[]>();
  for (const unit of units) {
    const key = keyOf(unit);
    const known = groups.get(key);
    if (known) known.push(unit);
    else groups.set(key, [unit]);
  }
  return groups;
}

function inOrder(units: readonly Unit[]): readonly Unit[] {
  return [...units].sort((a, b) => a.place - b.place || a.pieces[0] - b.pieces[0]);
}

function sumOf(units: readonly Unit[]): number {
  return units.reduce((sum, { rows }) => sum + rows, 0);
}

function smallestOf(units: readonly Unit[]): Unit {
  return units.reduce((least, unit) => (unit.rows < least.rows ? unit : least));
}

/** What is taken of one stratum. */
class Draw {
  /** Rows of all its units. */
  readonly size: number;
  /** The first of the smallest units. */
  readonly smallest: Unit;
  readonly taken: Unit[] = [];
  /** Rows that would be its share. */
  quota = 0;
  #rows = 0;
  readonly #count: number;
  readonly #left: Unit[];

  constructor(units: readonly Unit[]) {
    this.size = sumOf(units);
    this.smallest = smallestOf(units);
    this.#count = units.length;
    this.#left = [...units].reverse(); // the next one last
  }

  get behind(): number {
    return this.quota - this.#rows;
  }

  /**
   * The next of fewer rows than `limit`, but never the last one. Larger ones are passed over for good: limits only
   * shrink.
   */
  next(limit: number): Unit | undefined {
    if (this.taken.length + 1 >= this.#count) return undefined;
    for (let unit = this.#left.at(-1); unit; unit = this.#left.at(-1)) {
      if (unit.rows < limit && !this.#isTaken(unit)) return unit;
      this.#left.pop();
    }
    return undefined;
  }

  take(unit: Unit): void {
    this.taken.push(unit);
    this.#rows += unit.rows;
    if (this.#left.at(-1) === unit) this.#left.pop();
  }

  /** Only the smallest is ever taken out of turn. */
  #isTaken(unit: Unit): boolean {
    return unit === this.smallest && this.taken.includes(unit);
  }
}

/** 32 bits that look random: MurmurHash3's last steps over key and seed, of whose 53 bits both halves count. */
function placeOf(key: number, seed: number): number {
  return mix(mix(mix(key + 1) ^ seed) ^ Math.floor(seed / 2 ** 32));
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
