/**
 * VeRA (arXiv 2310.11454): y += b ⊙ (B_s (d ⊙ (A_s · dropout(x)))), A_s the leading `in` columns of the shared A and
 * B_s the leading `out` rows of the shared B. A · x is computed once for layers of one input. There is no alpha / r.
 * Surprising: A's row length is the largest input among the targets, so another set of targets means other values.
 */
import { isDeepStrictEqual } from 'node:util';
import type { LinearShape } from '../../contract/families/family.ts';
import {
  veraSpec,
  isDrawnByPeft,
  isTrained,
  matrixA,
  matrixB,
  ownA,
  ownB,
  projectionSize,
  vectorB,
  vectorD,
} from './spec.ts';
import type { VeraOptions } from './spec.ts';
import { frozenLinear } from '../../engine/ops/frozenLinear.ts';
import { type VeraVectors, veraProduct } from '../../engine/ops/veraProduct.ts';
import { tf, type Tensor } from '../../engine/tf.ts';
import type { AdapterWeights, HostTensor } from '../../engine/adapters/adapterMethod.ts';
import { constant, drawNormal } from '../../engine/adapters/draws.ts';
import { loraFromFactors } from '../lora/tensors.ts';
import { droppedOut } from '../../engine/adapters/lowRankDelta.ts';
import { weightsFile } from '../../engine/adapters/peftNames.ts';
import { sharedPrefix } from '../tensorSpec.ts';
import type { MethodTensors, ReadFor, Restored } from '../../engine/adapters/methodTensors.ts';
import type { PeftReader } from '../../engine/adapters/PeftReader.ts';
import { Mt19937 } from '../../engine/adapters/mt19937.ts';
import { projectionDraws } from './projection.ts';
import { engineAdapterWords } from '../../contract/words/engineAdapters.ts';

type Weights = AdapterWeights<VeraOptions>;

const projectionKeys = [sharedPrefix + matrixA, sharedPrefix + matrixB] as const;

const halfPrecision = 2 ** -8; // of bfloat16, relative

export const tensors: MethodTensors<VeraOptions> = {
  id: 'vera',

  init({ options, targets, random }) {
    const { rank, dInitial, initWeights } = options;
    const values: Record<string, HostTensor> = {};
    for (const { name, outFeatures } of targets) {
      values[name + vectorB] = constant([outFeatures], initWeights && isTrained(options, 'b') ? 0 : 1);
      values[name + vectorD] = initWeights ? constant([rank], dInitial) : drawNormal(random, [rank], 1);
    }
    return { ...values, ...generate(options, targets) };
  },

  draw: generate,

  isRedrawable: (weights) => hasKeyProjection(weights),

  frozenUploads({ frozen, targets, options }) {
    const { [matrixA]: sharedA, [matrixB]: sharedB, ...ofLayers } = frozen;
    const uploads: Record<string, HostTensor> = { ...ofLayers };
    if (options.sharing === 'layer') return uploads;
    for (const { inFeatures, outFeatures } of targets) {
      uploads[uploadA(inFeatures)] ??= leadingColumns(sharedA, inFeatures);
      uploads[uploadB(outFeatures)] ??= leadingRows(sharedB, outFeatures);
    }
    return uploads;
  },

  bind({ options, targets }, tensors, context) {
    const layers = new Map(targets.map((each) => [each.name, each]));
    const dropping = { ...context, dropoutRate: options.dropout };
    return {
      deltas(x, names) {
        const first = names.find((name) => layers.has(name));
        if (first === undefined) return names.map(() => undefined);
        const input = droppedOut(x, dropping, first);
        const isShared = options.sharing === 'all';
        const projected = isShared ? frozenLinear(input, tensors[uploadA(x.shape[1] ?? 0)]) : undefined;
        return names.map((name) => {
          const layer = layers.get(name);
          if (layer === undefined) return undefined;
          const z = projected ?? frozenLinear(input, tensors[name + ownA]);
          const matrix = tensors[isShared ? uploadB(layer.outFeatures) : name + ownB];
          return layerDelta(z, matrix, { b: tensors[name + vectorB], d: tensors[name + vectorD] }, context.scale);
        });
      },
      tensorsUnder: (prefix) =>
        targets
          .filter(({ name }) => name.startsWith(prefix))
          .flatMap(({ name }) => [
            ...(isTrained(options, 'b') ? [tensors[name + vectorB]] : []),
            ...(isTrained(options, 'd') ? [tensors[name + vectorD]] : []),
          ]),
    };
  },

  /** Drawn projections are as large as the layers that are named need. */
  isHarmless({ folder, options, targets }, named) {
    if (options.trains !== 'both' || options.sharing === 'layer') return false;
    const hasProjection = projectionKeys.every((key) => folder.tensors.has(key));
    return options.initWeights && (hasProjection || isDeepStrictEqual(projectionSize(named), projectionSize(targets)));
  },

  restore(reader, given) {
    const fixed = readFixed(reader, given);
    if (given.options.sharing === 'layer') return { frozen: fixed };
    const { frozen } = readProjections(reader, given);
    return frozen || Object.keys(fixed).length > 0
      ? { frozen: { ...fixed, ...(frozen ?? generate(given.options, given.targets)) } }
      : {};
  },

  notices(folder, { options, targets, frozen }) {
    if (options.sharing === 'layer' || !folder.tensors.has(sharedPrefix + matrixA)) return [];
    const drawn = generate(options, targets);
    return [matrixA, matrixB].every((name) => isSameMatrix(frozen[name], drawn[name])) ? [] : ['projectionDiffers'];
  },

  /** lora_A = diag(d) A_s, lora_B = diag(b) B_s: the rank is VeRA's, so the result is large. */
  toLora(weights, layers = weights.targets) {
    const { frozen, trained, targets, options } = weights;
    return loraFromFactors(weights, layers, { rank: options.rank }, (name) => {
      const layer = targets.find((each) => each.name === name);
      const { [matrixA]: sharedA, [matrixB]: sharedB, [name + ownA]: a, [name + ownB]: b } = frozen;
      const vector = (suffix: string): Float32Array => ({ ...frozen, ...trained })[name + suffix].data;
      return {
        a: rowsScaled(a ?? leadingColumns(sharedA, layer?.inFeatures ?? 0), vector(vectorD)),
        b: rowsScaled(b ?? leadingRows(sharedB, layer?.outFeatures ?? 0), vector(vectorB)),
      };
    });
  },
};

