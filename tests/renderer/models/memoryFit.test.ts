import { describe, expect, it } from 'vitest';
import { bestUse, fitBar, judgeFit, thriftierUse } from '../../../renderer/screens/models/memoryFit.ts';

const memory = { freeMemoryBytes: 8e9, totalMemoryBytes: 16e9 };

describe('what fits in memory', () => {
  it.each([
    [1e9, 'easily'],
    [6e9, 'fits'],
    [12e9, 'tight'],
    [15.5e9, 'no'],
  ])('%d bytes: %s', (needed, verdict) => {
    expect(judgeFit(needed, memory)).toBe(verdict);
  });

  it('keeps the bar within its box for a need beyond all memory', () => {
    expect(fitBar(64e9, memory)).toEqual({ needed: 1, free: 0.5 });
    expect(fitBar(1, { freeMemoryBytes: 0, totalMemoryBytes: 0 })).toEqual({ needed: 0, free: 0 });
  });

  it('goes by the thriftiest method, not by full fine-tuning', () => {
    const fit = (chatBytes: number, ...bytes: number[]) => ({
      ...memory,
      ...{
        modelId: 'm',
        chatBytes,
        training: bytes.map((each) => ({ method: 'x', bytes: each, adapterBytes: 1, maxLength: 9, batchSize: 1 })),
      },
      thriftier: [
        { precision: 'int8' as const, chatBytes: 12e9, trainingBytes: 20e9 },
        { precision: 'nf4' as const, chatBytes: 1e9, trainingBytes: 2e9 },
      ],
    });
    expect(bestUse(fit(1e9, 40e9, 2e9))).toBe('training');
    expect(bestUse(fit(3e9, 40e9, 12e9))).toBe('chat');
    expect(bestUse(fit(12e9, 40e9))).toBe('tight');
    expect(bestUse(fit(40e9, 90e9))).toBe('nothing');
    expect(thriftierUse(fit(40e9, 90e9))).toMatchObject({ precision: 'nf4', use: 'training' });
    expect(thriftierUse(fit(1e9, 2e9)), 'fewer bits are offered only where they help').toBeUndefined();
  });
});
