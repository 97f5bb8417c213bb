/**
 * How the labels of one file are read, decided from all of them before the first row is kept: what one label says by
 * itself does not tell whether `NA` is a missing value or a class, `-1` a value or *no label*, `2,5` a number or two
 * labels. Whatever is left aside or read as something else than it is written is told in the notices.
 */
import { GraftError } from '../../contract/errors.ts';
import { asciiNumber, isFractionLabel, isNumberLabel, labelKey, wholeNumberText } from '../../contract/labelText.ts';
import { isDoubtfulLabel, readLabelCell, shortLabel } from './labelCell.ts';
import type { Decision, LabelRows } from './labelCell.ts';
import { labelNotices } from './labelNotices.ts';
import { severalLabels } from './severalLabels.ts';
import { labelWords as words } from '../../contract/words/labels.ts';
import type { Said } from '../../contract/words/words.ts';

export interface LabelRules {
  /** The label of a row as it is kept, or why the row has none. */
  read(value: unknown): Decision;
  /** What a person should know of it. */
  readonly notices: readonly Said[];
  /** Set where no row has a label, in words. */
  readonly problem: Said | null;
}

/** Before anything is known of the other labels: spellings that may be missing values are labels. */
export const singleLabelRules: LabelRules = {
  read(value) {
    const cell = readLabelCell(value);
    return 'reason' in cell ? cell : { label: cell.text };
  },
  notices: [],
  problem: null,
};

/** Collects the labels of a file, one row after the other. */
export class LabelCensus {
  readonly #declared: () => readonly string[] | null;
  readonly #rows = new Map<string, number>();

  /** `declared`: names of the classes where the file lists them, known at the latest when its rows have been read. */
  constructor(declared: () => readonly string[] | null) {
    this.#declared = declared;
  }

