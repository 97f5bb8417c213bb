import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  cutRows,
  fillBatch,
  planBatches,
  planEvaluation,
  splitRowsBySeed,
} from '../../../main/engine/training/batches.ts';
import { chooseBucketLengths } from '../../../main/engine/training/lengthBuckets.ts';

const lengths = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 120 });
const shape = fc.record({
  rowLengths: lengths,
  batchSize: fc.integer({ min: 1, max: 9 }),
  gradientAccumulation: fc.integer({ min: 1, max: 4 }),
  shuffle: fc.boolean(),
  seed: fc.nat(),
});

describe('planBatches', () => {
  it('gives every row exactly once per epoch (a row lost or doubled would bias training silently)', () => {
    fc.assert(
      fc.property(shape, fc.integer({ min: 0, max: 3 }), (options, epoch) => {
        const plan = planBatches(options);
        const steps = Array.from({ length: plan.stepsPerEpoch }, (_, index) =>
          plan.step(epoch * plan.stepsPerEpoch + index + 1),
        );
        const rows = steps.flatMap((micros) => micros.flatMap((micro) => micro.rows));
        expect(rows.toSorted((a, b) => a - b)).toEqual(options.rowLengths.map((_, row) => row));
      }),
    );
  });

  it('is the same plan wherever it is entered (a resumed run would see other rows)', () => {
    fc.assert(
      fc.property(shape, fc.integer({ min: 1, max: 60 }), (options, step) => {
        const walked = planBatches(options);
        for (let before = 1; before < step; before++) walked.step(before);
        expect(walked.step(step)).toEqual(planBatches(options).step(step));
      }),
    );
  });

  it('pads no row away and no batch past the longest row', () => {
    fc.assert(
      fc.property(shape, (options) => {
        const plan = planBatches(options);
        const longest = Math.max(...options.rowLengths);
        for (const { rows, length } of plan.step(1)) {
          expect(rows.length).toBeLessThanOrEqual(plan.batchSize);
          expect(length).toBeLessThanOrEqual(longest);
          for (const row of rows) expect(options.rowLengths[row]).toBeLessThanOrEqual(length);
        }
      }),
    );
  });

  it('keeps the order of the file and its batches when it may not shuffle', () => {
    const plan = planBatches({
      rowLengths: [9, 2, 30, 4, 5],
      batchSize: 2,
      gradientAccumulation: 1,
      shuffle: false,
      seed: 1,
    });
    expect([1, 2, 3, 4].map((step) => plan.step(step).map(({ rows }) => rows))).toEqual([
      [[0, 1]],
      [[2, 3]],
      [[4]],
      [[0, 1]],
    ]);
  });

  it('shuffles anew each epoch and by seed', () => {
    const options = {
      rowLengths: Array.from({ length: 64 }, () => 10),
      batchSize: 4,
      gradientAccumulation: 1,
      shuffle: true,
      seed: 1,
    };
    const plan = planBatches(options);
    const order = (epoch: number): number[] =>
      Array.from({ length: 16 }, (_, step) => plan.step(16 * epoch + step + 1)[0].rows).flat();
    expect(order(1)).not.toEqual(order(0));
    expect(planBatches({ ...options, seed: 2 }).step(1)).not.toEqual(plan.step(1));
  });

  it('brings rows of similar length together (else most of a batch is padding)', () => {
    const rowLengths = Array.from({ length: 256 }, (_, row) => (row % 8 === 0 ? 512 : 40));
    const plan = planBatches({ rowLengths, batchSize: 4, gradientAccumulation: 1, shuffle: true, seed: 5 });
    const padded = Array.from({ length: plan.stepsPerEpoch }, (_, step) => plan.step(step + 1)[0].length * 4).reduce(
      (sum, size) => sum + size,
      0,
    );
    const real = rowLengths.reduce((sum, length) => sum + length, 0);
    expect(padded / real).toBeLessThan(1.3);
  });
});

describe('chooseBucketLengths', () => {
  it('gives few lengths, ascending, the last the longest row', () => {
    fc.assert(
      fc.property(lengths, (rowLengths) => {
        const buckets = chooseBucketLengths(rowLengths);
        expect(buckets.length).toBeLessThanOrEqual(6);
        expect(buckets.at(-1)).toBe(Math.max(...rowLengths));
        expect(buckets).toEqual([...new Set(buckets)].sort((a, b) => a - b));
      }),
    );
  });

  it('spends no compilation on rows of one length', () => {
    expect(chooseBucketLengths([128, 128, 128])).toEqual([128]);
    expect(chooseBucketLengths([40, 40, 40, 512])).toEqual([64, 512]);
  });
});

describe('planEvaluation', () => {
  it('covers every row once', () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 8 }), (rowLengths, batchSize) => {
        const rows = planEvaluation(rowLengths, batchSize, chooseBucketLengths(rowLengths)).flatMap(
          (micro) => micro.rows,
        );
        expect(rows.toSorted((a, b) => a - b)).toEqual(rowLengths.map((_, row) => row));
      }),
    );
  });
});

describe('splitRowsBySeed', () => {
  it('separates all rows into two parts, never leaving training empty', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        fc.nat(),
        (count, fraction, seed) => {
          const { training, evaluation } = splitRowsBySeed(count, fraction, seed);
          expect(training.length).toBeGreaterThan(0);
          expect([...training, ...evaluation].sort((a, b) => a - b)).toEqual(
            Array.from({ length: count }, (_, row) => row),
          );
        },
      ),
    );
  });

  it('keeps one row for evaluation where a share was asked of few rows', () => {
    expect(splitRowsBySeed(10, 0.05, 0).evaluation).toHaveLength(1);
    expect(splitRowsBySeed(10, 0, 0).evaluation).toHaveLength(0);
  });
});

describe('fillBatch', () => {
  const tokens = {
    ids: Int32Array.of(5, 6, 7, 8, 9),
    lossMask: Uint8Array.of(0, 0, 1, 0, 1),
    offsets: Int32Array.of(0, 3, 5),
    maxLength: 8,
    tokenizerHash: '',
  };

  it('puts each target at the position that predicts it (off by one would train on the answer it sees)', () => {
    const batch = fillBatch(cutRows(tokens, 8), 4, 3);
    expect([...batch.ids]).toEqual([5, 6, 7, 0, 8, 9, 0, 0, 0, 0, 0, 0]);
    expect([...batch.targets]).toEqual([0, 7, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
    expect([...batch.weights]).toEqual([0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    expect(batch).toMatchObject({ tokens: 5, trainedTokens: 2 });
  });

  it('cuts rows to the maximum length, targets included', () => {
    const batch = fillBatch(cutRows(tokens, 2), 2, 2);
    expect([...batch.ids]).toEqual([5, 6, 8, 9]);
    expect(batch.trainedTokens).toBe(1);
  });
});
