/**
 * How fast a backend is: products at their peak, and a training step, whose share of that peak says what else it costs.
 */
import { computingOf } from '../backends/registry.ts';
import type { SelfTestResult } from '../contract/engine.ts';
import type { Backend } from './backends/backend.ts';
import { frozenLinear, linear } from './ops/frozenLinear.ts';
import { rmsNorm } from './ops/rmsNorm.ts';
import { swiGlu } from './ops/swiGlu.ts';
import { tf, type Tensor } from './tf.ts';

/** Deterministic values in [−scale, scale]. */
function values(size: number, seed: number, scale = 1): Float32Array {
  return Float32Array.from({ length: size }, (_, at) => scale * Math.sin((at + 1) * 12.9898 + seed * 78.233));
}

/** Shorter calls measure how a call begins and ends. */
const longEnoughMs = 20;
const largestSize = 4096;
const longestChain = 64;
const measuredMs = 1000;

/**
 * Best of several runs of size³ products one after another, in 10⁹ floating-point operations a second. Matrices grow
 * until a call takes long enough, so that a graphics card shows its peak. Of the precision that the engine multiplies
 * in it is the engine's own product: WebAssembly is many times slower at others.
 */
export async function measureGflops(backend: Backend, precision: 'float32' | 'bf16'): Promise<number> {
  let [size, chain] = [computingOf(backend.id).selfTestSize, 1];
  let best = 0;
  for (;;) {
    const { gflops, ms } = await timeProducts(backend, { size, chain, isOwn: backend.products === precision });
    best = Math.max(best, gflops);
    if (ms >= longEnoughMs || (size >= largestSize && chain >= longestChain)) return best;
    if (size < largestSize && chain >= 8) [size, chain] = [size * 2, 1];
    else chain *= 8;
  }
}

interface Products {
  readonly size: number;
  /** How many in one call, each of the result of the one before. */
  readonly chain: number;
  readonly isOwn: boolean;
}

async function timeProducts(
  backend: Backend,
  { size, chain, isOwn }: Products,
): Promise<{ readonly gflops: number; readonly ms: number }> {
  const data = values(size * size, 3, Math.sqrt(2 / size)); // the chain neither grows nor fades
  const weight = isOwn ? backend.frozen(data, [size, size]) : tf.tensor2d(data, [size, size]);
  const multiply = isOwn ? frozenLinear : (x: Tensor, w: Tensor): Tensor => tf.matMul(x, w, false, true);
  const input = tf.tensor2d(values(size * size, 4), [size, size]);
  const product = backend.compile('selfTestSpeed', ({ x }) => {
    const y = Array.from({ length: chain }).reduce((at: Tensor) => multiply(at, weight), x);
    return { y: tf.slice(y, [0, 0], [1, 1]) };
  });
  const ms = await bestMs(async () => {
    const { y } = product({ x: input });
    await y.data();
    y.dispose();
  }, measuredMs);
  tf.dispose([input, weight]);
  product.dispose();
  return { gflops: (2 * size ** 3 * chain) / (ms * 1e6), ms };
}

async function bestMs(run: () => Promise<void>, forMs: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  await run(); // compiled
  const start = performance.now();
  do {
    const from = performance.now();
    await run();
    best = Math.min(best, performance.now() - from);
  } while (performance.now() - start < forMs && best < forMs);
  return best;
}

/** SmolLM2's: of its 30 blocks so many, and of each the linear layers of one width on each side. */
const [hidden, inner, blocks, rank] = [576, 1536, 4, 8] as const;
const shapes = [
  ...[[hidden, hidden], [hidden, hidden]], // q, o
  ...[[inner, hidden], [inner, hidden], [hidden, inner]], // gate, up, down
] as const; // oxfmt-ignore

/**
 * Forward and backward through blocks of SmolLM2's size with LoRA r 8 on every linear layer. Its products are counted
 * as 2 · 2 · tokens · weights: with the weights and with their transposes; LoRA's own are left out.
 */
export async function measureStep(backend: Backend, peak: number): Promise<NonNullable<SelfTestResult['step']>> {
  const tokens = computingOf(backend.id).selfTestSize >= 512 ? 512 : 64;
  const layers = Array.from({ length: blocks }).flatMap((_, block) =>
    shapes.map(([out, into], at) => ({
      weight: backend.frozen(values(out * into, block * 8 + at, Math.sqrt(2 / into)), [out, into]),
      A: tf.tensor2d(values(rank * into, at, 0.1), [rank, into]),
      B: tf.tensor2d(values(out * rank, at, 0.1), [out, rank]),
    })),
  );
  const norm = tf.ones([hidden]);
  const x = tf.tensor2d(values(tokens * hidden, 9), [tokens, hidden]);
  const factors = layers.flatMap(({ A, B }) => [A, B]);
  const names = factors.map((_, at) => `factor${at}`);
  const step = backend.compile('selfTestTraining', (given) => {
    const loss = (input: Tensor, ...all: Tensor[]): Tensor => {
      const through = (at: number, y: Tensor): Tensor =>
        frozenLinear(y, layers[at].weight).add(linear(linear(y, all[2 * at]), all[2 * at + 1]));
      let y = input;
      for (let first = 0; first < layers.length; first += shapes.length) {
        y = y.add(through(first + 1, through(first, rmsNorm(y, norm, 1e-5))));
        const normed = rmsNorm(y, norm, 1e-5);
        y = y.add(through(first + 4, swiGlu(through(first + 2, normed), through(first + 3, normed))));
      }
      return y.square().mean();
    };
    const gradients = tf.grads(loss)([given['x'], ...names.map((name) => given[name])]);
    return {
      first: tf.slice(gradients[0], [0, 0], [1, 1]),
      last: tf.addN(gradients.slice(1).map((each) => each.sum())),
    };
  });
  const inputs = { x, ...Object.fromEntries(names.map((name, at) => [name, factors[at]])) };
  const ms = await bestMs(async () => {
    const outputs = step(inputs);
    await outputs['last'].data();
    tf.dispose(outputs);
  }, measuredMs);
  step.dispose();
  tf.dispose([x, norm, ...layers.map(({ weight }) => weight), ...factors]);
  const weights = blocks * shapes.reduce((sum, [out, into]) => sum + out * into, 0);
  const gflops = (4 * tokens * weights) / (ms * 1e6);
  return { tokens, blocks, ms, gflops, shareOfPeak: gflops / peak };
}
