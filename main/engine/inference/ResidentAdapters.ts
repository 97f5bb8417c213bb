/**
 * The adapters that an engine holds on its device beside one model, by key, with the functions that are compiled for
 * them. Adapters of one signature share a function and their frozen content; both go with the last of them. A key is
 * the caller's: it must belong to a content, so that no answer comes of another adapter than the one that is meant.
 */
import { GraftError } from '../../contract/errors.ts';
import { engineChatWords } from '../../contract/words/engineChat.ts';
import type { AdapterWeights } from '../adapters/adapterMethod.ts';
import { getAdapterMethod } from '../adapters/registry.ts';
import type { Backend } from '../backends/backend.ts';
import { FrozenStore } from './FrozenStore.ts';
import { uploadAdapter, type ResidentAdapter } from './residentAdapter.ts';

export interface ResidencySetup<Functions> {
  readonly backend: Backend;
  /** For adapters of the signature of this one; undefined for the base alone. */
  readonly compile: (resident: ResidentAdapter | undefined) => Functions;
  /** Of too many the one that came first goes. */
  readonly most?: number;
  /** Where others have frozen content of adapters too. */
  readonly store?: FrozenStore;
}

const baseSignature = '';

export class ResidentAdapters<Functions extends { dispose(): void }> {
  readonly #setup: ResidencySetup<Functions>;
  readonly #store: FrozenStore;
  readonly #adapters = new Map<string, ResidentAdapter>();
  /** By signature. */
  readonly #functions = new Map<string, Functions>();

  constructor(setup: ResidencySetup<Functions>) {
    this.#setup = setup;
    this.#store = setup.store ?? new FrozenStore(setup.backend);
  }

  has(key: string): boolean {
    return this.#adapters.has(key);
  }

  /** Throws GraftError('notFound'). */
  get(key: string): ResidentAdapter {
    const resident = this.#adapters.get(key);
    if (resident) return resident;
    throw new GraftError('notFound', engineChatWords.noAdapter({ key }), {
      field: 'adapter',
      remedy: engineChatWords.loadFirst(),
    });
  }

  /**
   * Replaces an adapter of the same key. The new one is there before the old one goes, so that what they share and the
   * functions captured stays.
   */
  put(key: string, weights: AdapterWeights): ResidentAdapter {
    const { most = Infinity } = this.#setup;
    const [oldest] = this.#adapters.keys();
    if (oldest !== undefined && !this.has(key) && this.#adapters.size >= most) this.remove(oldest);
    const resident = uploadAdapter(weights, getAdapterMethod, this.#store);
    const before = this.#adapters.get(key);
    this.#adapters.set(key, resident);
    if (before) this.#release(before);
    return resident;
  }

  /** Unknown keys are no error: the adapter is not there afterwards either way. */
  remove(key: string): void {
    const resident = this.#adapters.get(key);
    this.#adapters.delete(key);
    if (resident) this.#release(resident);
  }

  /** Compiled at the first call of each signature. */
  functionsFor(resident: ResidentAdapter | undefined): Functions {
    const signature = resident?.signature ?? baseSignature;
    const known = this.#functions.get(signature) ?? this.#setup.compile(resident);
    this.#functions.set(signature, known);
    return known;
  }

  dispose(): void {
    for (const key of [...this.#adapters.keys()]) this.remove(key);
    this.#functions.get(baseSignature)?.dispose();
    this.#functions.clear();
  }

  /** Functions have captured frozen tensors, which live as long as an adapter of their signature. */
  #release(resident: ResidentAdapter): void {
    const { signature } = resident;
    const isShared = [...this.#adapters.values()].some((other) => other.signature === signature);
    if (!isShared) {
      this.#functions.get(signature)?.dispose();
      this.#functions.delete(signature);
    }
    resident.dispose();
  }
}
