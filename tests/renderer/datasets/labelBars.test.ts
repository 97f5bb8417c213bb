/** The bars of a dataset's labels: no row may fall out of a stretch, whatever the values. */
import { fc } from '../../support/properties.ts';
import { expect, it } from 'vitest';
import { labelBars } from '../../../renderer/screens/datasets/labelBars.ts';

const once = (labels: readonly string[]) => labels.map((label) => ({ label, rows: 1 }));

it('classes are bars of their own, also those of no row', () => {
  expect(
    labelBars(
      [
        { label: 'a', rows: 3 },
        { label: 'b', rows: 0 },
      ],
      false,
    ),
  ).toEqual([
    { ends: ['a'], rows: 3 },
    { ends: ['b'], rows: 0 },
  ]);
});

it('values are counted in stretches; names that the file lists are classes, be they fractions', () => {
  const many = ['0', ...Array.from({ length: 11 }, (_, at) => `0.${at + 10}`), '11.9', '12'];
  const bars = labelBars(once(many), false);
  expect(bars.map(({ rows }) => rows)).toEqual([12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
  expect(labelBars(once(['0.5', '1', '1.5']), false).map(({ ends }) => ends)).toEqual([['0.5'], ['1'], ['1.5']]);
  expect(bars.at(-1)?.ends).toEqual(['11', '12']);
  expect(labelBars(once(['0.5', '1.5']), true)).toHaveLength(2);
});

it('every row is in one stretch', () => {
  const value = fc.double({ noNaN: true, min: -1e9, max: 1e9 }).map((number) => String(number + 0.5));
  fc.assert(
    fc.property(fc.uniqueArray(value, { minLength: 13 }), (labels) => {
      const rows = labelBars(once(labels), false).reduce((sum, bar) => sum + bar.rows, 0);
      expect(rows).toBe(labels.length);
    }),
  );
});
