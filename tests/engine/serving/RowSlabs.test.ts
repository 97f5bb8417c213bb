/** Rows that share blocks never share numbers, and blocks that nobody uses are given back. */
import { expect, it } from 'vitest';
import { RowSlabs } from '../../../main/engine/serving/RowSlabs.ts';
import { fc } from '../../support/properties.ts';

/** Three fit into a block. */
const rowSize = 1_300_000;
const blockBytes = 3 * rowSize * 4;

it('keeps every row as it was written, whichever others come and go', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 8 }), { maxLength: 30 }), (steps) => {
      const slabs = new RowSlabs(rowSize);
      const rows = new Map<number, Float32Array>();
      let most = 0;
      for (const [at, id] of steps.entries()) {
        const row = rows.get(id);
        if (row === undefined) {
          const taken = slabs.take();
          [taken[0], taken[rowSize - 1]] = [id + 1, at + 1];
          rows.set(id, taken);
        } else {
          slabs.giveBack(row);
          rows.delete(id);
        }
        for (const [each, { 0: first, length }] of rows) expect([first, length]).toEqual([each + 1, rowSize]);
        most = Math.max(most, rows.size);
        expect(slabs.sizeBytes).toBeLessThanOrEqual(most * blockBytes);
      }
      for (const row of rows.values()) slabs.giveBack(row);
      expect(slabs.sizeBytes).toBe(0);
    }),
    { numRuns: 20 },
  );
});

it('opens a further block only where those that are there are full', () => {
  const slabs = new RowSlabs(rowSize);
  const rows = Array.from({ length: 4 }, () => slabs.take());
  expect(slabs.sizeBytes).toBe(2 * blockBytes);
  slabs.giveBack(rows[1]);
  slabs.take();
  expect(slabs.sizeBytes).toBe(2 * blockBytes);
});
