/** What a person should know of the labels of a file: what is read as one class, what looks alike, what may be missing. */
import { foldLabel, isFractionLabel, isNumberLabel, labelKey } from '../../contract/labelText.ts';
import { isDoubtfulLabel, shortLabel } from './labelCell.ts';
import type { Decision, LabelRows } from './labelCell.ts';

const shownGroups = 5;
const minusOneKey = labelKey('-1');

/** `decided`: what comes of each label; one that is not in it stays as it is. */
export function labelNotices(
  rows: LabelRows,
  decided: ReadonlyMap<string, Decision>,
  declared: readonly string[] | null,
): readonly string[] {
  const nameOf = (text: string): string | undefined => {
    const decision = decided.get(text) ?? { label: text };
    return 'label' in decision ? decision.label : undefined;
  };
  const kept = [...rows.keys()].filter((text) => nameOf(text) !== undefined);
  const spellings = Map.groupBy(kept, (text) => nameOf(text) ?? text);
  const names = [...spellings.keys()];
  const areValues = names.every(isNumberLabel) && names.some(isFractionLabel);
  const ofClasses = areValues ? [] : [...mergedNotice(spellings), ...alikeNotice(names), ...minusOneNotice(names, rows)];
  return [
    ...rewrittenNotice(spellings),
    ...ofClasses,
    ...(declared === null ? doubtfulNotices(rows, names) : []),
    ...thousandsNotice(names),
    ...emptyClassNotice(names, declared),
  ];
}

function mergedNotice(spellings: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const merged = [...spellings.values()].filter((texts) => texts.length > 1);
  if (merged.length === 0) return [];
  return [
    `Labels that mean the same are one class: ${listed(
      merged.map((texts) => texts.map(quoted).join(' and ')),
      '; ',
    )}.`,
  ];
}

/** A single spelling that is kept as another; a fraction shows best how it is read. */
function rewrittenNotice(spellings: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const changed = [...spellings].filter(([name, texts]) => texts.length === 1 && texts[0] !== name);
  const shown = changed.find(([name]) => isFractionLabel(name)) ?? changed[0];
  return shown === undefined ? [] : [`Labels such as ${quoted(shown[1][0] ?? '')} are read as the number ${shown[0]}.`];
}

function alikeNotice(names: readonly string[]): readonly string[] {
  const groups = [...Map.groupBy(names, foldLabel).values()].filter((group) => group.length > 1);
  if (groups.length === 0) return [];
  const shown = listed(
    groups.map((group) => group.map(quoted).join(' and ')),
    '; ',
  );
  return [`Labels that look alike are classes of their own: ${shown}. Write them alike in the file where they mean the same.`];
}

function doubtfulNotices(rows: LabelRows, names: readonly string[]): readonly string[] {
  return [...rows.keys()].filter(isDoubtfulLabel).map((text) => {
    const count = rowCount(rows.get(text) ?? 0);
    if (names.includes(text))
      return `${quoted(text)} is a class, of ${count}. Where it stands for a missing label, leave it empty in the file.`;
    return `Left out as missing: ${count} with the label ${quoted(text)}. Where it is a class, call it otherwise in the file.`;
  });
}

function minusOneNotice(names: readonly string[], rows: LabelRows): readonly string[] {
  const others = names.filter((name) => name !== '-1');
  const areIds = others.length === names.length - 1 && others.length > 1 && others.every((name) => /^\d+$/.test(name));
  if (!areIds) return [];
  const count = [...rows].reduce((sum, [text, each]) => sum + (labelKey(text) === minusOneKey ? each : 0), 0);
  return [`-1 is a label like the others, of ${rowCount(count)}. Where it stands for no label, remove these rows from the file.`];
}

function rowCount(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`;
}

function thousandsNotice(names: readonly string[]): readonly string[] {
  const example = names.find((name) => /^[+-]?\d{1,3}(,\d{3})+$/.test(name));
  if (example === undefined) return [];
  return [
    `Labels such as ${quoted(example)} are taken as texts: the comma may be a decimal one or one of thousands. Write them with a point, or without.`,
  ];
}

/** Of the classes that the file lists itself. */
function emptyClassNotice(names: readonly string[], declared: readonly string[] | null): readonly string[] {
  const known = new Set(names);
  const empty = (declared ?? []).filter((name) => !known.has(name));
  if (empty.length === 0) return [];
  const what = empty.length === 1 ? `the class ${quoted(empty[0] ?? '')}` : `${empty.length} classes, ${listed(empty.map(quoted), ', ')}`;
  return [`The file lists ${what} that no row has: an encoder keeps an output for it and never learns it.`];
}

function listed(parts: readonly string[], separator: string): string {
  const shown = parts.slice(0, shownGroups).join(separator);
  return parts.length > shownGroups ? `${shown}${separator}and ${parts.length - shownGroups} more` : shown;
}

function quoted(text: string): string {
  return `"${shortLabel(text)}"`;
}
