/**
 * Products, sums and softmax by one thread for each result, without shared memory. A processor that plays a card is
 * many times quicker with them than with tfjs' kernels, whose threads wait for each other (LOG); cards keep tfjs' own.
 * One pipeline each for all shapes: strides are uniforms. Sums are taken in order.
 */
import { type KernelInput, type KernelResult, wrapKernel } from './tfjsKernels.ts';
import type { TensorInfo, TfjsWebgpu } from './tfjsWebgpu.ts';

interface Program {
  readonly key: string;
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  /** Integers, by their names in `code`. */
  readonly uniforms: Readonly<Record<string, number>>;
  /** Of one thread, which is number `index`. */
  readonly code: string;
  readonly threads: number;
}

const workgroup = 64;

type Compute = (program: Program, shape: readonly number[]) => KernelResult;

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, each) => product * each, 1);

/**
 * Tensors are vectors to the device, so that ranks make no pipelines of their own. A buffer may hold integers of what
 * is float32 to tfjs, whose casts leave them: code takes values by `f32()`.
 */
function computeOn(tfjs: TfjsWebgpu): Compute {
  return ({ key, inputs, uniforms, code, threads }, shape) => {
    const size = sizeOf(shape);
    const flat = Object.values(inputs).map(({ dataId, shape: own, dtype }) => ({
      dataId,
      shape: [sizeOf(own)],
      dtype,
    }));
    const program = {
      variableNames: Object.keys(inputs),
      outputShape: [size],
      dispatchLayout: { x: [0] },
      dispatch: [Math.ceil(threads / workgroup), 1, 1],
      workgroupSize: [workgroup, 1, 1],
      uniforms: ['threads', ...Object.keys(uniforms)].map((name) => `${name} : i32,`).join(' '),
      shaderKey: `graftPlain${key}`,
      getUserCode: () => `fn main(index : i32) { if (index < uniforms.threads) { ${code} } }`,
    };
    const given = [threads, ...Object.values(uniforms)].map((value) => ({ type: 'int32' as const, data: [value] }));
    const { dataId, dtype } = tfjs.runWebGPUProgram(program, flat, 'float32', given);
    return { dataId, shape: [...shape], dtype };
  };
}

/** Not on a card. Tests set it false, to see what a card would run. */
export const plainKernels = { areUsed: true };

/** Instead of tfjs' kernels, where all is float32 and axes are neighbours. */
export function registerPlainKernels(tfjs: TfjsWebgpu): void {
  const compute = computeOn(tfjs);
  const plain = (name: string, find: (given: KernelInput) => KernelResult | undefined): void =>
    wrapKernel(name, (given, run) => {
      const tensors = Object.values(given.inputs) as readonly { dtype: string; shape: readonly number[] }[];
      const isMeant = tensors.every(({ dtype, shape }) => dtype === 'float32' && sizeOf(shape) > 0);
      return (isMeant && plainKernels.areUsed ? find(given) : undefined) ?? run(given);
    });
  plain('BatchMatMul', (given) => product(compute, given));
  plain('Sum', (given) => reduced(compute, given, 'sum'));
  plain('Mean', (given) => reduced(compute, given, 'mean'));
  plain('Max', (given) => reduced(compute, given, 'max'));
  plain('Softmax', (given) => softmax(compute, given));
  plain('Transpose', (given) => transposed(compute, given));
}

const inputOf = ({ inputs }: KernelInput, name: string): TensorInfo => inputs[name] as unknown as TensorInfo;

