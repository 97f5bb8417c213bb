/**
 * A served model on its device with everything that its batches share: the adapters, the caches' functions and one
 * decode function for each set of kinds of adapters that came together.
 */
import type { Backend, Compiled } from '../backends/backend.ts';
import { named, tensorsOf } from '../inference/KeyValueCache.ts';
import type { CausalModel } from '../models/causalModel.ts';
import { gatherRows } from '../ops/gatherRows.ts';
import type { JoinedRows, JoinRule } from './adapterTable.ts';
import { inputsUnder } from '../namedInputs.ts';
import { PrefixStore } from './PrefixStore.ts';
import { CacheMaker } from './RowsCache.ts';
import { ServedAdapters } from './ServedAdapters.ts';

/** Of the adapters' inputs to a decode function. */
export const adapterPrefix = 'adapter/';

/**
 * Compiled functions that are kept: each holds a graph for every size of batch, and kinds of adapters combine freely.
 */
const maxFunctions = 48;

export class BatchModel {
  readonly backend: Backend;
  readonly model: CausalModel;
  readonly contextLength: number;
  readonly adapters: ServedAdapters;
  readonly caches: CacheMaker;
  readonly prefixes: PrefixStore;
  /** By signature of what was joined, the one used last at the end. */
  readonly #functions = new Map<string, Compiled>();

  /** `exactJoins`: see ServedAdapters; `prefixBytes`: see PrefixStore. */
  constructor(
    backend: Backend,
    model: CausalModel,
    contextLength: number,
    { prefixBytes = 0, ...joins }: JoinRule & { readonly prefixBytes?: number },
  ) {
    this.backend = backend;
    this.model = model;
    this.contextLength = contextLength;
    this.adapters = new ServedAdapters(backend, joins, () => this.#forgetFunctions());
    this.caches = new CacheMaker(backend, model);
    this.prefixes = new PrefixStore(this.caches, { budgetBytes: prefixBytes, contextLength });
  }

  /** ids (B, T), last (B) places in B · T, what RowsCache.inputs gives and `adapter/…` → logits (B, V), `recent/…`. */
  decodeFor(joined: JoinedRows): Compiled {
    const known = this.#functions.get(joined.signature);
    if (known !== undefined) return this.#keep(joined.signature, known);
    const { model } = this;
    const made = this.backend.compile('decodeRows', (inputs) => {
      const adapter = joined.bind(inputsUnder(inputs, adapterPrefix), inputs.ids.shape[1] as number);
      const { settledLength, start } = inputs;
      const cache = {
        settled: tensorsOf('settled', inputs),
        recent: tensorsOf('recent', inputs),
        settledLength,
        start,
      };
      const { hidden, recent } = model.decode(inputs.ids, cache, adapter);
      return { logits: model.logits(gatherRows(hidden, inputs.last), adapter), ...named('recent', recent) };
    });
    return this.#keep(joined.signature, made);
  }

  /**
   * A call is over before the next function is asked for, so none that is disposed here is in use; rows that still want
   * it get it anew.
   */
  #keep(signature: string, compiled: Compiled): Compiled {
    this.#functions.delete(signature);
    this.#functions.set(signature, compiled);
    const [oldest] = this.#functions;
    if (this.#functions.size > maxFunctions) {
      oldest[1].dispose();
      this.#functions.delete(oldest[0]);
    }
    return compiled;
  }

  #forgetFunctions(): void {
    for (const compiled of this.#functions.values()) compiled.dispose();
    this.#functions.clear();
  }

  dispose(): void {
    this.#forgetFunctions();
    this.adapters.dispose();
    this.prefixes.dispose();
    this.caches.dispose();
    this.model.dispose();
  }
}
