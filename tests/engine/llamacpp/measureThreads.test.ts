/** Which number of threads is taken of what was measured, and that the measuring itself works. */
import { describe, expect, it } from 'vitest';
import { llamaSelfTest } from '../../../main/engine/llamacpp/llamaSelfTest.ts';
import { chooseThreads, threadCounts } from '../../../main/engine/llamacpp/measureThreads.ts';
import { llamaCppMissing, llamaCppSettings } from '../../support/llamaCpp.ts';
import { describeWith } from '../../support/requirements.ts';

const runs = (rates: Readonly<Record<number, readonly number[]>>) =>
  new Map(
    Object.entries(rates).map(([threads, tokens]) => [
      Number(threads),
      tokens.map((token) => ({ token, prompt: 10 * Number(threads) })),
    ]),
  );

describe('the number of threads', () => {
  it('tries one to four and then half steps between powers of two, up to the cores', () => {
    expect(threadCounts(1)).toEqual([1]);
    expect(threadCounts(2)).toEqual([1, 2]);
    expect(threadCounts(6)).toEqual([1, 2, 3, 4, 6]);
    expect(threadCounts(14)).toEqual([1, 2, 3, 4, 6, 8, 12, 14]);
  });

  it('takes the fewest that come near the quickest, by the best of the rounds', () => {
    const chosen = chooseThreads(runs({ 1: [40, 67, 66], 2: [52, 69, 40], 4: [20, 30, 68] }));
    expect(chosen).toMatchObject({ token: 1, prompt: 4, steady: true });
    expect(chosen.rates[1]).toEqual({ threads: 2, token: 69, prompt: 20 });
    expect(chooseThreads(runs({ 1: [40, 40], 2: [70, 69] })).token).toBe(2);
  });

  it('says that rounds were far apart (a busy machine, whose figure would be kept for ever)', () => {
    expect(chooseThreads(runs({ 1: [40, 67, 50], 2: [30, 31, 30] })).steady).toBe(false);
  });
});

describeWith({ reason: llamaCppMissing }, 'the self-test of llama.cpp', () => {
  it('measures answers and prompts on models of two widths', async () => {
    const { threads, checks } = await llamaSelfTest(llamaCppSettings);
    expect(threads?.sizes.map(({ hiddenSize, token, prompt }) => [hiddenSize, token, prompt])).toEqual([
      [576, 1, 1],
      [2048, 1, 1],
    ]);
    for (const { rates } of threads?.sizes ?? []) expect(rates[0].token * rates[0].prompt).toBeGreaterThan(0);
    expect(checks).toHaveLength(3);
  });
});
