import { describe, expect, it } from 'vitest';
import {
  bestStep,
  compareSettings,
  comparisonOf,
  settingsOf,
} from '../../../renderer/screens/adapters/adapterSettings.ts';
import { configuration, detailsOf, summary } from './library.ts';

const differing = (columns: Parameters<typeof compareSettings>[0]): string[] =>
  compareSettings(columns)
    .filter(({ differs }) => differs)
    .map(({ name }) => name);

describe('compareSettings', () => {
  it('tells the settings that differ and no others', () => {
    const other = configuration({ training: { batchSize: 8 } });
    expect(differing([settingsOf(configuration()), settingsOf(other)])).toEqual(['batchSize']);
  });

  it('counts a setting that only one method has as a difference', () => {
    const lora = configuration({ method: { id: 'lora', options: { rank: 64, dropout: 0, alpha: 8 } } });
    const rows = compareSettings([settingsOf(configuration()), settingsOf(lora)]);
    expect(rows.find(({ name }) => name === 'alpha')).toMatchObject({
      group: 'method',
      values: [undefined, 8],
      differs: true,
    });
    expect(rows.find(({ name }) => name === 'rank')?.differs).toBe(false);
  });

  it('compares lists and records by what is in them', () => {
    const same = configuration({ training: { learningRates: { default: 0.004 } } });
    expect(differing([settingsOf(configuration()), settingsOf(same)])).toEqual([]);
    const other = configuration({ training: { learningRates: { default: 0.004, logits: 0.01 } } });
    expect(differing([settingsOf(configuration()), settingsOf(other)])).toEqual(['learningRates']);
  });

  it('finds one among four that differs', () => {
    const columns = [1, 1, 2, 1].map((seed) => settingsOf(configuration({ training: { seed } })));
    expect(differing(columns)).toEqual(['seed']);
  });
});

describe('comparisonOf', () => {
  it('puts results before settings, and an imported adapter without settings beside the others', () => {
    const trained = detailsOf(summary(1));
    const imported = detailsOf(summary(2, { evaluationLoss: null }));
    const bare = {
      ...imported,
      adapter: { ...imported.adapter, lineage: { ...imported.adapter.lineage, configuration: null } },
    };
    const rows = comparisonOf([trained, bare]);
    expect(rows[0]).toMatchObject({
      group: 'result',
      name: 'evaluationLoss',
      values: ['1.400', undefined],
      differs: true,
    });
    expect(rows.find(({ name }) => name === 'steps')).toMatchObject({ group: 'training', values: [1000, undefined] });
  });
});

describe('bestStep', () => {
  it('is the first step of the lowest loss, whatever was not a number', () => {
    expect(
      bestStep([
        { step: 10, loss: NaN },
        { step: 20, loss: 2 },
        { step: 30, loss: 1 },
        { step: 40, loss: 1 },
      ]),
    ).toBe(30);
    expect(bestStep([{ step: 10, loss: Infinity }])).toBeNull();
  });
});
