/**
 * The one watch of a run, for the command line and for screens: looks into the database, so that it is the same
 * whichever process trains.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { endStates } from '../../contract/entities.ts';
import type { RunPulse } from '../../database/runSummaries.ts';

const pollMs = 250; // as often as a run's events are written (jobs/EventRecorder.ts)

/**
 * The run's pulse as it is, then each time that it has changed, at most four a second. Ends with that of the end, when
 * the run is purged, and when `signal` aborts.
 */
export async function* watchRun(
  readPulse: () => RunPulse | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunPulse> {
  let told: RunPulse | undefined;
  for (;;) {
    const pulse = readPulse();
    if (pulse === undefined) return;
    if (pulse.mark !== told?.mark || pulse.lastStep !== told.lastStep || pulse.lastLog !== told.lastLog) yield pulse;
    if (endStates.includes(pulse.state)) return;
    told = pulse;
    try {
      await sleep(pollMs, undefined, { signal });
    } catch {
      return; // aborted: nobody watches any more
    }
  }
}