/** a (…, M, K) · b (…, K, N), either of them transposed; leading axes equal, or none on one side. */
function product(compute: Compute, given: KernelInput): KernelResult | undefined {
  const [a, b] = [inputOf(given, 'a'), inputOf(given, 'b')];
  const { transposeA = false, transposeB = false } = given.attrs as Readonly<Record<string, boolean | undefined>>;
  const [leadingA, leadingB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const [batchA, batchB] = [sizeOf(leadingA), sizeOf(leadingB)];
  if (batchA !== 1 && batchB !== 1 && leadingA.join() !== leadingB.join()) return undefined;
  const leading = leadingA.length > leadingB.length || batchA > batchB ? leadingA : leadingB;
  const [aFirst, aSecond] = a.shape.slice(-2);
  const [bFirst, bSecond] = b.shape.slice(-2);
  const [rows, inner, columns] = [
    ...(transposeA ? [aSecond, aFirst] : [aFirst, aSecond]),
    transposeB ? bFirst : bSecond,
  ];
  const uniforms = {
    ...{ rows, inner, columns },
    ...{ aBatch: batchA === 1 ? 0 : rows * inner, aRow: transposeA ? 1 : inner, aStep: transposeA ? rows : 1 },
    ...{ bBatch: batchB === 1 ? 0 : inner * columns, bStep: transposeB ? 1 : columns },
    bColumn: transposeB ? inner : 1,
  };
  const shape = [...leading, rows, columns];
  const threads = sizeOf(leading) * Math.ceil(rows / tile) * Math.ceil(columns / tile);
  return compute({ key: 'Product', inputs: { A: a, B: b }, uniforms, code: tiles, threads }, shape);
}

/** Results on a side of those that a thread has: each number it loads is used as often. */
const tile = 4;
const inTile = (each: (at: number) => string): string => Array.from({ length: tile }, (_, at) => each(at)).join('\n');

const tiles = `
  let acrossTiles = (uniforms.columns + ${tile - 1}) / ${tile};
  let downTiles = (uniforms.rows + ${tile - 1}) / ${tile};
  let column = index % acrossTiles * ${tile};
  let row = index / acrossTiles % downTiles * ${tile};
  let batch = index / (acrossTiles * downTiles);
  ${inTile(
    (at) => `
    var a${at} = batch * uniforms.aBatch + min(row + ${at}, uniforms.rows - 1) * uniforms.aRow;
    var b${at} = batch * uniforms.bBatch + min(column + ${at}, uniforms.columns - 1) * uniforms.bColumn;
    var sum${at} = vec4<f32>(0.0);`,
  )}
  for (var k = 0; k < uniforms.inner; k = k + 1) {
    let b = vec4<f32>(f32(B[b0]), f32(B[b1]), f32(B[b2]), f32(B[b3]));
    ${inTile(
      (at) => `
      sum${at} = sum${at} + f32(A[a${at}]) * b;
      a${at} = a${at} + uniforms.aStep;
      b${at} = b${at} + uniforms.bStep;`,
    )}
  }
  let end = min(${tile}, uniforms.columns - column);
  ${inTile(
    (at) => `
    if (row + ${at} < uniforms.rows) {
      for (var j = 0; j < end; j = j + 1) {
        result[(batch * uniforms.rows + row + ${at}) * uniforms.columns + column + j] = sum${at}[j];
      }
    }`,
  )}`;

const reductions = {
  sum: ['0.0', 'best + value', 'best'],
  mean: ['0.0', 'best + value', 'best / f32(uniforms.reduced)'],
  max: ['f32(x[at])', 'max(best, value)', 'best'],
} as const;

/** Over neighbouring axes: x is (outer, reduced, inner). */
function reduced(compute: Compute, given: KernelInput, by: keyof typeof reductions): KernelResult | undefined {
  const x = inputOf(given, 'x');
  const { axis, keepDims = false } = given.attrs as { readonly axis?: number | number[]; readonly keepDims?: boolean };
  const rank = x.shape.length;
  const asked = axis === undefined || axis === null ? [...x.shape.keys()] : [axis].flat();
  const axes = asked.map((each) => (each < 0 ? each + rank : each)).sort((one, other) => one - other);
  const [first = 0] = axes;
  if (axes.length === 0 || axes.some((each, at) => each !== first + at)) return undefined;
  const end = first + axes.length;
  const [before, over, after] = [x.shape.slice(0, first), x.shape.slice(first, end), x.shape.slice(end)];
  const [start, step, finish] = reductions[by];
  const code = `
    let inner = index % uniforms.inner;
    var at = index / uniforms.inner * uniforms.reduced * uniforms.inner + inner;
    var best = ${start};
    for (var k = 0; k < uniforms.reduced; k = k + 1) {
      let value = f32(x[at]);
      best = ${step};
      at = at + uniforms.inner;
    }
    result[index] = ${finish};`;
  const uniforms = { reduced: sizeOf(over), inner: sizeOf(after) };
  const shape = [...before, ...(keepDims ? over.map(() => 1) : []), ...after];
  return compute({ key: `Reduced${by}`, inputs: { x }, uniforms, code, threads: sizeOf(shape) }, shape);
}

/** Over the last axis; a thread has a row. */
function softmax(compute: Compute, given: KernelInput): KernelResult | undefined {
  const x = inputOf(given, 'logits');
  const columns = x.shape.at(-1);
  const { dim = -1 } = given.attrs as { readonly dim?: number };
  if (columns === undefined || (dim !== -1 && dim !== x.shape.length - 1)) return undefined;
  const code = `
    let first = index * uniforms.columns;
    var largest = f32(x[first]);
    for (var k = 1; k < uniforms.columns; k = k + 1) { largest = max(largest, f32(x[first + k])); }
    var sum = 0.0;
    for (var k = 0; k < uniforms.columns; k = k + 1) { sum = sum + exp(f32(x[first + k]) - largest); }
    for (var k = 0; k < uniforms.columns; k = k + 1) { result[first + k] = exp(f32(x[first + k]) - largest) / sum; }`;
  const threads = sizeOf(x.shape) / columns;
  return compute({ key: 'Softmax', inputs: { x }, uniforms: { columns }, code, threads }, x.shape);
}

/** Of a matrix. */
function transposed(compute: Compute, given: KernelInput): KernelResult | undefined {
  const x = inputOf(given, 'x');
  const { perm } = given.attrs as unknown as { readonly perm: readonly number[] };
  const [rows, columns] = x.shape;
  if (x.shape.length !== 2 || perm[0] !== 1) return undefined;
  const code = `result[index] = f32(x[index % uniforms.rows * uniforms.columns + index / uniforms.rows]);`;
  return compute({ key: 'Transposed', inputs: { x }, uniforms: { rows, columns }, code, threads: rows * columns }, [
    columns,
    rows,
  ]);
}
