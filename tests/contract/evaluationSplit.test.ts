import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  countRows,
  type SplitPieces,
  type SplitRequest,
  splitForEvaluation,
} from '../../main/contract/evaluationSplit.ts';
import type { LabelTask } from '../../main/contract/labels.ts';
import { splitNotes, summariseSplit } from '../../main/contract/splitSummary.ts';

/** Rows of one piece each, all different, unless said otherwise. */
function piecesOf(count: number, changes: Partial<SplitPieces> = {}): SplitPieces {
  const rows = Array.from({ length: count }, (_, row) => row);
  return { sourceRows: rows, groups: rows, usable: rows, ...changes };
}

function split(pieces: SplitPieces, changes: Partial<SplitRequest> = {}) {
  return splitForEvaluation({ pieces, share: 0.2, splitSeed: 0, ...changes });
}

const labels = (...counts: readonly (readonly [label: string, rows: number])[]): string[] =>
  counts.flatMap(([label, rows]) => Array.from({ length: rows }, () => label));
const taskOf = (given: readonly string[]): LabelTask => ({ kind: 'classification', labels: [...new Set(given)] });

/** Pieces of rows of groups with labels, some of them without a trained token. */
const anyPieces = fc
  .array(
    fc.record({ group: fc.nat(12), pieces: fc.integer({ min: 1, max: 3 }), label: fc.nat(4), usable: fc.boolean() }),
    {
      maxLength: 60,
    },
  )
  .map((rows): SplitPieces => {
    const pieces = rows.flatMap((row, index) =>
      Array.from({ length: row.pieces }, () => ({ ...row, sourceRow: index })),
    );
    return {
      sourceRows: pieces.map(({ sourceRow }) => sourceRow),
      groups: pieces.map(({ group }) => group),
      labels: pieces.map(({ label }) => String(label)),
      usable: pieces.flatMap(({ usable }, piece) => (usable ? [piece] : [])),
    };
  });
const anyTask = fc.constantFrom<LabelTask | undefined>(undefined, taskOf(['0', '1', '2', '3', '4']), {
  kind: 'regression',
  labels: [],
});
const anyShare = fc.double({ min: 0, max: 0.99, noNaN: true });

