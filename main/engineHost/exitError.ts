/**
 * Why an engine process died, as an error for a person. A dead process leaves an exit code, a signal and its last
 * words on stderr; a SIGKILL that this host did not send is the kernel's out-of-memory killer.
 */
import { engineExitCodes } from '../contract/engineFrame.ts';
import { type ErrorCode, GraftError } from '../contract/errors.ts';

export interface EngineExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last lines of stderr, oldest first. */
  readonly stderr: readonly string[];
}

const memoryRemedy = 'Use a smaller batch size or maximum length, turn recomputation on, or close other programs; then resume the run.';

// V8 and C++ leave by abort() when memory is gone; their last words are the only evidence.
const memoryWords = /heap out of memory|std::bad_alloc|Cannot allocate memory|RESOURCE_EXHAUSTED|OOM when allocating/;

function classify(exit: EngineExit): ErrorCode {
  if (exit.code === engineExitCodes.outOfMemory || exit.signal === 'SIGKILL') return 'outOfMemory';
  if (exit.code === engineExitCodes.deviceLost) return 'deviceLost';
  if (exit.stderr.some((line) => memoryWords.test(line))) return 'outOfMemory';
  return 'engineCrashed';
}

const headlines: Partial<Record<ErrorCode, string>> = {
  outOfMemory: 'The engine process ran out of memory',
  deviceLost: 'The engine process lost its device',
  engineCrashed: 'The engine process died',
};

const remedies: Partial<Record<ErrorCode, string>> = {
  outOfMemory: memoryRemedy,
  deviceLost: 'Check the graphics driver, then resume the run, or choose TensorFlow on the CPU.',
  engineCrashed: 'Resume the run from its last checkpoint; `doctor` checks the backend.',
};

/** `outOfMemory`, `deviceLost` or `engineCrashed`, with what stderr said last. */
export function exitError(exit: EngineExit): GraftError {
  const code = classify(exit);
  const wasKilled = exit.signal === 'SIGKILL';
  const how = exit.signal === null ? `exit status ${exit.code ?? 'unknown'}` : `signal ${exit.signal}`;
  const words = exit.stderr.at(-1);
  const headline = wasKilled
    ? 'The engine process was killed, as the system does when memory runs out'
    : (headlines[code] ?? 'The engine process died');
  const message = `${headline} (${how})${words === undefined ? '.' : `: ${words}`}`;
  return new GraftError(code, message, { remedy: remedies[code], exitCode: exit.code, signal: exit.signal, stderr: exit.stderr });
}
