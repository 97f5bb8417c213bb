/** What a split comes to, for form, run and command line; and what a person should know of it, in English. */
import { cutNote, type CutSummary } from './cutSummary.ts';
import {
  classNamer,
  countRows,
  kindOfLabels,
  type Split,
  type SplitPieces,
  type SplitRequest,
} from './evaluationSplit.ts';
import type { LabelTask } from './labels.ts';
import { spelledNote, type SpelledTokens } from './spelledTokens.ts';
import { type Said, englishOf } from './words/words.ts';

export interface SplitSummary {
  /** Rows of the dataset; a row may be several trained pieces, which is what steps count. */
  readonly trainingRows: number;
  readonly evaluationRows: number;
  readonly trainingPieces: number;
  readonly evaluationPieces: number;
  /** A share was asked for, but there is no row of another text to keep. */
  readonly nothingToEvaluate: boolean;
  /** Rows that are equal in text to an earlier one: on one side with it. null: not looked at, in a run made before. */
  readonly equalRows: number | null;
  /** Classes that are trained while no row of them is evaluated; the first 100. */
  readonly classesNotEvaluated: readonly string[];
  readonly classesNotEvaluatedCount: number;
  /** Classes of which all rows are kept for evaluation; the first 100. */
  readonly classesNotTrained: readonly string[];
  /** Where rows of another dataset are evaluated instead of a share of this one's. */
  readonly evaluationDataset?: OwnRows | undefined;
  readonly testDataset?: OwnRows | undefined;
  /** The test dataset is that for evaluation, by which the best step was chosen. */
  readonly testIsEvaluation?: boolean | undefined;
  /** What the maximum length cuts; absent in a run made before it was counted. */
  readonly cut?: CutSummary | undefined;
  /** Rows that the model cannot take; absent where it takes all, and in a run made before they were counted. */
  readonly unusable?: UnusableRows | undefined;
  /** Special tokens that rows spell; absent in a run made before they were looked for. */
  readonly spelled?: SpelledTokens | undefined;
}

/** Rows that a model cannot take, and why the first of them: its template does not show a part of it, say. */
export interface UnusableRows {
  readonly rows: number;
  /** Of the dataset's file. */
  readonly line: number;
  readonly reason: string | Said;
}

/** Of a dataset beside the one that is trained on. */
export interface OwnRows {
  readonly rows: number;
  /** Its rows that are equal in text to a row of the training dataset, on whichever side of a split that is. */
  readonly equalToTrained: number;
  /** Its pieces that are longer than the maximum length. */
  readonly cutPieces: number;
  readonly unusable?: UnusableRows | undefined;
}

const listedClasses = 100;
const namedClasses = 10;
const nameLength = 40;

/** `share`: of the rows, as it was asked for. `own`: the rows of another dataset that are evaluated instead. */
export function summariseSplit(
  { pieces, share, task }: Omit<SplitRequest, 'splitSeed'>,
  split: Split,
  own?: SplitPieces,
): SplitSummary {
  const { training } = split;
  const [from, evaluation] = own ? [own, own.usable] : [pieces, split.evaluation];
  const [trained, evaluated] = [classesOf(pieces, training, task), classesOf(from, evaluation, task)];
  const notEvaluated = evaluation.length === 0 ? [] : [...trained].filter((name) => !evaluated.has(name));
  return {
    trainingRows: countRows(pieces.sourceRows, training),
    evaluationRows: countRows(from.sourceRows, evaluation),
    trainingPieces: training.length,
    evaluationPieces: evaluation.length,
    nothingToEvaluate: share > 0 && evaluation.length === 0,
    equalRows: countEqualRows(pieces),
    classesNotEvaluated: notEvaluated.slice(0, listedClasses),
    classesNotEvaluatedCount: notEvaluated.length,
    classesNotTrained: [...evaluated].filter((name) => !trained.has(name)).slice(0, listedClasses),
  };
}

/** Of the pieces of one side. */
function classesOf({ labels, usable }: SplitPieces, side: readonly number[], task?: LabelTask): ReadonlySet<string> {
  if (!labels) return new Set();
  const kind = task?.kind ?? kindOfLabels(usable.map((piece) => labels[piece]));
  if (kind === 'regression') return new Set();
  const nameOf = classNamer(task);
  return new Set(side.map((piece) => nameOf(labels[piece])));
}

function countEqualRows({ sourceRows, groups, usable }: SplitPieces): number | null {
  if (!groups) return null;
  return countRows(sourceRows, usable) - new Set(usable.map((piece) => groups[piece])).size;
}

