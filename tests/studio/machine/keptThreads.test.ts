/** What was measured of llama.cpp's threads: kept, used where nothing is asked for, and measured again when it must. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { englishOf } from '../../../main/contract/words/words.ts';
import { llamaCppSettings, reportBackends } from '../../../main/studio/machine/backendChoice.ts';
import { isMeasuringDue, keepThreads, readKeptThreads } from '../../../main/studio/machine/keptThreads.ts';
import { readMachine } from '../../../main/studio/machine/machine.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

const machine = { ...readMachine(), cpu: 'A', cores: 4 };
const version = '3.22.1';
const rates = [{ threads: 1, token: 67, prompt: 300 }];
const threads = { sizes: [{ hiddenSize: 576, token: 1, prompt: 2, rates }], steady: true };

describe('kept threads', () => {
  it('come back for the same version on the same machine alone', async () => {
    const cacheDir = temporaryDir();
    expect(readKeptThreads(cacheDir, { version, machine })).toBeUndefined();
    await keepThreads(cacheDir, { threads, version, machine });
    expect(readKeptThreads(cacheDir, { version, machine })).toMatchObject(threads);
    expect(readKeptThreads(cacheDir, { version: '3.22.2', machine })).toBeUndefined();
    expect(readKeptThreads(cacheDir, { version, machine: { ...machine, cpu: 'B' } })).toBeUndefined();
    expect(readKeptThreads(cacheDir, { version, machine: { ...machine, cores: 2 } })).toBeUndefined();
    mkdirSync(join(cacheDir, 'runtimes'), { recursive: true });
    writeFileSync(join(cacheDir, 'runtimes', 'llama.cpp-threads.json'), '{"version": 3}');
    expect(readKeptThreads(cacheDir, { version, machine })).toBeUndefined();
  });

  it('are due once, and again an hour after a busy machine', () => {
    const at = new Date().toISOString();
    const kept = { ...threads, version, cpu: 'A', cores: 4, at };
    const inAnHour = Date.parse(at) + 3_700_000;
    expect(isMeasuringDue(undefined)).toBe(true);
    expect(isMeasuringDue(kept, inAnHour)).toBe(false);
    expect(isMeasuringDue({ ...kept, steady: false })).toBe(false);
    expect(isMeasuringDue({ ...kept, steady: false }, inAnHour)).toBe(true);
  });

  it('stand in the settings unless threads are asked for, and in what the doctor says', () => {
    const runtime = { id: 'llama.cpp', version, dir: '/r', sizeBytes: 1, verified: true };
    const kept = { ...threads, version, cpu: 'A', cores: 4, at: '' };
    const world = { machine, findRuntime: () => runtime, keptThreads: () => kept };
    expect(llamaCppSettings({}, world)?.measured).toEqual([{ hiddenSize: 576, token: 1, prompt: 2 }]);
    expect(llamaCppSettings({ threads: 3 }, world)).toMatchObject({ threads: 3 });
    expect(llamaCppSettings({ threads: 3 }, world)).not.toHaveProperty('measured');
    const said = (steady: boolean) => {
      const reports = reportBackends({ ...world, keptThreads: () => ({ ...kept, steady }) });
      return englishOf(reports.find(({ backend }) => backend === 'llama.cpp')?.why ?? '');
    };
    expect(said(true)).toContain('576: 1, 2');
    expect(said(true)).not.toContain('busy');
    expect(said(false)).toContain('busy');
  });
});
