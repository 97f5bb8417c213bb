/**
 * What WebGPU does otherwise than the other eager backends: int8 matrices stay packed on the card, products take a
 * transposed matrix as it is, and are summed in one order.
 */
import type { KernelName } from '../../engine/ops/kernels.ts';
import { tf, type Tensor } from '../../engine/tf.ts';
import { findPacked, timesPacked, timesTransposedPacked, unpack, wordsOf } from './int8Matrix.ts';
import { registerPlainKernels } from './plainKernels.ts';
import { wrapKernel } from './tfjsKernels.ts';
import { tfjsWebgpuName, type TfjsWebgpu } from './tfjsWebgpu.ts';

type Inputs = Readonly<Record<'a' | 'b', Tensor>>;
type Attributes = Readonly<Record<'transposeA' | 'transposeB', boolean | undefined>>;
type Own = (inputs: Readonly<Record<string, Tensor>>, attributes: Attributes) => Tensor;

const own: Partial<Record<KernelName, Own>> = {
  GraftMatMul: ({ a, b }, { transposeA = false, transposeB = false }) => {
    const matrix = findPacked(b);
    if (matrix === undefined) return tf.matMul(a, b, transposeA, transposeB);
    const left = transposeA ? tf.transpose(a) : a;
    return transposeB ? timesTransposedPacked(left, matrix) : timesPacked(left, matrix);
  },
  GraftExpand: ({ x }) => {
    const matrix = findPacked(x);
    return matrix ? unpack(matrix, [0, matrix.rows]) : x.clone();
  },
  GraftGather: ({ table, ids }) => {
    const matrix = findPacked(table);
    return matrix ? unpack(matrix, ids) : tf.gather(table, ids);
  },
};

/** Before those of every eager backend, which leave alone what is there. */
export function registerWebgpuKernels(tfjs: TfjsWebgpu, { onSoftware }: { readonly onSoftware: boolean }): void {
  for (const [kernelName, kernel] of Object.entries(own)) {
    tf.registerKernel({
      kernelName,
      backendName: tfjsWebgpuName,
      kernelFunc: ({ inputs, attrs }) => kernel(inputs as Record<string, Tensor>, (attrs ?? {}) as Attributes),
    });
  }
  disposeWords(tfjs);
  addFewAtOnce();
  chooseProducts(onSoftware);
  if (onSoftware) registerPlainKernels(tfjs);
}

/** The integers of a matrix go with its scales. */
function disposeWords(tfjs: TfjsWebgpu): void {
  const dispose = tfjs.disposeData.bind(tfjs);
  tfjs.disposeData = (dataId, force) => {
    const words = wordsOf(dataId);
    const wasThere = tfjs.tensorMap.has(dataId);
    const done = dispose(dataId, force);
    if (words !== undefined && wasThere && done) dispose(words.dataId, true);
    return done;
  };
}

/** WebGPU promises eight buffers to a shader, and one of them is the result. */
const addedAtOnce = 7;

/** tfjs adds any number of tensors in one shader, which WebGPU refuses. */
function addFewAtOnce(): void {
  wrapKernel('AddN', (given, run) => {
    const all = given.inputs as unknown as readonly Tensor[];
    if (all.length <= addedAtOnce) return run(given);
    return tf.tidy(() => {
      let sum: Tensor = tf.addN(all.slice(0, addedAtOnce));
      for (let from = addedAtOnce; from < all.length; from += addedAtOnce - 1)
        sum = tf.addN([sum, ...all.slice(from, from + addedAtOnce - 1)]);
      return sum;
    });
  });
}

/** tfjs' numbers for its products: one that splits long sums among threads which add by atomics, one that does not. */
const programType = 'WEBGPU_MATMUL_PROGRAM_TYPE';
const leftToTfjs = -1;
const smallOutputs = 2;
/** Sums from this length on are split where the result is small. */
const splitFrom = 2000;
/** So small that tfjs sums each element in one workgroup: in order. */
const reducedUpTo = 128;

/**
 * Products whose sums would be split give another last digit every time: they take the next program instead. Where
 * software computes with them the small ones do too: a workgroup for each element takes a hundred times as long there,
 * and larger blocks are compiled for ten seconds.
 */
function chooseProducts(onSoftware: boolean): void {
  wrapKernel('BatchMatMul', (given, run) => {
    const shape = shapeOf(given.inputs as unknown as Inputs, given.attrs as unknown as Attributes);
    if (!isSplit(shape) && !(onSoftware && isQuick(shape))) return run(given);
    tf.env().set(programType, smallOutputs);
    try {
      return run(given);
    } finally {
      tf.env().set(programType, leftToTfjs);
    }
  });
}

interface ProductShape {
  readonly isBatch: boolean;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** Of the result. */
  readonly elements: number;
}

function shapeOf({ a, b }: Inputs, { transposeA, transposeB }: Attributes): ProductShape {
  const [rows, inner] = transposeA === true ? a.shape.slice(-2).toReversed() : a.shape.slice(-2);
  const columns = b.shape.at(transposeB === true ? -2 : -1) ?? 0;
  const batch = a.shape.slice(0, -2).reduce((product, size) => product * size, 1);
  return { isBatch: batch > 1, rows, inner, columns, elements: batch * rows * columns };
}

/** Done sooner than the next program is compiled. */
function isQuick({ elements, inner }: ProductShape): boolean {
  return elements * inner < 1e6;
}

/** Of 32 × 32 results that tfjs calls few: 16 on the cards of Intel, and twice that for few rows. */
const mostBlocks = 32;

/** Or could be: whether the result counts as small depends on the card. */
function isSplit({ isBatch, rows, inner, columns, elements }: ProductShape): boolean {
  const blocks = Math.ceil(rows / 32) * Math.ceil(columns / 32);
  return !isBatch && inner >= splitFrom && elements > reducedUpTo && blocks <= mostBlocks;
}
