/**
 * Why an engine process died, as an error for a person. A dead process leaves an exit code, a signal and its last
 * words on stderr; a SIGKILL that this host did not send is the kernel's out-of-memory killer.
 */
import { engineExitCodes } from '../contract/engineFrame.ts';
import { type ErrorCode, GraftError } from '../contract/errors.ts';
import { engineProcessWords } from '../contract/words/engineProcess.ts';
import type { Said } from '../contract/words/words.ts';
import { lastWords } from './lastWords.ts';

export interface EngineExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last lines of stderr, oldest first. */
  readonly stderr: readonly string[];
}

const memoryRemedy = engineProcessWords.lessMemory();

// V8 and C++ leave by abort() when memory is gone; their last words are the only evidence.
const memoryWords = /heap out of memory|std::bad_alloc|Cannot allocate memory|RESOURCE_EXHAUSTED|OOM when allocating/;

function classify(exit: EngineExit): ErrorCode {
  if (exit.code === engineExitCodes.outOfMemory || exit.signal === 'SIGKILL') return 'outOfMemory';
  if (exit.code === engineExitCodes.deviceLost) return 'deviceLost';
  if (exit.stderr.some((line) => memoryWords.test(line))) return 'outOfMemory';
  return 'engineCrashed';
}

const headlines: Partial<Record<ErrorCode, Said>> = {
  outOfMemory: engineProcessWords.outOfMemory(),
  deviceLost: engineProcessWords.deviceLost(),
  engineCrashed: engineProcessWords.died(),
};

const remedies: Partial<Record<ErrorCode, Said>> = {
  outOfMemory: memoryRemedy,
  deviceLost: engineProcessWords.checkDriver(),
  engineCrashed: engineProcessWords.resumeRun(),
};

/** `outOfMemory`, `deviceLost` or `engineCrashed`, with what stderr said last. */
export function exitError(exit: EngineExit): GraftError {
  const code = classify(exit);
  const wasKilled = exit.signal === 'SIGKILL';
  const how =
    exit.signal === null
      ? engineProcessWords.exitStatus({ code: exit.code === null ? engineProcessWords.unknown() : String(exit.code) })
      : engineProcessWords.signal({ signal: exit.signal });
  const words = lastWords(exit.stderr);
  const headline = wasKilled ? engineProcessWords.killed() : (headlines[code] ?? engineProcessWords.died());
  const message =
    words === undefined
      ? engineProcessWords.because({ headline, how })
      : engineProcessWords.becauseSaying({ headline, how, words });
  return new GraftError(code, message, {
    remedy: remedies[code],
    exitCode: exit.code,
    signal: exit.signal,
    stderr: exit.stderr,
  });
}