describe('a split', () => {
  it('has every usable piece on one side, equal rows and the pieces of a row together, and leaves something to train on', () => {
    fc.assert(
      fc.property(anyPieces, anyTask, anyShare, fc.maxSafeNat(), (pieces, task, share, splitSeed) => {
        const { training, evaluation } = split(pieces, { task, share, splitSeed });
        expect([...training, ...evaluation].toSorted((a, b) => a - b)).toEqual(pieces.usable);
        const trained = new Set(training.map((piece) => pieces.groups?.[piece]));
        expect(evaluation.filter((piece) => trained.has(pieces.groups?.[piece]))).toEqual([]);
        expect(training.length > 0).toBe(pieces.usable.length > 0);
      }),
    );
  });

  it('trains on every class that has a different row to spare (a class that is only evaluated cannot be learned)', () => {
    fc.assert(
      fc.property(anyPieces, anyShare, (pieces, share) => {
        const task = taskOf(['0', '1', '2', '3', '4']);
        const { training } = split({ ...pieces, groups: pieces.sourceRows }, { task, share });
        const classesOf = (side: readonly number[]) => new Set(side.map((piece) => pieces.labels?.[piece]));
        expect(classesOf(training)).toEqual(classesOf(pieces.usable));
      }),
    );
  });

  it('keeps exactly the share of rows, and one at least', () => {
    for (const [count, share, wanted] of [
      [120, 0.2, 24],
      [1000, 0.05, 50],
      [10, 0.05, 1],
      [2, 0.9, 1],
      [10, 0, 0],
      [1, 0.5, 0],
    ] as const)
      // oxfmt-ignore
      expect(split(piecesOf(count), { share }).evaluation).toHaveLength(wanted);
  });

  it('counts rows, not pieces', () => {
    const sourceRows = Array.from({ length: 100 }, (_, piece) => Math.floor(piece / 10)); // 10 rows of 10 pieces
    const { evaluation } = split({ ...piecesOf(100), sourceRows, groups: sourceRows });
    expect([evaluation.length, countRows(sourceRows, evaluation)]).toEqual([20, 2]);
  });

  it('follows from the split seed alone, and differs between two', () => {
    expect(split(piecesOf(200))).toEqual(split(piecesOf(200)));
    expect(split(piecesOf(200), { splitSeed: 1 }).evaluation).not.toEqual(split(piecesOf(200)).evaluation);
    expect(split(piecesOf(200), { splitSeed: 2 ** 40 }).evaluation).not.toEqual(split(piecesOf(200)).evaluation);
  });

  it('stays where it was when a few rows are cut away (another maximum length would judge other rows)', () => {
    const whole = split(piecesOf(400)).evaluation;
    const usable = piecesOf(400).usable.filter((row) => row % 50 !== 3);
    const { evaluation } = split(piecesOf(400, { usable }));
    expect(evaluation.filter((row) => !whole.includes(row)).length).toBeLessThanOrEqual(8);
  });

  it('keeps three copies of each row together and evaluates as many rows as were asked for', () => {
    const groups = Array.from({ length: 120 }, (_, row) => row % 40);
    const { training, evaluation } = split(piecesOf(120, { groups }));
    expect(evaluation).toHaveLength(24);
    expect(evaluation.filter((row) => training.some((trained) => trained % 40 === row % 40))).toEqual([]);
  });

  it('leaves a mass of equal rows in training, and evaluates nothing where there is no second different row', () => {
    const groups = Array.from({ length: 100 }, (_, row) => (row < 60 ? 0 : row));
    const { evaluation } = split(piecesOf(100, { groups }), { share: 0.1 });
    expect([evaluation.length, evaluation.some((row) => row < 60)]).toEqual([10, false]);
    expect(split(piecesOf(100, { groups: new Array<number>(100).fill(0) })).evaluation).toEqual([]);
    expect(split(piecesOf(10, { groups: [0, 0, 0, 0, 0, 0, 6, 6, 6, 6] }), { share: 0.05 }).evaluation).toEqual([
      6, 7, 8, 9,
    ]);
  });

  it('gives each class its share, rare ones a row, and keeps a class of one row in training', () => {
    const given = labels(['common', 192], ['rare', 8]);
    for (const splitSeed of [0, 1, 2, 3, 4]) {
      const { evaluation } = split(piecesOf(200, { labels: given }), { share: 0.05, splitSeed, task: taskOf(given) });
      expect(evaluation).toHaveLength(10);
      expect(evaluation.filter((row) => given[row] === 'rare')).toHaveLength(1);
    }
    const half = split(piecesOf(200, { labels: given }), { share: 0.5, task: taskOf(given) }).evaluation;
    expect(half.filter((row) => given[row] === 'rare')).toHaveLength(4);
    const single = labels(['a', 10], ['only', 1]);
    expect(split(piecesOf(11, { labels: single }), { share: 0.5, task: taskOf(single) }).training).toContain(10);
  });

  it('prefers large classes where there are more classes than rows to evaluate, and says which have none', () => {
    const given = labels(['a', 50], ['b', 30], ['c', 2], ['d', 2], ['e', 2]);
    const pieces = piecesOf(86, { labels: given });
    const found = split(pieces, { share: 0.03, task: taskOf(given) });
    expect(found.evaluation.map((row) => given[row]).toSorted()).toEqual(['a', 'a', 'b']);
    const summary = summariseSplit({ pieces, share: 0.03, task: taskOf(given) }, found);
    expect(summary).toMatchObject({
      classesNotEvaluated: ['c', 'd', 'e'],
      classesNotEvaluatedCount: 3,
      classesNotTrained: [],
    });
    expect(splitNotes(summary)).toEqual([
      'No row kept for evaluation has the label "c", "d", "e": its figures say nothing of it.',
    ]);
  });

  it('takes a text with two labels as one (trained with the one and judged by the other)', () => {
    const groups = [0, 0, 2, 3, 4, 5, 6, 7, 8, 9];
    const given = ['x', 'y', 'x', 'y', 'x', 'y', 'x', 'y', 'x', 'y'];
    for (let splitSeed = 0; splitSeed < 20; splitSeed++) {
      const { evaluation } = split(piecesOf(10, { groups, labels: given }), {
        share: 0.4,
        splitSeed,
        task: taskOf(given),
      });
      expect(evaluation.includes(0)).toBe(evaluation.includes(1));
    }
  });

  it('spreads a regression over its range, whatever its order', () => {
    const values = Array.from({ length: 100 }, (_, row) => String(((row * 37) % 100) / 10));
    for (const task of [undefined, { kind: 'regression', labels: [] } as const]) {
      const { evaluation } = split(piecesOf(100, { labels: values }), { share: 0.1, task });
      expect(evaluation.map((row) => Math.floor(Number(values[row]))).toSorted((a, b) => a - b)).toEqual([
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
      ]);
    }
  });

  it('evaluates answers of all kinds where a model writes them and each is there once', () => {
    const given = Array.from({ length: 50 }, (_, row) => `answer ${row}`);
    expect(split(piecesOf(50, { labels: given })).evaluation).toHaveLength(10);
  });
});

