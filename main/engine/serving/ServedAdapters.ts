/**
 * Every adapter that is served, in the table of its kind: the one list of how a method shares a batch. Methods that
 * bind rows keep to themselves, those that are LoRA in another form join as it, any other adapter has a table alone.
 * What several tables add to a row is summed: all but one of them add zero.
 */
import { GraftError } from '../../contract/errors.ts';
import { type Capabilities, capabilitiesWith } from '../../methods/methodSpec.ts';
import { getMethodSpec } from '../../methods/registry.ts';
import type { AdapterMethod, AdapterWeights } from '../adapters/adapterMethod.ts';
import { getAdapterMethod } from '../adapters/registry.ts';
import { notFinite } from '../adapters/requireFinite.ts';
import type { Backend } from '../backends/backend.ts';
import { FrozenStore } from '../inference/FrozenStore.ts';
import { ResidentAdapters } from '../inference/ResidentAdapters.ts';
import type { NamedTensorMap } from '../tf.ts';
import type { AdapterTable, JoinedRows, JoinRule, RowAdapters } from './adapterTable.ts';
import { LoraTable } from './LoraTable.ts';
import { inputsUnder, prefixed } from '../namedInputs.ts';
import { OwnTable, replacesNormsAlone, type TableResidents } from './OwnTable.ts';
import { summedAdapters } from './summedAdapters.ts';
import { VectorTable } from './VectorTable.ts';
import { engineServingWords } from '../../contract/words/engineServing.ts';

const loraGroup = 'lora';

export class ServedAdapters {
  readonly #backend: Backend;
  readonly #store: FrozenStore;
  readonly #joins: JoinRule;
  readonly #onReleased: () => void;
  readonly #residents: TableResidents;
  /** By group. */
  readonly #tables = new Map<string, AdapterTable>();
  readonly #groups = new Map<string, string>();

  #tableCount = 0;

  /** `onReleased`: frozen tensors that compiled functions may have captured are gone. */
  constructor(backend: Backend, joins: JoinRule, onReleased: () => void) {
    this.#backend = backend;
    this.#joins = joins;
    this.#onReleased = onReleased;
    this.#store = new FrozenStore(backend);
    this.#residents = new ResidentAdapters({ backend, store: this.#store, compile: () => ({ dispose: onReleased }) });
  }

  has(key: string): boolean {
    return this.#groups.has(key);
  }

  /**
   * Replaces an adapter of the same key; returns its bytes, frozen tensors apart. Throws GraftError('unsupported') for
   * one that has weights in place of the base's: it cannot share the base's products with other rows (layer norms are
   * no such weights); 'invalid' for one with numbers that are none: its zeros in the rows of others would be NaN.
   */
  add(key: string, weights: AdapterWeights): number {
    const method = getAdapterMethod(weights.methodId);
    const { servable } = capabilitiesWith(getMethodSpec(weights.methodId), weights.options);
    const hasOwnProducts = weights.replaced !== undefined && !(servable === 'own' && replacesNormsAlone(weights));
    if (hasOwnProducts || servable === 'none') throw replacesWeights(key);
    const served = servable === 'factors' ? method.toLora(weights) : weights;
    requireFinite(key, served); // in the form in which it is served
    this.remove(key);
    const group = this.#groupFor(servable, method, served);
    const bytes = this.#table(group).add(key, served);
    this.#groups.set(key, group);
    return bytes;
  }

  remove(key: string): void {
    const group = this.#groups.get(key);
    if (group === undefined) return;
    this.#groups.delete(key);
    const table = this.#table(group);
    table.remove(key);
    if (!table.isEmpty) return;
    table.dispose();
    this.#tables.delete(group);
  }

  /** Throws for an adapter that is not there: its row would be answered by the base. */
  join(rows: RowAdapters): JoinedRows {
    const groups = new Set(rows.flatMap((row) => (row === null ? [] : this.#groupOf(row.key))));
    const parts = [...groups].sort().map((group) => this.#table(group).join(rows));
    return {
      signature: JSON.stringify(parts.map(({ signature }) => signature)),
      inputs: Object.assign({}, ...parts.map(({ inputs }, index) => prefixed(`${index}/`, inputs))) as NamedTensorMap,
      bind: (inputs, tokens) =>
        summedAdapters(parts.map((part, index) => part.bind(inputsUnder(inputs, `${index}/`), tokens))),
      dispose: () => parts.forEach((part) => part.dispose()),
    };
  }

  dispose(): void {
    for (const table of this.#tables.values()) table.dispose();
    this.#tables.clear();
    this.#groups.clear();
    this.#residents.dispose();
  }

  #groupOf(key: string): string {
    const group = this.#groups.get(key);
    if (group === undefined) throw new Error(`The adapter ${key} is not served any more.`);
    return group;
  }

  #table(group: string): AdapterTable {
    const table = this.#tables.get(group);
    if (table === undefined) throw new Error(`There is no adapter table ${group}.`);
    return table;
  }

  #groupFor(
    servable: Exclude<Capabilities['servable'], 'none'>,
    method: AdapterMethod,
    weights: AdapterWeights,
  ): string {
    if (servable === 'rows') return this.#vectorGroup(method, weights);
    return servable === 'factors' ? this.#loraGroup() : this.#ownGroup();
  }

  /** One for each adapter. */
  #ownGroup(): string {
    this.#tableCount += 1;
    const group = `own ${this.#tableCount}`;
    this.#tables.set(group, new OwnTable(this.#residents, group));
    return group;
  }

  #loraGroup(): string {
    if (!this.#tables.has(loraGroup)) this.#tables.set(loraGroup, new LoraTable(this.#backend, this.#joins));
    return loraGroup;
  }

  #vectorGroup(method: AdapterMethod, weights: AdapterWeights): string {
    const frozen = this.#store.acquire(method.frozenUploads(weights));
    const group = JSON.stringify([method.id, weights.targets.map(({ name }) => name), frozen.fingerprint]);
    if (this.#tables.has(group)) {
      frozen.release(); // the table has its own lease
      return group;
    }
    const { options, targets, trained } = weights;
    const vectors = Object.entries(trained).map(([name, { data }]) => ({ name, size: data.length }));
    const release = (): void => {
      frozen.release();
      this.#onReleased();
    };
    this.#tableCount += 1; // two tables of one group, one after the other, capture different tensors
    const setup = {
      signature: `${method.id} ${this.#tableCount}`,
      backend: this.#backend,
      method,
      weights: { options, targets },
      vectors,
    };
    this.#tables.set(group, new VectorTable({ ...setup, frozen: frozen.tensors, release }));
    return group;
  }
}

function replacesWeights(key: string): GraftError {
  const message = engineServingWords.notInBatch({ key });
  return new GraftError('unsupported', message, {
    field: 'adapter',
    remedy: engineServingWords.chatOrMerge(),
  });
}

function requireFinite(key: string, served: AdapterWeights): void {
  const [broken] = notFinite(served);
  if (broken === undefined) return;
  throw new GraftError('invalid', engineServingWords.notFinite({ key, broken }), {
    field: broken,
    remedy: engineServingWords.trainAgain(),
  });
}
