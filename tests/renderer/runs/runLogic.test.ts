import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { endedSince } from '../../../renderer/components/openRuns.ts';
import {
  differences,
  settingRows,
  settingText,
  shortTargets,
} from '../../../renderer/components/training/settingRows.ts';
import { nameOfSetting } from '../../../renderer/components/training/settingTexts.ts';
import { comparedSeries } from '../../../renderer/screens/runs/comparedSeries.ts';
import { lossSeries } from '../../../renderer/screens/runs/lossSeries.ts';
import { moveInQueue } from '../../../renderer/screens/runs/queueOrder.ts';
import { runsView } from '../../../renderer/screens/runs/runsAddress.ts';
import { elapsedNow, remainingNow } from '../../../renderer/screens/runs/runTimes.ts';
import { configuration } from '../adapters/library.ts';

describe('moveInQueue', () => {
  it('brings a run exactly to the place asked for', () => {
    const moves = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.nat({ max: 7 }), fc.nat({ max: 7 }));
    fc.assert(
      fc.property(moves, ([length, from, to]) => {
        const ids = Array.from({ length }, (_, index) => `r${index}`);
        const order = moveInQueue(ids, from, to);
        if (order === undefined) return;
        const others = ids.filter((id) => id !== order.id);
        const place = order.before === null ? others.length : others.indexOf(order.before);
        expect(others.toSpliced(place, 0, order.id).indexOf(order.id)).toBe(Math.min(to, length - 1));
      }),
    );
  });

  it('does nothing for a run dropped on itself', () => {
    expect(moveInQueue(['a', 'b'], 1, 1)).toBeUndefined();
    expect(moveInQueue(['a', 'b'], 1, 9)).toBeUndefined();
  });
});

describe('differences', () => {
  it('shows only what differs, an option that one method lacks among it', () => {
    const vera = settingRows(configuration());
    const lora = settingRows(
      configuration({ method: { id: 'lora', options: { rank: 64, alpha: 8, dropout: 0 } }, training: { seed: 3 } }),
    );
    expect(differences([vera, lora])).toEqual([
      { name: 'method', values: ['VeRA', 'LoRA'] },
      { name: 'seed', values: [0, 3] },
      { name: 'alpha', values: [undefined, 8] },
    ]);
    expect(differences([vera, vera])).toEqual([]);
  });

  it('writes values as short as they can be read', () => {
    const words = { on: 'on', off: 'off', none: 'none' };
    expect(
      [1e-8, 4e-3, true, [], ['a', 'b'], { default: 0.004 }, { default: 1, logits: 2 }].map((value) =>
        settingText(value, words),
      ),
    ).toEqual([...['1e-8', '0.004', 'on', 'none', 'a, b', '0.004', 'default 1, logits 2']]);
    expect(shortTargets(['m.0.q_proj', 'm.1.q_proj', 'm.0.head'])).toEqual(['q_proj ×2', 'head']);
  });
});

describe('the task of an encoder', () => {
  const namesOf = (rows: ReturnType<typeof settingRows>): readonly string[] =>
    rows.map(({ name }) => nameOfSetting(name, { language: 'en' }));

  it('stands once, with its classes, also where it was asked for: two rows of one name break the list', () => {
    const labelTask = { kind: 'classification' as const, labels: ['1', '2'] };
    const rows = settingRows({ ...configuration({ training: { task: 'classification' } }), labelTask });
    expect(rows).toContainEqual({ name: 'task', value: 'classification' });
    expect(rows).toContainEqual({ name: 'classes', value: ['1', '2'] });
    expect(namesOf(rows).filter((name) => name === 'Task')).toHaveLength(1);
  });

  it('of numbers has no classes', () => {
    const rows = settingRows({ ...configuration(), labelTask: { kind: 'regression', labels: [] } });
    expect(rows.map(({ name }) => name)).not.toContain('classes');
  });
});

describe('curves of a run', () => {
  const curves = {
    runId: 'r',
    lastStep: 3,
    curves: [{ metric: 'loss' as const, steps: [1, 2, 3], values: [3, null, 1], smoothed: [3, 3, 2] }],
    evaluations: [{ step: 2, loss: 1.5 }],
    marks: [],
  };

  it('are raw, smoothed and evaluated, and empty before anything is known', () => {
    const labels = { eachStep: 'each', smoothed: 'smoothed', evaluation: 'evaluation' };
    expect(lossSeries(curves, labels).map(({ look, values }) => [look, values])).toEqual([
      ['raw', [3, null, 1]],
      ['line', [3, 3, 2]],
      ['dots', [1.5]],
    ]);
    expect(lossSeries(undefined, labels).flatMap(({ steps }) => steps)).toEqual([]);
  });

  it('are smoothed losses when compared, or evaluations', () => {
    const one = { name: 'a', colour: 'c1' as const, curves };
    expect(comparedSeries({ ...one, metric: 'loss' }).values).toEqual([3, 3, 2]);
    expect(comparedSeries({ ...one, metric: 'evaluation' })).toMatchObject({ look: 'dots', steps: [2] });
    expect(comparedSeries({ ...one, metric: 'gradNorm' }).steps).toEqual([]);
  });
});

describe('times between two readings', () => {
  const run = {
    ...{ state: 'running' as const, elapsedSeconds: 100, remainingSeconds: 80, step: 20 },
    configuration: { training: { steps: 100 } },
  };

  it('lets the clock go on only while the run runs', () => {
    expect(elapsedNow(run, 5)).toBe(105);
    expect(elapsedNow({ ...run, state: 'succeeded' }, 5)).toBe(100);
    expect(elapsedNow({ ...run, elapsedSeconds: null }, 5)).toBeNull();
  });

  it('counts down by steps, not by the clock: a slow evaluation must not promise an end', () => {
    expect(remainingNow(run, 20)).toBe(80);
    expect(remainingNow(run, 60)).toBe(40);
    expect(remainingNow(run, 100)).toBe(0);
    expect(remainingNow({ ...run, step: 100 }, 100)).toBe(0);
    expect(remainingNow({ ...run, state: 'queued' }, 20)).toBeNull();
  });
});

describe('the address of the list', () => {
  it('takes what it knows and leaves out the rest', () => {
    expect(runsView(new URLSearchParams('compare=a,,b,a&state=failed&page=3'))).toMatchObject({
      compare: ['a', 'b'],
      state: 'failed',
      page: 2,
    });
    expect(runsView(new URLSearchParams('state=nonsense&page=-4'))).toMatchObject({
      state: null,
      page: 0,
      compare: [],
      trashed: false,
    });
  });
});

describe('endedSince', () => {
  it('tells of runs that ran and are gone, not of those taken out of the queue', () => {
    const before = [
      { id: 'a', state: 'running' },
      { id: 'b', state: 'queued' },
    ];
    expect(endedSince(before, [])).toEqual(['a']);
    expect(endedSince(before, [{ id: 'a', state: 'running' }])).toEqual([]);
  });
});
