/**
 * How far llama.cpp is from what the model means: both engines compute the same rows, one row at a time, so that memory
 * holds the logits of one. The tensors in float32 are the reference.
 */
import { setImmediate } from 'node:timers/promises';
import type { EngineDifference, EngineRequests } from '../../contract/engine.ts';
import { progressWords } from '../../contract/words/progress.ts';
import { ChatEngine } from '../inference/chatEngine.ts';
import type { PausableContext } from '../serveRequests.ts';
import { LlamaCppEngine } from './LlamaCppEngine.ts';
import type { ProbedToken } from './llamaLogits.ts';

type Request = EngineRequests['compareEngines'][0];
type Context = PausableContext<EngineRequests['compareEngines'][1]>;

const usualLogitsEvery = 8;

/** Throws GraftError where either cannot open model or adapter, and what `signal` was aborted with. */
export async function compareEngines(request: Request, { onEvent, unpaused }: Context): Promise<EngineDifference> {
  const { tensors, llamaCpp, modelDir, ggufFile, rows, everyLogits } = request;
  const logitsEvery = everyLogits ? 1 : usualLogitsEvery;
  const contextLength = Math.max(...rows.map((row) => row.length)) + 1;
  const [reference, tested] = [new ChatEngine(), new LlamaCppEngine()];
  try {
    const given = { modelDir, contextLength, ...(ggufFile !== undefined && { ggufFile }) };
    await tested.loadModel({ ...given, settings: llamaCpp });
    await unpaused();
    await reference.loadModel({ ...given, settings: { ...tensors, precision: 'float32' } });
    for (const engine of request.adapter === null ? [] : [reference, tested]) {
      await unpaused();
      await engine.loadAdapter(request.adapter as Exclude<Request['adapter'], null>);
    }
    const adapter = request.adapter === null ? null : { key: request.adapter.key, scale: 1 };
    const totals = new Totals();
    for (const [done, row] of rows.entries()) {
      await setImmediate(); // a cancel or a pause may have come while the thread was busy
      await unpaused();
      const label = progressWords.comparingEngines();
      onEvent({ type: 'progress', update: { label, done, total: rows.length, unit: 'rows' } });
      const { data: expected, shape } = await reference.logits({ ids: [row], adapter });
      totals.add(await tested.probe({ row, logitsEvery, adapter }), expected, shape[2]);
    }
    return totals.result();
  } finally {
    reference.dispose();
    await tested.dispose();
  }
}

/** Adds up over rows. */
class Totals {
  #tokens = 0;
  #same = 0;
  #difference = 0;
  #largest = 0;

  /** `expected`: (tokens, vocabulary) of one row. */
  add(probed: readonly ProbedToken[], expected: readonly number[], vocabSize: number): void {
    if (probed.length * vocabSize !== expected.length) throw new Error('logits of other sizes');
    for (const [place, { top, logits }] of probed.entries()) {
      const from = place * vocabSize;
      let best = 0;
      for (let id = 0; id < vocabSize; id++) {
        const value = expected[from + id];
        if (value > expected[from + best]) best = id;
        if (logits === undefined) continue;
        this.#difference = Math.max(this.#difference, Math.abs(logits[id] - value));
        this.#largest = Math.max(this.#largest, Math.abs(value));
      }
      this.#tokens++;
      if (top === best) this.#same++;
    }
  }

  result(): EngineDifference {
    const found = this.#difference / (this.#largest || 1);
    const difference = Number.isFinite(found) ? found : Number.MAX_VALUE; // JSON has neither NaN nor Infinity
    return { tokens: this.#tokens, difference, sameTop: this.#tokens === 0 ? 0 : this.#same / this.#tokens };
  }
}
