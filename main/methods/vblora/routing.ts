/**
 * Which bank vectors each VB-LoRA sub-vector mixes, on the host: from full logits or from stored top-k weights, for
 * saving and for expansion. Stored weights pass through untouched, so that a file read and written stays the same.
 */
import type { VbloraOptions } from './spec.ts';
import { modulePrefix } from '../tensorSpec.ts';
import { bankName, indicesSuffix, topkIndexType, weightsSuffix } from './spec.ts';
import type { PeftTensor } from '../../formats/peftFolder.ts';
import type { AdapterWeights, HostTensor } from '../../engine/adapters/adapterMethod.ts';
import { floatTensor } from '../../engine/adapters/peftNames.ts';

type Weights = Pick<AdapterWeights<VbloraOptions>, 'options' | 'trained'>;

interface Routing {
  /** Of the sub-vectors: the first two sizes of the logits. */
  readonly shape: readonly number[];
  /** k per sub-vector, best first. */
  readonly indices: Float32Array;
  readonly weights: Float32Array;
}

/** All sub-vectors of the logits `name`, one after another: Σ wⱼ V[Iⱼ], each of the bank's vector length. */
export function mixSubVectors({ options, trained }: Weights, name: string): HostTensor {
  const { shape, indices, weights } = routingOf({ options, trained }, name);
  const { vectorLength, topk } = options;
  const bank = trained[bankName].data;
  const result = new Float32Array((indices.length / topk) * vectorLength);
  for (let i = 0; i < result.length; i++) {
    const first = Math.floor(i / vectorLength) * topk;
    let sum = 0;
    for (let j = first; j < first + topk; j++) sum += weights[j] * bank[indices[j] * vectorLength + (i % vectorLength)];
    result[i] = sum;
  }
  return { shape: [...shape, vectorLength], data: result };
}

/** (r, in/b, b) read as (r, in). */
export function assembleA({ data }: HostTensor, rank: number, inFeatures: number): HostTensor {
  return { shape: [rank, inFeatures], data };
}

/** (out/b, r, b) to (out, r) with the last two axes swapped. */
export function assembleB({ shape, data }: HostTensor, rank: number, outFeatures: number): HostTensor {
  const vectorLength = shape[2];
  const result = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const tile = Math.floor(i / (rank * vectorLength));
    const column = Math.floor(i / vectorLength) % rank;
    result[(tile * vectorLength + (i % vectorLength)) * rank + column] = data[i];
  }
  return { shape: [outFeatures, rank], data: result };
}

/** What PEFT stores instead of logits when only top-k weights are saved, by key. */
export function topkTensors(weights: Weights): readonly (readonly [string, PeftTensor])[] {
  const { numVectors, topk } = weights.options;
  return logitNames(weights).flatMap((name) => {
    const routing = routingOf(weights, name);
    const kept = routing.weights.filter((_, i) => i % topk !== topk - 1);
    return [
      [modulePrefix + name + indicesSuffix, indexTensor(routing, topk, numVectors)],
      [modulePrefix + name + weightsSuffix, floatTensor({ shape: [...routing.shape, topk - 1], data: kept })],
    ] as const;
  });
}

function logitNames({ trained }: Weights): readonly string[] {
  const bare = Object.keys(trained).map((name) => name.replace(/_topk_(indices|weights)$/, ''));
  return [...new Set(bare)].filter((name) => name !== bankName);
}

function routingOf({ options, trained }: Weights, name: string): Routing {
  const logits = trained[name];
  if (logits) return chooseTopK(logits, options.topk);
  const indices = trained[name + indicesSuffix];
  return { shape: indices.shape.slice(0, 2), indices: indices.data, weights: trained[name + weightsSuffix].data };
}

/** The k largest of each row, best first, of equal ones the lower index; their softmax. */
function chooseTopK({ shape, data }: HostTensor, topk: number): Routing {
  const width = shape[2];
  const rows = data.length / width;
  const indices = new Float32Array(rows * topk);
  const weights = new Float32Array(rows * topk);
  for (let row = 0; row < rows; row++) {
    const logits = data.subarray(row * width, (row + 1) * width);
    const best = largest(logits, topk);
    const exponentials = best.map((index) => Math.exp(logits[index] - logits[best[0]]));
    const sum = exponentials.reduce((total, each) => total + each, 0);
    indices.set(best, row * topk);
    weights.set(
      exponentials.map((each) => each / sum),
      row * topk,
    );
  }
  return { shape: shape.slice(0, 2), indices, weights };
}

/** Positions of the `count` largest values, by insertion into a short sorted list. */
function largest(values: Float32Array, count: number): number[] {
  const best: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (best.length === count && values[i] <= values[best[count - 1]]) continue;
    let place = best.length;
    while (place > 0 && values[best[place - 1]] < values[i]) place--;
    best.splice(place, 0, i);
    best.length = Math.min(best.length, count);
  }
  return best;
}

function indexTensor({ shape, indices }: Routing, topk: number, numVectors: number): PeftTensor {
  const full = [...shape, topk];
  const dtype = topkIndexType(numVectors);
  if (dtype === 'U8') return { dtype, shape: full, data: Uint8Array.from(indices) };
  const values = dtype === 'I16' ? Int16Array.from(indices) : Int32Array.from(indices);
  return { dtype, shape: full, data: new Uint8Array(values.buffer) };
}
