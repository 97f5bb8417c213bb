/**
 * The doctor's self-test of one backend: are its products right (against float64 on the host), do a gradient, three
 * optimizer steps and a compiled function work, does nothing leak, and how fast is it. About ten seconds at most.
 */
import type { EngineRequests, EngineSettings, SelfTestResult } from '../contract/engine.ts';
import { logEvent } from '../contract/engine.ts';
import type { Backend } from './backends/backend.ts';
import { computingOf } from '../backends/registry.ts';
import { openBackend } from './backends/registry.ts';
import { frozenLinear } from './ops/frozenLinear.ts';
import { tf, type Tensor } from './tf.ts';
import { selfTestWords } from '../contract/words/selfTest.ts';
import { measureGflops, measureStep } from './selfTestSpeed.ts';
import { checkSteps } from './selfTestSteps.ts';

type Log = (event: EngineRequests['selfTest'][1]) => void;
type Check = SelfTestResult['checks'][number];

/** How far products of this precision may be off, relative to the largest value. */
const tolerance = { float32: 1e-5, bf16: 2e-2, int8: 2e-2, nf4: 0.2, packed: 2e-2 } as const;

/** Deterministic values in [−1, 1]. */
function values(size: number, seed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, at) => Math.sin((at + 1) * 12.9898 + seed * 78.233));
}

/** x wᵀ in float64: x (M, K), w (N, K). */
function productOnHost(x: Float32Array, w: Float32Array, [M, K, N]: readonly [number, number, number]): Float64Array {
  const y = new Float64Array(M * N);
  for (let m = 0; m < M; m++) {
    for (let n = 0; n < N; n++) for (let k = 0; k < K; k++) y[m * N + n] += x[m * K + k] * w[n * K + k];
  }
  return y;
}

function worstError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let largest = 0;
  for (let at = 0; at < expected.length; at++) {
    difference = Math.max(difference, Math.abs(found[at] - expected[at]));
    largest = Math.max(largest, Math.abs(expected[at]));
  }
  return difference / largest;
}

async function checkProduct(backend: Backend): Promise<Check> {
  const [M, K, N] = [33, 65, 17] as const;
  const [x, w] = [values(M * K, 1), values(N * K, 2)];
  const weight = backend.frozenWeight([N, K], { pieces: [{ from: 0, values: w }], isLinear: true });
  const product = backend.compile('selfTestProduct', (inputs) => ({ y: frozenLinear(inputs.x, weight) }));
  const input = tf.tensor2d(x, [M, K]);
  const outputs = product({ x: input });
  const error = worstError(await outputs.y.data(), productOnHost(x, w, [M, K, N]));
  tf.dispose([input, outputs.y, weight]);
  product.dispose();
  return {
    name: selfTestWords.product(),
    passed: error <= tolerance[backend.precision],
    detail: selfTestWords.relativeError({ error: error.toExponential(1) }),
  };
}

async function checkGradient(backend: Backend): Promise<Check> {
  const gradient = backend.compile('selfTestGradient', ({ x }) => ({
    dx: tf.grad((input: Tensor) => input.square().sum())(x),
  }));
  const input = tf.tensor1d([1, -2, 3]);
  const outputs = gradient({ x: input });
  const error = worstError(await outputs.dx.data(), [2, -4, 6]);
  tf.dispose([input, outputs.dx]);
  gradient.dispose();
  return {
    name: selfTestWords.gradient(),
    passed: error <= tolerance.float32,
    detail: selfTestWords.relativeError({ error: error.toExponential(1) }),
  };
}

function checkLeaks(backend: Backend): Check {
  const square = backend.compile('selfTestLeaks', ({ x }) => ({ y: x.square() }));
  const input = tf.tensor1d([1, 2, 3]);
  tf.dispose(square({ x: input }).y);
  const before = backend.liveTensors();
  for (let step = 0; step < 20; step++) tf.dispose(square({ x: input }).y);
  const grown = backend.liveTensors() - before;
  input.dispose();
  square.dispose();
  return { name: selfTestWords.noLeaks(), passed: grown === 0, detail: selfTestWords.tensorsLeft({ grown }) };
}

export interface SelfTestOptions {
  /** Speed takes seconds. */
  readonly measure?: boolean;
}

/** Opens the backend and runs every check; a backend that does not open throws its GraftError. */
export async function selfTest(
  settings: EngineSettings,
  onLog?: Log,
  { measure = true }: SelfTestOptions = {},
): Promise<SelfTestResult> {
  onLog?.(logEvent(selfTestWords.opening({ backend: settings.backend, precision: settings.precision })));
  const backend = await openBackend(settings);
  const checks = [
    await checkProduct(backend),
    await checkGradient(backend),
    await checkSteps(backend),
    checkLeaks(backend),
  ];
  const about = { device: backend.device, checks, isSoftware: backend.isSoftware === true };
  // Of software, that it is right is all there is to know.
  if (!measure || backend.isSoftware === true) return { ...about, float32Gflops: null, bf16Gflops: null };
  onLog?.(logEvent(selfTestWords.measuring()));
  const float32Gflops = await measureGflops(backend, 'float32');
  const bf16Gflops = backend.products === 'bf16' ? await measureGflops(backend, 'bf16') : null;
  if (!computingOf(backend.id).auto) return { ...about, float32Gflops, bf16Gflops };
  return { ...about, float32Gflops, bf16Gflops, step: await measureStep(backend, bf16Gflops ?? float32Gflops) };
}