/** One sentence each; empty where there is nothing to say. */
export function splitNotes(summary: SplitSummary): readonly string[] {
  const { classesNotEvaluated, classesNotEvaluatedCount, classesNotTrained } = summary;
  const notes = [unusableNote(summary.unusable, 'dataset'), piecesNote(summary), equalRowsNote(summary)];
  if (summary.nothingToEvaluate)
    notes.push('No row is kept for evaluation: there is none of another text that could be spared.');
  if (classesNotEvaluatedCount > 0) {
    const names = named(classesNotEvaluated, classesNotEvaluatedCount);
    notes.push(`No row kept for evaluation has the label ${names}: its figures say nothing of it.`);
  }
  if (classesNotTrained.length > 0) {
    const names = named(classesNotTrained, classesNotTrained.length);
    notes.push(
      `Only rows kept for evaluation have the label ${names}: it cannot be learned. Add rows with it, or choose another seed.`,
    );
  }
  return [...notes, ...ownRowsNotes(summary), spelledNoteOf(summary), cutNoteOf(summary) ?? ''].filter(
    (note) => note !== '',
  );
}

/** Each row is one piece. */
export function areRows({ trainingRows, trainingPieces, evaluationRows, evaluationPieces }: SplitSummary): boolean {
  return trainingRows === trainingPieces && evaluationRows === evaluationPieces;
}

/** What the maximum length costs; undefined where it cuts nothing, or that is not known. */
export function cutNoteOf(summary: SplitSummary): string | undefined {
  return summary.cut && cutNote(summary.cut, areRows(summary));
}

function spelledNoteOf({ spelled }: SplitSummary): string {
  return (spelled && spelledNote(spelled)) ?? '';
}

function ownRowsNotes({ evaluationDataset, testDataset, testIsEvaluation }: SplitSummary): readonly string[] {
  return [
    ...notesOnOwn(evaluationDataset, 'evaluation'),
    ...notesOnOwn(testDataset, 'test'),
    ...(testIsEvaluation
      ? ['The test dataset is the evaluation dataset, by which the best step is chosen: its figures flatter.']
      : []),
  ];
}

function notesOnOwn(own: OwnRows | undefined, name: string): readonly string[] {
  if (own === undefined) return [];
  const { rows, equalToTrained, cutPieces, unusable } = own;
  const be = (count: number): string => (count === 1 ? 'is' : 'are');
  const equal = `${equalToTrained} of the ${rows} rows of the ${name} dataset ${be(equalToTrained)} equal in text to rows of the training dataset.`;
  const cut = `${cutPieces} of the rows of the ${name} dataset ${be(cutPieces)} longer than the maximum length and cut there.`;
  return [
    unusableNote(unusable, `${name} dataset`),
    ...(equalToTrained > 0 ? [equal] : []),
    ...(cutPieces > 0 ? [cut] : []),
  ];
}

/** `of`: which dataset it is. */
function unusableNote(unusable: UnusableRows | undefined, of: string): string {
  if (unusable === undefined) return '';
  const { rows, line, reason } = unusable;
  const which = rows === 1 ? '1 row' : `${rows} rows`;
  return `${which} of the ${of} cannot be taken by this model and ${rows === 1 ? 'is' : 'are'} left out (line ${line}: ${englishOf(reason).replace(/\.$/, '')}).`;
}

/** Whether rows of one dataset are on two sides. */
export function isSplit({ evaluationRows, evaluationDataset }: SplitSummary): boolean {
  return evaluationRows > 0 && evaluationDataset === undefined;
}

function piecesNote({ trainingRows, trainingPieces }: SplitSummary): string {
  if (trainingPieces === trainingRows) return '';
  return 'The chat template shows earlier turns otherwise later on: such rows are trained in pieces, each answer once, behind what a chat shows before it.';
}

function equalRowsNote(summary: SplitSummary): string {
  const { equalRows } = summary;
  if (!equalRows) return '';
  const which = equalRows === 1 ? '1 row is' : `${equalRows} rows are`;
  return `${which} equal in text to an earlier one${isSplit(summary) ? '; such rows are on one side, trained or evaluated' : ''}.`;
}

function named(labels: readonly string[], count: number): string {
  const shown = labels.slice(0, namedClasses).map((label) => `"${label.slice(0, nameLength)}"`);
  return `${shown.join(', ')}${count > shown.length ? ` and ${count - shown.length} more` : ''}`;
}
