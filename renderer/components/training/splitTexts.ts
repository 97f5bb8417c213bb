/** How a run's rows are split, in the window's language: the same as contract/splitSummary.ts says in English. */
import {
  areRows,
  isSplit,
  type OwnRows,
  type SplitSummary,
  type UnusableRows,
} from '../../../main/contract/splitSummary.ts';
import type { Said } from '../../../main/contract/words/words.ts';
import type { spelledWords } from '../../i18n/spelled.ts';
import type { splitWords } from '../../i18n/split.ts';
import { percent } from '../../lib/format.ts';

type Words = typeof splitWords.en;

const namedClasses = 10;
const nameLength = 40;

/** `120 trained, 12 evaluated`. */
export function splitText(
  { trainingRows, trainingPieces, evaluationRows, testDataset }: SplitSummary,
  t: Words,
): string {
  const parts = [t.trainedAndEvaluated(trainingRows, evaluationRows)];
  if (testDataset !== undefined) parts.push(t.tested(testDataset.rows));
  if (trainingPieces !== trainingRows) parts.push(t.pieces(trainingPieces));
  return parts.join(', ');
}

interface OtherWords {
  readonly spelled: typeof spelledWords.en;
  /** A reason of the core in the window's language. */
  readonly reason: (said: string | Said) => string;
}

/** A sentence each; empty where there is nothing to say. */
export function splitNotes(split: SplitSummary, t: Words, { spelled, reason }: OtherWords): readonly string[] {
  const { equalRows, nothingToEvaluate, classesNotEvaluated, classesNotEvaluatedCount, classesNotTrained } = split;
  return [
    ...unusableNote(split.unusable, t.unusable, reason),
    ...(split.trainingPieces === split.trainingRows ? [] : [t.whyPieces]),
    ...(equalRows ? [(isSplit(split) ? t.equalRowsSplit : t.equalRows)(equalRows)] : []),
    ...(nothingToEvaluate ? [t.nothingToEvaluate] : []),
    ...(classesNotEvaluatedCount > 0 ? [t.notEvaluated(named(classesNotEvaluated, classesNotEvaluatedCount, t))] : []),
    ...(classesNotTrained.length > 0 ? [t.notTrained(named(classesNotTrained, classesNotTrained.length, t))] : []),
    ...unusableNote(split.evaluationDataset?.unusable, t.evaluationUnusable, reason),
    ...unusableNote(split.testDataset?.unusable, t.testUnusable, reason),
    ...notesOnOwn(split.evaluationDataset, { equal: t.evaluationEqual, cut: t.evaluationCut }),
    ...notesOnOwn(split.testDataset, { equal: t.testEqual, cut: t.testCut }),
    ...(split.testIsEvaluation ? [t.testIsEvaluation] : []),
    ...spelledNote(split, spelled),
    ...cutNote(split, t),
  ];
}

function unusableNote(
  unusable: UnusableRows | undefined,
  word: Words['unusable'],
  reason: OtherWords['reason'],
): readonly string[] {
  return unusable === undefined
    ? []
    : [word(unusable.rows, unusable.line, reason(unusable.reason).replace(/[.。]$/, ''))];
}

function spelledNote({ spelled }: SplitSummary, words: typeof spelledWords.en): readonly string[] {
  return spelled === undefined || spelled.tokens === 0 ? [] : [words[spelled.countAs](spelled.rows, spelled.tokens)];
}

/** Nothing where nothing is cut. */
function cutNote(split: SplitSummary, t: Words): readonly string[] {
  const { cut } = split;
  if (cut === undefined || cut.cutPieces === 0) return [];
  const { maxLength, wholeLength, longestPossible, lostTrainedTokens, trainedTokens, lostPieces } = cut;
  const count = (areRows(split) ? t.cutRows : t.cutPieces)(cut.cutPieces, cut.pieces, maxLength);
  const share =
    lostTrainedTokens > 0 && lostTrainedTokens < trainedTokens / 1000
      ? '< 0.1 %'
      : percent(lostTrainedTokens, trainedTokens);
  const lost = (cut.forLabels ? t.notRead : t.lostTokens)(lostTrainedTokens, trainedTokens, share);
  const cost = [lostTrainedTokens === 0 ? t.nothingLost : lost, ...(lostPieces > 0 ? [t.lostPieces(lostPieces)] : [])];
  const advice =
    wholeLength <= longestPossible ? t.cutsNothing(wholeLength) : t.longerThanModel(wholeLength, longestPossible);
  return [[count, ...cost, advice].join(t.betweenSentences)];
}

interface OwnWords {
  readonly equal: Words['testEqual'];
  readonly cut: Words['testCut'];
}

function notesOnOwn(own: OwnRows | undefined, words: OwnWords): readonly string[] {
  if (own === undefined) return [];
  const { rows, equalToTrained, cutPieces } = own;
  return [
    ...(equalToTrained > 0 ? [words.equal(equalToTrained, rows)] : []),
    ...(cutPieces > 0 ? [words.cut(cutPieces)] : []),
  ];
}

function named(labels: readonly string[], count: number, t: Words): string {
  const shown = labels.slice(0, namedClasses).map((label) => `“${label.slice(0, nameLength)}”`);
  const text = shown.join(', ');
  return count > shown.length ? t.andMore(text, count - shown.length) : text;
}
