import { describe, expect, it } from 'vitest';
import type { DiskEntry, DiskUsage } from '../../../main/contract/disk.ts';
import type { Task } from '../../../main/contract/tasks.ts';
import { defaultPreferences } from '../../../main/contract/preferences.ts';
import { DiskSelection, consequencesOf } from '../../../renderer/screens/settings/DiskSelection.svelte.ts';
import { backupFileName, fileIn, lastPart } from '../../../renderer/screens/settings/backupPaths.ts';
import { changedSampling } from '../../../renderer/lib/samplingFields.ts';
import { backendOfChoice, lastSelfTest, testOutcome } from '../../../renderer/screens/settings/selfTests.ts';
import { englishOf } from '../../../main/contract/words/words.ts';

const entry = (id: string, keptBecause: string | null = null): DiskEntry => ({
  ...{ kind: 'models', id, name: id, bytes: 10, keptBecause, consequence: `${id} is gone.` },
});

describe('DiskSelection', () => {
  const [a, b, kept] = [entry('a'), entry('b'), entry('c', 'a run needs it')];
  const usageOf = (entries: readonly DiskEntry[]): DiskUsage => ({
    ...{ dataFolder: '', cacheFolder: '', freeBytes: 0, totalBytes: 0 },
    kinds: [{ kind: 'models', bytes: 0, entries }],
  });

  it('never holds what must stay, also when that changed after it was marked', () => {
    let usage = usageOf([a, b, kept]);
    const selection = new DiskSelection(() => usage);
    for (const each of [a, b, kept]) selection.toggle(each);
    expect(selection.entries.map(({ id }) => id)).toEqual(['a', 'b']);
    usage = usageOf([{ ...a, keptBecause: 'a run started meanwhile' }]);
    expect(selection.entries).toEqual([]);
    expect(selection.bytes).toBe(0);
  });

  it('marks all that may go of a kind, and then none', () => {
    const selection = new DiskSelection(() => usageOf([a, b, kept]));
    selection.toggle(b);
    selection.toggleAll([a, b, kept]);
    expect(selection.bytes).toBe(20);
    selection.toggleAll([a, b, kept]);
    expect(selection.entries).toEqual([]);
  });
});

describe('consequencesOf', () => {
  it('says each loss once and counts the rest', () => {
    const many = ['x', 'x', 'y', 'z'].map((id) => entry(id));
    expect(consequencesOf(many, 2, englishOf)).toEqual({ texts: ['x is gone.', 'y is gone.'], more: 1 });
  });
});

describe('changedSampling', () => {
  it('takes a figure that holds and refuses one that the studio would refuse', () => {
    const { sampling } = defaultPreferences;
    expect(changedSampling(sampling, 'temperature', 0)?.temperature).toBe(0);
    expect(changedSampling(sampling, 'temperature', 5.1)).toBeUndefined();
    expect(changedSampling(sampling, 'topP', 0)).toBeUndefined();
    expect(changedSampling(sampling, 'topK', 2.5)).toBeUndefined();
    expect(changedSampling(sampling, 'seed', undefined)).toBeUndefined();
  });
});

describe('backups', () => {
  it('are named by the local day, with zeros so that they sort', () => {
    expect(backupFileName(new Date(2026, 0, 5))).toBe('graft-2026-01-05.tar');
  });

  it('go into folders of either kind of machine', () => {
    expect(fileIn('/mnt/disk', 'a.tar')).toBe('/mnt/disk/a.tar');
    expect(fileIn('/', 'a.tar')).toBe('/a.tar');
    expect(fileIn('C:\\Backups', 'a.tar')).toBe('C:\\Backups\\a.tar');
    expect(lastPart('C:\\Backups\\a.tar')).toBe('a.tar');
    expect(lastPart('/mnt/disk/')).toBe('disk');
  });
});

describe('self-tests', () => {
  const task = (startedAt: number, others: Partial<Task> = {}): Task => ({
    ...{
      id: String(startedAt),
      kind: 'selfTest',
      subject: '',
      state: 'succeeded',
      progress: null,
      result: startedAt,
      error: null,
      startedAt,
    },
    ...{ finishedAt: 1, heard: false, ...others },
  });

  it('shows the newest one that ended well', () => {
    const tasks = [task(2), task(3, { state: 'failed' }), task(1), task(9, { kind: 'backup' })];
    expect(lastSelfTest(tasks)).toBe(2);
    expect(lastSelfTest([])).toBeUndefined();
  });

  it('knows the chosen backend by what the doctor calls it', () => {
    const chosen = ['tensorflow on CPU, float32', 'tensorflow on CUDA, bf16', 'wasm, float32', 'cpu, float32'];
    expect(chosen.map(backendOfChoice)).toEqual(['tensorflow-cpu', 'tensorflow-cuda', 'wasm', 'cpu']);
  });

  it('fails with one check', () => {
    const check = { name: 'matmul', passed: true, detail: '' };
    const selfTest = {
      device: 'cpu',
      checks: [check, { ...check, passed: false }],
      float32Gflops: 1,
      bf16Gflops: null,
    };
    expect(testOutcome({ selfTest })).toBe('failed');
    expect(testOutcome({ selfTest: null })).toBe('none');
  });
});
