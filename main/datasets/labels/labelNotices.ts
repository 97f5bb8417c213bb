/**
 * What a person should know of the labels of a file: what is read as one class, what looks alike, what may be missing.
 */
import { foldLabel, isFractionLabel, isNumberLabel, labelKey } from '../../contract/labelText.ts';
import { isDoubtfulLabel, shortLabel } from './labelCell.ts';
import type { Decision, LabelRows } from './labelCell.ts';
import { labelWords as words } from '../../contract/words/labels.ts';
import type { Said } from '../../contract/words/words.ts';

const shownGroups = 5;
const minusOneKey = labelKey('-1');

/** `decided`: what comes of each label; one that is not in it stays as it is. */
export function labelNotices(
  rows: LabelRows,
  decided: ReadonlyMap<string, Decision>,
  declared: readonly string[] | null,
): readonly Said[] {
  const nameOf = (text: string): string | undefined => {
    const decision = decided.get(text) ?? { label: text };
    return 'label' in decision ? decision.label : undefined;
  };
  const kept = [...rows.keys()].filter((text) => nameOf(text) !== undefined);
  const spellings = Map.groupBy(kept, (text) => nameOf(text) ?? text);
  const names = [...spellings.keys()];
  const areValues = names.every(isNumberLabel) && names.some(isFractionLabel);
  const ofClasses = areValues
    ? []
    : [...mergedNotice(spellings), ...alikeNotice(names), ...minusOneNotice(names, rows)];
  return [
    ...rewrittenNotice(spellings),
    ...ofClasses,
    ...(declared === null ? doubtfulNotices(rows, names) : []),
    ...thousandsNotice(names),
    ...emptyClassNotice(names, declared),
  ];
}

function mergedNotice(spellings: ReadonlyMap<string, readonly string[]>): readonly Said[] {
  const merged = [...spellings.values()].filter((texts) => texts.length > 1);
  if (merged.length === 0) return [];
  return [words.merged(groupsOf(merged))];
}

/** A single spelling that is kept as another; a fraction shows best how it is read. */
function rewrittenNotice(spellings: ReadonlyMap<string, readonly string[]>): readonly Said[] {
  const changed = [...spellings].filter(([name, texts]) => texts.length === 1 && texts[0] !== name);
  const shown = changed.find(([name]) => isFractionLabel(name)) ?? changed[0];
  return shown === undefined ? [] : [words.rewritten({ label: shortLabel(shown[1][0] ?? ''), number: shown[0] })];
}

function alikeNotice(names: readonly string[]): readonly Said[] {
  const groups = [...Map.groupBy(names, foldLabel).values()].filter((group) => group.length > 1);
  if (groups.length === 0) return [];
  return [words.lookAlike(groupsOf(groups))];
}

function doubtfulNotices(rows: LabelRows, names: readonly string[]): readonly Said[] {
  return [...rows.keys()].filter(isDoubtfulLabel).map((text) => {
    const counted = { label: shortLabel(text), rows: rows.get(text) ?? 0 };
    return names.includes(text) ? words.doubtfulClass(counted) : words.leftOut(counted);
  });
}

function minusOneNotice(names: readonly string[], rows: LabelRows): readonly Said[] {
  const others = names.filter((name) => name !== '-1');
  const areIds = others.length === names.length - 1 && others.length > 1 && others.every((name) => /^\d+$/.test(name));
  if (!areIds) return [];
  const count = [...rows].reduce((sum, [text, each]) => sum + (labelKey(text) === minusOneKey ? each : 0), 0);
  return [words.minusOne({ rows: count })];
}

function thousandsNotice(names: readonly string[]): readonly Said[] {
  const example = names.find((name) => /^[+-]?\d{1,3}(,\d{3})+$/.test(name));
  if (example === undefined) return [];
  return [words.thousands({ label: shortLabel(example) })];
}

/** Of the classes that the file lists itself. */
function emptyClassNotice(names: readonly string[], declared: readonly string[] | null): readonly Said[] {
  const known = new Set(names);
  const empty = (declared ?? []).filter((name) => !known.has(name));
  const labels = empty.slice(0, shownGroups).map(shortLabel);
  const [first] = labels;
  if (first === undefined) return [];
  if (empty.length === 1) return [words.emptyClass({ label: first })];
  return [words.emptyClasses({ count: empty.length, labels, more: empty.length - labels.length })];
}

function groupsOf(groups: readonly (readonly string[])[]) {
  const shown = groups.slice(0, shownGroups).map((labels) => words.alike({ labels: labels.map(shortLabel) }));
  return { groups: shown, more: groups.length - shown.length };
}