  add(value: unknown): void {
    const cell = readLabelCell(value, this.#declared());
    if ('text' in cell) this.#rows.set(cell.text, (this.#rows.get(cell.text) ?? 0) + 1);
  }

  rules(): LabelRules {
    const declared = this.#declared();
    const decided = declared === null ? decide(this.#rows) : new Map<string, Decision>();
    return {
      read(value) {
        const cell = readLabelCell(value, declared);
        return 'reason' in cell ? cell : (decided.get(cell.text) ?? { label: cell.text });
      },
      notices: labelNotices(this.#rows, decided, declared),
      problem: problemOf(this.#rows, decided),
    };
  }
}

/** Numbers so many, among fractions, that a word beside them is no class. */
const mostlyNumbers = 0.9;
const infinite = /^[+-]?inf(inity)?$/i;
const minusOne = labelKey('-1');

function decide(rows: LabelRows): ReadonlyMap<string, Decision> {
  const texts = [...rows.keys()];
  if (texts.every((text) => labelKey(text) === minusOne))
    return forAll(texts, words.noneSaid({ text: words.everyMinusOne() }));
  const certain = texts.filter((text) => !isDoubtfulLabel(text) && !infinite.test(text));
  const numbers = asNumbers(certain);
  if (certain.length > 0 && certain.every((text) => numbers.has(text))) return numericDecisions(texts, numbers, rows);
  if (isMostlyFractions(numbers, rows)) return numericDecisions(texts, numbers, rows);
  return wordDecisions(rows);
}

function forAll(texts: readonly string[], reason: Said): ReadonlyMap<string, Decision> {
  return new Map(texts.map((text) => [text, { reason }]));
}

/** Labels that are numbers, as ASCII has them. Commas are decimal where all of them can be nothing else. */
function asNumbers(texts: readonly string[]): ReadonlyMap<string, string> {
  const ascii = texts.map((text) => [text, asciiNumber(text)] as const);
  const isComma = hasDecimalCommas(ascii.map(([, number]) => number));
  const plain = ascii.map(([text, number]) => [text, isComma ? number.replace(',', '.') : number] as const);
  return new Map(plain.filter(([, number]) => isNumberLabel(number)));
}

const commaNumber = /^[+-]?\d+,\d+$/;

/**
 * `1,234` may be a thousand and more; `0,125`, `2,5` and `12,34` are no such thing. Labels with a point make it
 * thousands.
 */
export function hasDecimalCommas(numbers: readonly string[]): boolean {
  const commas = numbers.filter((number) => commaNumber.test(number));
  if (commas.length === 0 || numbers.some((number) => number.includes('.'))) return false;
  return commas.some((number) => !/^[+-]?[1-9]\d{0,2},\d{3}$/.test(number));
}

function isMostlyFractions(numbers: ReadonlyMap<string, string>, rows: LabelRows): boolean {
  const rowsOf = (texts: Iterable<string>): number => [...texts].reduce((sum, text) => sum + (rows.get(text) ?? 0), 0);
  return [...numbers.values()].some(isFractionLabel) && rowsOf(numbers.keys()) >= mostlyNumbers * rowsOf(rows.keys());
}

/**
 * Whole numbers are written as such (pandas makes 1.0 of 1 where a value is missing); fractions stay as they are
 * written.
 */
function numericDecisions(
  texts: readonly string[],
  numbers: ReadonlyMap<string, string>,
  rows: LabelRows,
): ReadonlyMap<string, Decision> {
  const areWhole = ![...numbers.values()].some(isFractionLabel);
  const names = namesOf(
    new Map([...numbers].map(([text, number]) => [text, areWhole ? wholeNumberText(number) : number])),
    rows,
  );
  return new Map(
    texts.map((text) => {
      const number = numbers.get(text);
      if (number === undefined)
        return [text, { reason: isDoubtfulLabel(text) ? words.noneSaid({ text }) : notANumber(text) }];
      return [
        text,
        Number.isFinite(Number(number)) ? { label: names.get(text) ?? number } : { reason: notANumber(text) },
      ];
    }),
  );
}

function notANumber(text: string): Said {
  const isInfinite = infinite.test(text) || isNumberLabel(text);
  const label = shortLabel(text);
  return isInfinite ? words.notFinite({ label }) : words.notNumber({ label });
}

function wordDecisions(rows: LabelRows): ReadonlyMap<string, Decision> {
  const missing = missingAmong(rows);
  const several = severalLabels([...rows.keys()].filter((text) => !missing.has(text)));
  const kept = [...rows.keys()].filter((text) => !missing.has(text) && !several.has(text));
  const names = namesOf(new Map(kept.map((text) => [text, text])), rows);
  const faults = [
    ...[...missing].map((text) => [text, { reason: words.noneSaid({ text }) }] as const),
    ...[...several].map((text) => [text, { reason: words.several({ label: shortLabel(text) }) }] as const),
  ];
  return new Map<string, Decision>([
    ...faults,
    ...kept.map((text) => [text, { label: names.get(text) ?? text }] as const),
  ]);
}

/**
 * Doubtful spellings that stand for a missing value: those of fewer rows than half of what each class would have, were
 * all equally frequent. `NA` among codes of two letters is one of them (Namibia), however rare.
 */
function missingAmong(rows: LabelRows): ReadonlySet<string> {
  const doubtful = [...rows.keys()].filter(isDoubtfulLabel);
  const others = [...rows.keys()].filter((text) => !isDoubtfulLabel(text));
  if (others.length === 0) return new Set(doubtful);
  const areCodes = others.length > 1 && others.every((text) => /^[A-Z]{2}$/.test(text));
  const rowsOfOthers = others.reduce((sum, text) => sum + (rows.get(text) ?? 0), 0);
  return new Set(
    doubtful.filter((text) => {
      const count = rows.get(text) ?? 0;
      const evenShare = (rowsOfOthers + count) / (others.length + 1);
      return !(areCodes && text === 'NA') && count < evenShare / 2;
    }),
  );
}

/** One name for all spellings of a class: that of most rows, the plain one where they are whole numbers. */
function namesOf(spellings: ReadonlyMap<string, string>, rows: LabelRows): ReadonlyMap<string, string> {
  const byKey = Map.groupBy(spellings.entries(), ([, name]) => labelKey(name));
  const names = new Map<string, string>();
  for (const group of byKey.values()) {
    const [[, first]] = group.toSorted(([a], [b]) => (rows.get(b) ?? 0) - (rows.get(a) ?? 0));
    const isOneSpelling = group.every(([, name]) => name === first);
    for (const [text] of group) names.set(text, isOneSpelling ? first : wholeNumberText(first));
  }
  return names;
}

function problemOf(rows: LabelRows, decided: ReadonlyMap<string, Decision>): Said | null {
  const isLabelled = [...rows.keys()].some((text) => !('reason' in (decided.get(text) ?? {})));
  if (isLabelled) return null;
  const isTestSplit = rows.size > 0 && [...rows.keys()].every((text) => labelKey(text) === minusOne);
  return isTestSplit ? words.testSplit() : words.noRowLabelled();
}

/** `problem`: that of the rules. */
export function noLabelError(file: string, column: string, problem: Said): GraftError {
  return new GraftError('invalid', words.noneAtAll({ file, problem, column }), {
    file,
    field: column,
    remedy: words.useLabelledSplit(),
  });
}
