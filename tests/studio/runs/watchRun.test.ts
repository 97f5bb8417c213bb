import { expect, it } from 'vitest';
import type { RunPulse } from '../../../main/database/runSummaries.ts';
import { watchRun } from '../../../main/studio/runs/watchRun.ts';

const waiting: RunPulse = { state: 'queued', phase: null, phaseShare: null, lastStep: 0, lastLog: 0, mark: 'a' };
const trained: RunPulse = { ...waiting, state: 'running', lastStep: 7 };
const logged: RunPulse = { ...trained, lastLog: 1 };
const ended: RunPulse = { ...logged, state: 'succeeded', mark: 'b' };

async function pulsesOf(looks: readonly (RunPulse | undefined)[], signal?: AbortSignal): Promise<readonly RunPulse[]> {
  const left = [...looks];
  const told: RunPulse[] = [];
  for await (const pulse of watchRun(() => left.shift(), signal)) told.push(pulse);
  expect(left).toEqual([]);
  return told;
}

it('tells what a run is like, then every change, and ends with the run', async () => {
  expect(await pulsesOf([waiting, waiting, trained, logged, logged, ended])).toEqual([waiting, trained, logged, ended]);
});

it('ends where the run is purged, and when nobody watches any more', async () => {
  expect(await pulsesOf([waiting, undefined])).toEqual([waiting]);
  expect(await pulsesOf([waiting], AbortSignal.abort())).toEqual([waiting]);
});
