/**
 * Frozen tensors of adapters (VeRA's projections) on the device, once per content: adapters with the same key and
 * targets share them, so loading a second one uploads only its few trained numbers.
 */
import { createHash } from 'node:crypto';
import type { HostTensor } from '../adapters/adapterMethod.ts';
import type { Backend } from '../backends/backend.ts';
import { tf } from '../tf.ts';
import type { Tensor } from '../tf.ts';

interface Stored {
  readonly tensor: Tensor;
  users: number;
}

/** What one adapter holds of the store. */
export interface FrozenLease {
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Equal for adapters with equal frozen content. */
  readonly fingerprint: string;
  release(): void;
}

export class FrozenStore {
  readonly #backend: Backend;
  readonly #stored = new Map<string, Stored>();
  /** Methods that keep their projections hand out the same arrays again; those need no second hashing. */
  readonly #hashes = new WeakMap<Float32Array, string>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  acquire(uploads: Readonly<Record<string, HostTensor>>): FrozenLease {
    const keys = new Map(Object.entries(uploads).map(([name, tensor]) => [name, this.#keyOf(tensor)]));
    const tensors: Record<string, Tensor> = {};
    for (const [name, key] of keys) tensors[name] = this.#use(key, uploads[name]);
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      for (const key of keys.values()) this.#release(key);
    };
    return { tensors, fingerprint: JSON.stringify([...keys]), release };
  }

  #keyOf({ data, shape }: HostTensor): string {
    const hash = this.#hashes.get(data) ?? createHash('sha256').update(data).digest('hex');
    this.#hashes.set(data, hash);
    return `${shape.join('x')}:${hash}`;
  }

  #use(key: string, { data, shape }: HostTensor): Tensor {
    const stored = this.#stored.get(key) ?? { tensor: this.#backend.frozen(data, shape), users: 0 };
    stored.users += 1;
    this.#stored.set(key, stored);
    return stored.tensor;
  }

  #release(key: string): void {
    const stored = this.#stored.get(key);
    if (!stored) return;
    stored.users -= 1;
    if (stored.users > 0) return;
    tf.dispose(stored.tensor);
    this.#stored.delete(key);
  }
}