/**
 * Whether the projections are those that PEFT draws for the adapter's key, up to the roundings of different processors.
 */
function hasKeyProjection({ options, frozen, targets }: Pick<Weights, 'options' | 'frozen' | 'targets'>): boolean {
  if (!isDrawnByPeft(options)) return false;
  const drawn = generate(options, targets);
  return [matrixA, matrixB].every((name) => isNear(frozen[name], drawn[name]));
}

function isNear(stored: HostTensor, drawn: HostTensor): boolean {
  // Larger ones than these targets need belong to another set of targets, and were drawn with other row lengths.
  if (stored.data.length !== drawn.data.length) return false;
  return stored.data.every((value, i) => Math.abs(value - drawn.data[i]) <= 1e-6);
}

function layerDelta(projected: Tensor, matrix: Tensor, { b, d }: VeraVectors, scale: Tensor | undefined): Tensor {
  return veraProduct(projected, { d: scale ? tf.mul(d, scale) : d, b }, matrix);
}

function uploadA(inFeatures: number): string {
  return `${matrixA}.${inFeatures}`;
}

function uploadB(outFeatures: number): string {
  return `${matrixB}.${outFeatures}`;
}

/** Of layers with pairs of their own, pair after pair in their order. */
function generate(options: VeraOptions, targets: readonly LinearShape[]): Weights['frozen'] {
  const { rank, projectionKey, projectionInit, sharing } = options;
  const generator = new Mt19937(projectionKey);
  const draw = projectionDraws[projectionInit];
  const { inMax, outMax } = projectionSize(targets);
  const pairs: readonly (readonly [nameA: string, inFeatures: number, nameB: string, outFeatures: number])[] =
    sharing === 'all'
      ? [[matrixA, inMax, matrixB, outMax]]
      : targets.map(({ name, inFeatures, outFeatures }) => [name + ownA, inFeatures, name + ownB, outFeatures]);
  const values: Record<string, HostTensor> = {};
  for (const [nameA, inFeatures, nameB, outFeatures] of pairs) {
    values[nameA] = draw(generator, [rank, inFeatures]);
    values[nameB] = draw(generator, [outFeatures, rank]);
  }
  return values;
}

/** What the layers have that is not trained: a vector, projections of their own. */
function readFixed(reader: PeftReader, { options, targets }: ReadFor<VeraOptions>): Record<string, HostTensor> {
  const rows = veraSpec
    .tensors(options, targets, null)
    .filter(({ role, scope }) => role === 'frozen' && scope === 'layer');
  return Object.fromEntries(rows.map(({ name, key, shape }) => [name, reader.readFloats(key, shape)]));
}

/**
 * The stored pair, nothing where the file is to do without. Larger ones than needed come from files with several
 * adapters.
 */
function readProjections(
  reader: PeftReader,
  { options: { rank, saveProjection }, targets }: ReadFor<VeraOptions>,
): Pick<Restored, 'frozen'> {
  const [keyA, keyB] = projectionKeys;
  if (!saveProjection && !reader.has(keyA) && !reader.has(keyB)) return {};
  const a = reader.readMatrix(keyA);
  const b = reader.readMatrix(keyB);
  if (!a || !b) return {};
  const { inMax, outMax } = projectionSize(targets);
  const fits = a.shape[0] === rank && a.shape[1] >= inMax && b.shape[0] >= outMax && b.shape[1] === rank;
  const shapes = engineAdapterWords.projectionShapes({ shapeA: a.shape, shapeB: b.shape, rank, inMax, outMax });
  if (!fits) reader.report('vera_A, vera_B', engineAdapterWords.perhapsOtherBase({ shapes }), weightsFile);
  return { frozen: { [matrixA]: a, [matrixB]: b } };
}

/** Up to what a file in half precision rounds off; other rounding of the generator is far below that. */
function isSameMatrix(stored: HostTensor, drawn: HostTensor): boolean {
  if (stored.shape[0] !== drawn.shape[0] || stored.shape[1] !== drawn.shape[1]) return false;
  const largest = drawn.data.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return drawn.data.every((value, index) => Math.abs(value - stored.data[index]) <= halfPrecision * largest);
}

function leadingColumns({ shape: [rows, columns], data }: HostTensor, count: number): HostTensor {
  if (count === columns) return { shape: [rows, columns], data };
  const result = new Float32Array(rows * count);
  for (let row = 0; row < rows; row++) result.set(data.subarray(row * columns, row * columns + count), row * count);
  return { shape: [rows, count], data: result };
}

function leadingRows({ shape: [, columns], data }: HostTensor, count: number): HostTensor {
  return { shape: [count, columns], data: data.subarray(0, count * columns) };
}

/** diag(factors) · matrix. */
function rowsScaled({ shape, data }: HostTensor, factors: Float32Array): HostTensor {
  const [rows, columns] = shape;
  const result = new Float32Array(data.length);
  for (let row = 0, at = 0; row < rows; row++) {
    const factor = factors[row];
    for (const end = at + columns; at < end; at++) result[at] = data[at] * factor;
  }
  return { shape, data: result };
}
