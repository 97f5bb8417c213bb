import { describe, expect, it } from 'vitest';
import type { RunState } from '../../../main/contract/entities.ts';
import {
  type GuideFacts,
  guideRun,
  isFirstRun,
  stateOfSteps,
} from '../../../renderer/screens/home/guide/guideSteps.ts';

const nothing: GuideFacts = {
  isPreparing: false,
  prepareFailed: false,
  hasModel: false,
  hasDataset: false,
  run: undefined,
  answers: 'none',
};
const run = (state: RunState, adapterId: string | null = null): Partial<GuideFacts> => ({
  ...{ hasModel: true, hasDataset: true, run: { state, adapterId } },
});
const states = (facts: Partial<GuideFacts>): string => Object.values(stateOfSteps({ ...nothing, ...facts })).join(' ');

describe('steps of the first run', () => {
  it.each([
    ['nothing done', {}, 'next later later later later'],
    ['the sample being put in place', { isPreparing: true }, 'working later later later later'],
    ['a model, its dataset on the way', { isPreparing: true, hasModel: true }, 'done working later later later'],
    ['a sample that could not be put in place', { prepareFailed: true }, 'failed later later later later'],
    ['a reload before the run was started', { hasModel: true, hasDataset: true }, 'done done next later later'],
    ['a run that waits', run('queued'), 'done done working later later'],
    ['a run that trains', run('running'), 'done done working later later'],
    ['a run that failed', run('failed'), 'done done failed later later'],
    ['a run that was interrupted', run('interrupted'), 'done done failed later later'],
    ['a run that ended before its adapter is in the library', run('succeeded'), 'done done done working later'],
    ['an adapter nobody has asked yet', run('succeeded', 'a'), 'done done done done next'],
    ['answers being written', { ...run('succeeded', 'a'), answers: 'asking' }, 'done done done done working'],
    ['answers that failed', { ...run('succeeded', 'a'), answers: 'failed' }, 'done done done done failed'],
    ['everything', { ...run('succeeded', 'a'), answers: 'answered' }, 'done done done done done'],
  ] satisfies [string, Partial<GuideFacts>, string][])('with %s', (_name, facts, expected) => {
    expect(states(facts)).toBe(expected);
  });

  it('keeps the run that gave an adapter, though a later one failed', () => {
    const runs = [
      { id: 'new', adapterId: null, createdAt: 3 },
      { id: 'good', adapterId: 'a', createdAt: 2 },
      { id: 'old', adapterId: null, createdAt: 1 },
    ];
    expect(guideRun(runs)?.id).toBe('good');
    expect(guideRun(runs.filter(({ adapterId }) => adapterId === null))?.id).toBe('new');
    expect(guideRun(runs.slice(3))).toBeUndefined();
  });
});

describe('whether the guide is shown', () => {
  const fresh = {
    firstRunDone: false,
    runs: [],
    runTotal: 0,
    adapterTotal: 0,
    models: [{ id: 's', source: 'sample' }],
  };

  it('shows it until somebody ends or skips it, also once its own run has given an adapter', () => {
    expect(isFirstRun(fresh)).toBe(true);
    expect(isFirstRun({ ...fresh, runs: [{ modelId: 's' }], runTotal: 1, adapterTotal: 1 })).toBe(true);
    expect(isFirstRun({ ...fresh, firstRunDone: true })).toBe(false);
  });

  it('spares it those who have trained by the command line, imported adapters or use another model', () => {
    expect(isFirstRun({ ...fresh, runs: [{ modelId: 's' }, { modelId: 's' }], runTotal: 2, adapterTotal: 2 })).toBe(
      false,
    );
    expect(isFirstRun({ ...fresh, adapterTotal: 1 })).toBe(false);
    expect(isFirstRun({ ...fresh, runs: [{ modelId: 'other' }], runTotal: 1 })).toBe(false);
    expect(isFirstRun({ ...fresh, runs: [{ modelId: 's' }], runTotal: 50 })).toBe(false);
  });
});
