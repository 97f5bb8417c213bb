/**
 * The compiled decode function of one adapter signature. An adapter's tensors and its scale are inputs, so that
 * adapters of the same method, options and targets share the function and a swap replaces handles only. Prompts go
 * through in chunks of few sizes, the last one padded: what padding writes lies past the end, where the cache is
 * don't-care.
 */
import type { AdapterMethod, AdapterWeights } from '../adapters/adapterMethod.ts';
import type { Backend, Compiled } from '../backends/backend.ts';
import type { CausalModel } from '../models/causalModel.ts';
import { ringWriter, type WriteSlots } from '../ops/cachedAttention.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap, Tensor } from '../tf.ts';
import { named, tensorsOf } from './KeyValueCache.ts';
import type { KeyValueCache } from './KeyValueCache.ts';

/**
 * What binds an adapter in a traced function: frozen tensors are captured, trained ones come in as `adapter/<name>`.
 */
export interface AdapterBinding {
  readonly method: AdapterMethod;
  readonly weights: Pick<AdapterWeights, 'options' | 'targets'>;
  readonly frozen: Readonly<Record<string, Tensor>>;
}

const chunkSizes = [1, 16, 64, 256] as const;
const adapterPrefix = 'adapter/';

export function adapterKey(name: string): string {
  return `${adapterPrefix}${name}`;
}

/**
 * ids (1, T), pick (1, T), what KeyValueCache.inputs gives, and with an adapter `adapter/…` and scale () → logits (1,
 * V), `recent/…`.
 */
export function compileDecode(backend: Backend, model: CausalModel, binding?: AdapterBinding): Compiled {
  return backend.compile('decode', (inputs) => {
    const adapter = binding && bindAdapter(binding, inputs);
    const { settledLength, start } = inputs;
    const cache = { settled: tensorsOf('settled', inputs), recent: tensorsOf('recent', inputs), settledLength, start };
    const { hidden, recent } = model.decode(inputs.ids, cache, adapter);
    const picked = tf.matMul<Tensor>(inputs.pick, hidden);
    return { logits: model.logits(picked, adapter), ...named('recent', recent) };
  });
}

/**
 * `settled/…`, `recent/…`, settledLength (B), recentLength (B) → `settled/…` with so many of the recent ones written
 * behind what was settled.
 */
export function compileSettle(backend: Backend): Compiled {
  return backend.compile('settle', (inputs) => {
    const recent = tensorsOf('recent', inputs);
    const settled = tensorsOf('settled', inputs);
    const rows = recent[0].shape[2] as number;
    const writers = new Map<number, WriteSlots>();
    const writerFor = ({ shape }: Tensor): WriteSlots => {
      const [heads, slots] = shape.slice(1, 3) as [number, number];
      const known = writers.get(slots) ?? ringWriter(inputs.settledLength, inputs.recentLength, { rows, slots, heads });
      writers.set(slots, known);
      return known;
    };
    return named('settled', settled.map((tensor, index) => writerFor(tensor)(tensor, recent[index]))); // prettier-ignore
  });
}

/** ids (B, T), perhaps attentionMask (B, T), and the adapter's inputs → logits (B·T, V). */
export function compileLogits(backend: Backend, model: CausalModel, binding?: AdapterBinding): Compiled {
  return backend.compile('logits', (inputs) => {
    const adapter = binding && bindAdapter(binding, inputs);
    const hidden = model.hidden(inputs.ids, { adapter, attentionMask: inputs.attentionMask });
    return { logits: model.logits(hidden, adapter) };
  });
}

export interface FeedRequest {
  readonly decode: Compiled;
  /** The adapter's inputs; empty for the base. */
  readonly adapterInputs: NamedTensorMap;
  readonly cache: KeyValueCache;
  readonly ids: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `ids` after what is in the cache, which must have room. Returns the logits after the last one; undefined when
 * aborted.
 */
export async function feed({
  decode,
  adapterInputs,
  cache,
  ids,
  signal,
}: FeedRequest): Promise<Float32Array | undefined> {
  let logits: Float32Array | undefined;
  for (let done = 0; done < ids.length;) {
    if (signal?.aborted) return undefined;
    const chunk = ids.slice(done, done + chunkSizeFor(ids.length - done));
    const size = chunkSizeFor(ids.length - done);
    cache.prepare(size);
    const cacheInputs = cache.inputs();
    const inputs = chunkInputs(chunk, size);
    const outputs = decode({ ...inputs, ...adapterInputs, ...cacheInputs });
    done += chunk.length;
    if (done === ids.length) logits = (await outputs.logits.data()) as Float32Array;
    cache.advance(outputs, chunk);
    tf.dispose([inputs, cacheInputs.settledLength, cacheInputs.start, outputs.logits]);
    await new Promise(setImmediate);
  }
  return logits;
}

/** Padding up to the next size is cheaper than a further call, unless it would more than double the work. */
function chunkSizeFor(remaining: number): number {
  const padded = chunkSizes.find((size) => size >= remaining);
  if (padded !== undefined && (padded <= 16 || padded <= 2 * remaining)) return padded;
  return chunkSizes.findLast((size) => size <= remaining) ?? 1;
}

function chunkInputs(ids: readonly number[], size: number): NamedTensorMap {
  const paddedIds = new Int32Array(size);
  paddedIds.set(ids);
  const pick = new Float32Array(size);
  pick[ids.length - 1] = 1;
  return { ids: tf.tensor2d(paddedIds, [1, size], 'int32'), pick: tf.tensor2d(pick, [1, size]) };
}

/** Traced: the adapter whose tensors came in as `adapter/…`. */
export function bindAdapter({ method, weights, frozen }: AdapterBinding, inputs: NamedTensorMap) {
  const trained = Object.entries(inputs).filter(([key]) => key.startsWith(adapterPrefix));
  const tensors = Object.fromEntries(trained.map(([key, tensor]) => [key.slice(adapterPrefix.length), tensor]));
  return method.bind(weights, { ...frozen, ...tensors }, { scale: inputs.scale });
}
