/** Three optimizer steps on what is known: gradients and AdamW, against plain JavaScript in float64. */
import type { SelfTestResult } from '../contract/engine.ts';
import { selfTestWords } from '../contract/words/selfTest.ts';
import { adamw } from '../training/optimizers/adamw.ts';
import type { Backend } from './backends/backend.ts';
import { linear } from './ops/frozenLinear.ts';
import { tf, type Tensor } from './tf.ts';

const steps = 3;
const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const learningRate = 0.1;
const weightDecay = 0.01;
/** AdamW divides by roots of small squares: rounding of the gradient shows there, and a wrong step is far beyond. */
const tolerance = { float32: 1e-4, bf16: 5e-2 } as const;
/** x (N, K), w (1, K), target y (N, 1): Σ (x wᵀ − y)². */
const [N, K] = [5, 8] as const;

const wave = (size: number, seed: number): number[] =>
  Array.from({ length: size }, (_, at) => Math.sin((at + 1) * 12.9898 + seed * 78.233));
const [x, y, start] = [wave(N * K, 5), wave(N, 6), wave(K, 7)];

export async function checkSteps(backend: Backend): Promise<SelfTestResult['checks'][number]> {
  const inputs = { x: tf.tensor2d(x, [N, K]), y: tf.tensor2d(y, [N, 1]) };
  const step = backend.compile('selfTestStep', (given) => {
    const loss = (w: Tensor): Tensor =>
      linear(given.x, w.reshape([1, K]))
        .sub(given.y)
        .square()
        .sum();
    const gradient = tf.grad(loss)(given.parameters);
    return { ...adamw.update(given, gradient, given, options) };
  });
  let vectors: Record<string, Tensor> = {
    ...{ parameters: tf.tensor1d(start), firstMoment: tf.zeros([K]), secondMoment: tf.zeros([K]) },
  };
  for (let at = 1; at <= steps; at++) {
    const values = adamw.scalars({ options, weightDecay, learningRate, step: at });
    const scalars = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tf.scalar(value)]));
    const before = vectors;
    vectors = step({ ...inputs, ...before, ...scalars });
    tf.dispose([before, scalars]);
  }
  const found = await vectors['parameters'].data();
  const expected = stepsOnHost();
  const error = Math.max(...expected.map((value, at) => Math.abs(found[at] - value)));
  tf.dispose([vectors, inputs]);
  step.dispose();
  return {
    name: selfTestWords.steps({ steps }),
    passed: error <= tolerance[backend.products],
    detail: selfTestWords.largestError({ error: error.toExponential(1) }),
  };
}

/** AdamW as Loshchilov and Hutter have it (arXiv 1711.05101), in float64. */
function stepsOnHost(): number[] {
  const { beta1, beta2, epsilon } = options;
  const w = [...start];
  const [m, v] = [w.map(() => 0), w.map(() => 0)];
  for (let at = 1; at <= steps; at++) {
    const off = y.map((target, n) => w.reduce((sum, value, k) => sum + value * x[n * K + k], -target));
    const gradient = w.map((_, k) => off.reduce((sum, each, n) => sum + 2 * each * x[n * K + k], 0));
    for (const [k, g] of gradient.entries()) {
      m[k] = beta1 * m[k] + (1 - beta1) * g;
      v[k] = beta2 * v[k] + (1 - beta2) * g * g;
      const move = m[k] / (1 - beta1 ** at) / (Math.sqrt(v[k] / (1 - beta2 ** at)) + epsilon);
      w[k] -= learningRate * (move + weightDecay * w[k]);
    }
  }
  return w;
}
