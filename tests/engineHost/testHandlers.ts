/** Handlers without tensors: each request name stands for one way an engine can behave. */
import { engineExitCodes } from '../../main/contract/engineFrame.ts';
import { GraftError } from '../../main/contract/errors.ts';
import { verbatim } from '../../main/contract/words/words.ts';
import type { EngineHandlers } from '../../main/engine/serveRequests.ts';

/** Text in `promptIds`' place is not possible, so the test engine reads what to do from small numbers. */
export const behaviours = {
  echo: 0,
  graftError: 1,
  bug: 2,
  ignoreCancel: 3,
  waitForCancel: 4,
  block: 5,
  spent: 6,
} as const;

export const testHandlers: EngineHandlers = {
  train: () => Promise.reject(new GraftError('unsupported', verbatim('not here'))),
  loadModel: () => Promise.resolve({ device: `pid ${process.pid}`, loadMs: process.ppid }),
  loadAdapter: () => process.exit(engineExitCodes.deviceLost),
  unloadAdapter: () => {
    process.stderr.write('first words\nlast words\n');
    process.exit(3);
  },
  compareWithBase: () => {
    throw new Error('not asked for');
  },
  convertBase: async (_, { unpaused }) => {
    await unpaused();
    return { bytes: 1 };
  },
  compareEngines: () => {
    throw new Error('not asked for');
  },
  loadEncoder: () => {
    throw new Error('not asked for');
  },
  loadEncoderAdapter: () => {
    throw new Error('not asked for');
  },
  classify: () => {
    throw new Error('not asked for');
  },
  generate: async ({ promptIds }, { onEvent, signal }) => {
    const [behaviour] = promptIds;
    if (behaviour === behaviours.graftError) throw new GraftError('nonFinite', verbatim('NaN at step 7'), { step: 7 });
    if (behaviour === behaviours.spent) throw new GraftError('deviceLost', verbatim('gone'), { endsEngine: true });
    if (behaviour === behaviours.bug) throw new TypeError('a bug');
    if (behaviour === behaviours.block) for (;;);
    if (behaviour === behaviours.ignoreCancel) return new Promise(() => undefined);
    for (const id of promptIds) onEvent({ type: 'token', id });
    if (behaviour === behaviours.waitForCancel && !signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    const finish = signal.aborted ? 'cancelled' : 'stop';
    return {
      ids: [...promptIds],
      finish,
      promptTokens: promptIds.length,
      reusedTokens: 0,
      promptMs: 0,
      tokensPerSecond: 0,
      swapMs: 0,
    };
  },
  logits: () => {
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => undefined);
  },
  startServing: () => Promise.reject(new GraftError('unsupported', verbatim('not here'))),
  serveAdapter: () => Promise.reject(new GraftError('unsupported', verbatim('not here'))),
  dropAdapter: () => Promise.reject(new GraftError('unsupported', verbatim('not here'))),
  complete: () => Promise.reject(new GraftError('unsupported', verbatim('not here'))),
  selfTest: () => {
    process.stderr.write("terminate called after throwing an instance of 'std::bad_alloc'\n", () => process.abort());
    return new Promise(() => undefined);
  },
  inspectAdapter: () => Promise.reject(new GraftError('unsupported', verbatim('not here'))),
  writeExport: () =>
    Promise.resolve({
      files: [],
      parity: { of: 'logits', difference: 0, tolerance: 0, rounding: null },
      truncation: null,
      notes: [],
    }),
};

export const convertRequest = { modelDir: '', outDir: '', precision: 'bf16', title: '' } as const;

export function generateRequest(...promptIds: number[]) {
  const sampling = { maxTokens: 1, temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0, stopIds: [] };
  return { promptIds, adapter: null, sampling };
}
