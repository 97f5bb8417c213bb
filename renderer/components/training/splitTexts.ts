/** How a run's rows are split, in the window's language: the same as contract/splitSummary.ts says in English. */
import type { OwnRows, SplitSummary } from '../../../main/contract/splitSummary.ts';
import type { splitWords } from '../../i18n/split.ts';

type Words = typeof splitWords.en;

const namedClasses = 10;
const nameLength = 40;

/** `120 trained, 12 evaluated`. */
export function splitText({ trainingRows, trainingPieces, evaluationRows, testDataset }: SplitSummary, t: Words): string {
  const parts = [t.trainedAndEvaluated(trainingRows, evaluationRows)];
  if (testDataset !== undefined) parts.push(t.tested(testDataset.rows));
  if (trainingPieces !== trainingRows) parts.push(t.pieces(trainingPieces));
  return parts.join(', ');
}

/** A sentence each; empty where there is nothing to say. */
export function splitNotes(split: SplitSummary, t: Words): readonly string[] {
  const { equalRows, nothingToEvaluate, classesNotEvaluated, classesNotEvaluatedCount, classesNotTrained } = split;
  return [
    ...(equalRows ? [t.equalRows(equalRows)] : []),
    ...(nothingToEvaluate ? [t.nothingToEvaluate] : []),
    ...(classesNotEvaluatedCount > 0 ? [t.notEvaluated(named(classesNotEvaluated, classesNotEvaluatedCount, t))] : []),
    ...(classesNotTrained.length > 0 ? [t.notTrained(named(classesNotTrained, classesNotTrained.length, t))] : []),
    ...ownRowsNote(split.evaluationDataset, t.evaluationEqual),
    ...ownRowsNote(split.testDataset, t.testEqual),
  ];
}

function ownRowsNote(own: OwnRows | undefined, word: Words['testEqual']): readonly string[] {
  return own === undefined || own.equalToTrained === 0 ? [] : [word(own.equalToTrained, own.rows)];
}

function named(labels: readonly string[], count: number, t: Words): string {
  const shown = labels.slice(0, namedClasses).map((label) => `“${label.slice(0, nameLength)}”`);
  const text = shown.join(', ');
  return count > shown.length ? t.andMore(text, count - shown.length) : text;
}
