import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { countCut, describeLengths, readTokenLengths, writeTokenLengths } from '../../main/datasets/tokenLengths.ts';
import { TokenRowsBuilder } from '../../main/datasets/TokenRowsBuilder.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

const rows = fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), { maxLength: 8 });

describe('token lengths', () => {
  it('count for every cut what counting the cut rows themselves gives, also when read back', async () => {
    const path = join(temporaryDir(), 'lengths.safetensors');
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 14 }), async (masks, maxLength) => {
        const builder = new TokenRowsBuilder();
        for (const [row, trained] of masks.entries()) builder.add(row, row, { ids: trained.map(() => 7), trained });
        // The first token of a row is never a target.
        const cut = masks.map((trained) =>
          trained.slice(0, maxLength).map((isTrained, position) => isTrained && position > 0),
        );
        const expected = {
          pieceCount: masks.length,
          totalTokens: cut.reduce((sum, row) => sum + row.length, 0),
          trainedTokens: cut.flat().filter(Boolean).length,
          truncatedRows: masks.filter((row) => row.length > maxLength).length,
          emptyRows: cut.filter((row) => !row.includes(true)).length,
          lostTrainedTokens: masks.flatMap((trained) => trained.slice(Math.max(1, maxLength))).filter(Boolean).length,
          lostPieces: masks.filter((trained, row) => trained.slice(1).includes(true) && !cut[row]?.includes(true))
            .length,
          longestRow: Math.max(0, ...cut.map((row) => row.length)),
          wholeLength: Math.max(0, ...masks.map((row) => row.length)),
        };
        expect(countCut(builder.lengths(), maxLength)).toEqual(expected);
        await writeTokenLengths(path, builder.lengths());
        expect(countCut(readTokenLengths(path), maxLength)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('stand in a histogram that counts every row once (bars with gaps, the longest row left out)', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }), (lengths) => {
        const { histogram, min, max } = describeLengths(Int32Array.from(lengths));
        for (const { from, to, count } of histogram)
          expect(count).toBe(lengths.filter((length) => length >= from && length < to).length);
        expect(histogram.reduce((sum, { count }) => sum + count, 0)).toBe(lengths.length);
        expect([histogram[0]?.from, min, max]).toEqual([min, Math.min(...lengths), Math.max(...lengths)]);
      }),
    );
  });
});
