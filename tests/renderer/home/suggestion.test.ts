import { describe, expect, it } from 'vitest';
import { type ProjectFacts, suggestNext } from '../../../renderer/screens/home/suggestion.ts';

const sample = { source: 'sample' };
const dataset = { id: 'd1', name: 'tickets', createdAt: 1 };
const adapter = { id: 'a1', name: 'voice', modelId: 'm1' };
const run = { id: 'r1', name: 'voice', state: 'succeeded', adapterId: 'a1', datasetId: 'd1' } as const;
const empty: ProjectFacts = { modelId: null, models: [], datasets: [], runs: [], adapters: [], hasChatted: false };
const full: ProjectFacts = {
  ...empty,
  modelId: 'm1',
  models: [sample],
  datasets: [dataset],
  runs: [run],
  adapters: [adapter],
};

describe('what to do next', () => {
  it('leads from nothing to a first adapter', () => {
    expect(suggestNext(empty)).toEqual({ kind: 'getModel', href: '/models' });
    expect(suggestNext({ ...empty, models: [sample] })).toEqual({ kind: 'addDataset', href: '/datasets' });
    const ready = { ...full, runs: [], adapters: [], datasets: [dataset, { id: 'd2', name: 'newer', createdAt: 9 }] };
    expect(suggestNext(ready)).toEqual({ kind: 'train', href: '/train?dataset=d2&model=m1', name: 'newer' });
  });

  it('names what is under way before anything new, the running before the queued', () => {
    const queued = { ...run, id: 'r2', state: 'queued' } as const;
    const running = { ...run, id: 'r3', name: 'busy', state: 'running' } as const;
    expect(suggestNext({ ...full, runs: [queued, running, run] })).toEqual({
      kind: 'watchRun',
      href: '/runs/r3',
      name: 'busy',
    });
    expect(suggestNext({ ...full, runs: [{ ...run, state: 'interrupted' }] }).kind).toBe('resumeRun');
  });

  it('asks to compare an adapter that nobody has talked to, with the base in the first lane', () => {
    expect(suggestNext(full)).toEqual({
      kind: 'compare',
      href: '/chat?model=m1&adapter=base&compare=a1',
      name: 'voice',
    });
  });

  it('leads on from the sample model, and to another run where there is more than that', () => {
    expect(suggestNext({ ...full, hasChatted: true }).kind).toBe('getLargerModel');
    const larger = { ...full, hasChatted: true, models: [sample, { source: '/models/other' }] };
    expect(suggestNext(larger)).toEqual({ kind: 'trainAnother', href: '/train?model=m1' });
  });
});