describe('a summary', () => {
  it('counts rows and pieces of both sides, and rows equal to an earlier one', () => {
    const sourceRows = [0, 0, 1, 2, 3];
    const pieces = { sourceRows, groups: [0, 0, 1, 1, 3], usable: [0, 1, 2, 3, 4] };
    const summary = summariseSplit({ pieces, share: 0.5 }, { training: [0, 1, 4], evaluation: [2, 3] });
    expect(summary).toMatchObject({
      trainingRows: 2,
      trainingPieces: 3,
      evaluationRows: 2,
      evaluationPieces: 2,
      equalRows: 1,
    });
    expect(splitNotes(summary)).toEqual([
      expect.stringContaining('trained in pieces'),
      '1 row is equal in text to an earlier one; such rows are on one side, trained or evaluated.',
    ]);
  });

  it('says that nothing can be evaluated, and what own datasets have in common with the rows that are trained on', () => {
    const pieces = piecesOf(4, { groups: [0, 0, 0, 0] });
    const summary = summariseSplit({ pieces, share: 0.5 }, split(pieces, { share: 0.5 }));
    expect(summary).toMatchObject({ nothingToEvaluate: true, equalRows: 3, evaluationRows: 0 });
    const own = {
      ...{
        evaluationDataset: { rows: 9, equalToTrained: 1, cutPieces: 0 },
        testDataset: { rows: 5, equalToTrained: 0, cutPieces: 2, unusable: { rows: 1, line: 4, reason: 'why.' } },
      },
      testIsEvaluation: true,
    };
    expect(splitNotes({ ...summary, ...own })).toEqual([
      '3 rows are equal in text to an earlier one.',
      'No row is kept for evaluation: there is none of another text that could be spared.',
      '1 of the 9 rows of the evaluation dataset is equal in text to rows of the training dataset.',
      '1 row of the test dataset cannot be taken by this model and is left out (line 4: why).',
      '2 of the rows of the test dataset are longer than the maximum length and cut there.',
      'The test dataset is the evaluation dataset, by which the best step is chosen: its figures flatter.',
    ]);
    expect(summariseSplit({ pieces, share: 0 }, split(pieces, { share: 0 })).nothingToEvaluate).toBe(false);
  });

  it('says nothing of equal rows where nobody has looked', () => {
    const { groups: _unknown, ...pieces } = piecesOf(4);
    expect(summariseSplit({ pieces, share: 0.2 }, split(pieces)).equalRows).toBeNull();
  });
});
