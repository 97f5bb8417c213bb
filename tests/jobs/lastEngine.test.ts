import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lastEngineGone, noteEngine } from '../../main/jobs/lastEngine.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

it('waits for the engine of a killed studio (two engines writing checkpoints of one run)', async () => {
  const runDir = join(temporaryDir(), 'runs', 'r1');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
  noteEngine(runDir, Number(child.pid));
  let isGone = false;
  const waiting = lastEngineGone(runDir, 60_000).then(() => (isGone = true));
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(isGone).toBe(false);
  child.kill('SIGKILL');
  await Promise.all([waiting, once(child, 'exit')]);
  expect(readdirSync(runDir)).toEqual([]);
});

it('does not wait for ever for an id that is somebody else’s now, nor for a note that says nothing', async () => {
  const runDir = temporaryDir();
  noteEngine(runDir, process.pid);
  await lastEngineGone(runDir, 10);
  writeFileSync(join(runDir, 'engine.pid'), 'nonsense');
  await lastEngineGone(runDir, 60_000);
  await lastEngineGone(join(runDir, 'nothing there'), 60_000);
  expect(readdirSync(runDir)).toEqual([]);
});
