import { describe, expect, it } from 'vitest';
import { type Desktop, RunWatch } from '../../electron/RunWatch.ts';
import { shellWords } from '../../electron/words.ts';
import { defaultPreferences, type Preferences } from '../../main/contract/preferences.ts';
import type { RunSummary } from '../../main/contract/runHistory.ts';

type RunState = RunSummary['state'];

/** A studio with some runs, on a desktop that remembers. */
function watchIn(preferences: Partial<Preferences> = {}) {
  const runs = new Map<string, { state: RunState; step: number; steps: number }>();
  const told: string[] = [];
  const desk = { progress: null as number | null, isAwake: false, onBattery: false };
  const chosen = { ...defaultPreferences, ...preferences };
  const summaries = (): RunSummary[] => [...runs].map(([id, run]) => ({ id, name: `Run ${id}`, ...run }) as RunSummary);
  const studio = {
    preferences: { get: () => chosen },
    runHistory: {
      page: () => ({ items: summaries().filter(({ state }) => state === 'running') }),
      get: (id: string) => summaries().find((run) => run.id === id),
    },
    runs: {
      holdQueue: () => {
        told.push('hold');
        return summaries().find(({ state }) => state === 'running')?.id;
      },
      releaseQueue: () => told.push('release'),
    },
  };
  const desktop: Desktop = {
    showProgress: (share) => (desk.progress = share),
    notify: (title, body, address) => told.push(`${title} | ${body} | ${address}`),
    stayAwake: (wanted) => (desk.isAwake = wanted),
    isOnBattery: () => desk.onBattery,
  };
  const words = (): ReturnType<typeof shellWords> => shellWords(chosen.language, 'en');
  const watch = new RunWatch({ studio, desktop, words } as unknown as ConstructorParameters<typeof RunWatch>[0]);
  return { watch, runs, told, desk, chosen };
}

describe('while a run trains', () => {
  it('dock or taskbar show how far it is, and the machine stays awake', () => {
    const { watch, runs, desk } = watchIn();
    watch.look();
    expect(desk).toMatchObject({ progress: null, isAwake: false });
    runs.set('a', { state: 'running', step: 5, steps: 20 });
    watch.look();
    expect(desk).toMatchObject({ progress: 0.25, isAwake: true });
    watch.end();
    expect(desk).toMatchObject({ progress: null, isAwake: false });
  });

  it('the machine may sleep where the person wants that, and no division by no steps is shown', () => {
    const { watch, runs, desk } = watchIn({ stayAwakeWhileTraining: false });
    runs.set('a', { state: 'running', step: 0, steps: 0 });
    watch.look();
    expect(desk).toMatchObject({ progress: null, isAwake: false });
  });
});

describe('when a run ends', () => {
  it.each([
    ['succeeded', 'in the library'],
    ['failed', 'failed'],
    ['cancelled', 'stopped'],
    ['interrupted', 'interrupted'],
  ] as const)('as %s it is told once, with its address', (state, word) => {
    const { watch, runs, told } = watchIn();
    runs.set('a', { state: 'running', step: 1, steps: 2 });
    watch.look();
    runs.set('a', { state, step: 2, steps: 2 });
    watch.look();
    watch.look();
    expect(told).toEqual([expect.stringMatching(new RegExp(`^Run a \\| .*${word}.* \\| /runs/a$`))]);
  });

  it('it is told in the language of now, and not at all where the person wants quiet', () => {
    const { watch, runs, told, chosen } = watchIn();
    const endOne = (): void => {
      runs.set('a', { state: 'running', step: 1, steps: 2 });
      watch.look();
      runs.set('a', { state: 'succeeded', step: 2, steps: 2 });
      watch.look();
    };
    chosen.language = 'ja';
    endOne();
    chosen.notifyWhenRunEnds = false;
    endOne();
    expect(told).toEqual([expect.stringContaining('学習が終わりました')]);
  });
});

describe('on battery', () => {
  it('a run goes on unless the person wants a pause', () => {
    const { watch, runs, told, desk } = watchIn();
    runs.set('a', { state: 'running', step: 1, steps: 2 });
    desk.onBattery = true;
    watch.powerChanged();
    expect(told).toEqual([]);
  });

  it('a run is paused, told as a pause and not as an end, and goes on with the charger', () => {
    const { watch, runs, told, desk } = watchIn({ pauseOnBattery: true });
    runs.set('a', { state: 'running', step: 1, steps: 2 });
    watch.look();
    desk.onBattery = true;
    watch.powerChanged();
    runs.set('a', { state: 'interrupted', step: 1, steps: 2 });
    watch.look();
    expect(told).toEqual(['hold', expect.stringMatching(/^Run a \| Paused/)]);
    desk.onBattery = false;
    watch.powerChanged();
    expect(told.at(-1)).toBe('release');
    runs.set('a', { state: 'running', step: 1, steps: 2 });
    watch.look();
    runs.set('a', { state: 'succeeded', step: 2, steps: 2 });
    watch.look();
    expect(told.at(-1)).toContain('in the library'); // a pause hides one end alone
  });
});
