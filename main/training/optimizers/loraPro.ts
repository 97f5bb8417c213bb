/**
 * LoRA-Pro (Wang et al. 2024, arXiv 2407.18242): gradients of A and B adjusted so that the change of ΔW they make comes
 * nearest to that of full fine-tuning. With K_A = (A Aᵀ + δ)⁻¹ and K_B = (Bᵀ B + δ)⁻¹:
 *   H_A = K_B g_A / s²;  H_B = (1 − B K_B Bᵀ) g_B K_A / s²;  g_A* = H_A + X A;  g_B* = H_B − B X
 * where X solves BᵀB X + X A Aᵀ = −K_B g_A Aᵀ / s², or is zero; ΔW does not see it. The light form takes AdamW of g_A*
 * and g_B* (as PaddleNLP does). The full form keeps Adam's moments of the whole equivalent gradient (out, in) of
 * s (B H_A + H_B A), and adjusts what they make of it (the release, with the module's own scale, the moments in float32
 * and the first step counted as the first). What is in no pair is AdamW's.
 */
import { z } from 'zod';
import { described } from '../../contract/fieldWords.ts';
import { problemOf } from '../../contract/errors.ts';
import { sizeText } from '../../contract/sizeText.ts';
import { wordsOf } from '../../contract/words/words.ts';
import {
  addMatrix,
  type Columns,
  columnsOf,
  columnsOfTransposed,
  dot,
  gram,
  product,
  transposed,
  transposedProduct,
  writeColumns,
  writeTransposed,
} from '../../linearAlgebra/columns.ts';
import { spectralFunction, symmetricEigen, type SymmetricEigen } from '../../linearAlgebra/symmetricEigen.ts';
import type { HostPair, Optimizer, PairShape, PairState } from '../optimizer.ts';
import { packPairs } from '../pairs.ts';
import { adamFields, adamw } from './adamw.ts';

const options = z.object({
  ...adamFields,
  loraProForm: described(z.enum(['light', 'full']).default('light'), {
    title: { en: 'Form of LoRA-Pro', ja: 'LoRA-Pro の形式' },
    description: {
      en: 'Light: moments of the factors. Full: of every weight that is adapted, which takes much memory',
      ja: 'light は因子のモーメントを、full は対象の重みすべてのモーメントを持ち、多くのメモリを使います',
    },
    choiceNames: { light: { en: 'light', ja: '軽量' }, full: { en: 'full', ja: '完全' } },
    advanced: true,
  }),
  allowLargeState: described(z.boolean().default(false), {
    title: { en: 'Allow a large state', ja: '大きな状態を許可' },
    description: {
      en: 'Also where the full form would take more than half of the free memory',
      ja: 'full 形式が空きメモリの半分を超えるときにも学習します',
    },
    advanced: true,
  }),
  loraProX: described(z.enum(['sylvester', 'zero']).default('sylvester'), {
    title: { en: 'Free part of LoRA-Pro', ja: 'LoRA-Pro の自由部分' },
    description: {
      en: 'Of the light form: what changes A and B but not their product, nearest to the gradients or none',
      ja: 'light 形式で、積を変えずに A と B を変える部分。勾配に最も近いもの（sylvester）か無し（zero）',
    },
    choiceNames: { sylvester: { en: 'nearest', ja: '最も近いもの' }, zero: { en: 'none', ja: '無し' } },
    advanced: true,
  }),
  loraProAdam: described(z.boolean().default(true), {
    title: { en: 'Moments in LoRA-Pro', ja: 'LoRA-Pro のモーメント' },
    description: {
      en: 'Of the light form: AdamW of the adjusted gradients, or plain descent without a state',
      ja: 'light 形式で、調整した勾配に AdamW を使うか、状態のない単純な降下とするか',
    },
    advanced: true,
  }),
  loraProResetAfter: described(z.int().nonnegative().default(0), {
    title: { en: 'Begin the second moment of A anew', ja: 'A の 2次モーメントの再開' },
    description: {
      en: 'Of the light form: after so many steps, since its first values are huge while B is small; 0: never',
      ja: 'light 形式で、このステップ数の後に 0 から始めます。B が小さい間の値が非常に大きいためです。0 なら行いません',
    },
    advanced: true,
  }),
  loraProDelta: described(z.number().positive().default(1e-8), {
    title: { en: 'Delta of LoRA-Pro', ja: 'LoRA-Pro のデルタ' },
    description: {
      en: 'Added to the diagonals of A Aᵀ and Bᵀ B before they are inverted',
      ja: 'A Aᵀ と Bᵀ B の逆行列を求める前に対角に足す値',
    },
    advanced: true,
  }),
  loraProStepOffset: described(z.int().min(0).max(1).default(0), {
    title: { en: 'Offset of steps', ja: 'ステップのずれ' },
    description: {
      en: 'Of the full form: 1 corrects the moments as the authors’ program does, 0 as Adam does',
      ja: 'full 形式のモーメント補正。1 なら著者のプログラムと同じ、0 なら Adam と同じ',
    },
    advanced: true,
  }),
});

type ProOptions = z.infer<typeof options>;

const words = wordsOf('loraPro', {
  largeState: {
    en: 'The full form of LoRA-Pro keeps {size} of moments, more than half of the {free} of memory that are free. Take the light form or fewer layers, or allow a large state.',
    ja: 'LoRA-Pro の full 形式はモーメントに {size} を使い、空きメモリ {free} の半分を超えます。light 形式にするか、対象の層を減らすか、大きな状態を許可してください。',
  },
});

export const loraPro: Optimizer<ProOptions> = {
  ...adamw,
  id: 'lora-pro',
  title: { en: 'LoRA-Pro', ja: 'LoRA-Pro' },
  summary: {
    en: 'Adjusts the gradients of A and B to what full fine-tuning would change.',
    ja: '全体をファインチューニングしたときの変化に近づくよう、A と B の勾配を調整します。',
  },
  paper: 'https://arxiv.org/abs/2407.18242',
  needs: 'plain',
  options,
  words,

  checkPlan({ loraProForm, allowLargeState }, { pairs, freeMemoryBytes }) {
    if (loraProForm === 'light' || allowLargeState) return [];
    const bytes = pairs.reduce((sum, pair) => sum + 2 * 4 * sizeOf(pair), 0);
    if (bytes <= freeMemoryBytes / 2) return [];
    const [size, free] = [bytes, freeMemoryBytes].map(sizeText);
    return [problemOf('training.allowLargeState', words.largeState({ size, free }))];
  },

  packs: (trained, pairs) => packPairs(trained, pairs, { updatedA: 'pairs' }),

  stateOf(pair, { loraProForm, loraProAdam }): Readonly<Record<string, number>> {
    if (loraProForm === 'full') return { firstMoment: sizeOf(pair), secondMoment: sizeOf(pair) };
    if (!loraProAdam) return {};
    const [ofA, ofB] = [pair.rank * pair.inFeatures, pair.outFeatures * pair.rank];
    return { firstOfA: ofA, secondOfA: ofA, firstOfB: ofB, secondOfB: ofB };
  },

  updateOnHost(pairs, gradients, state, { options: given, weightDecay }) {
    pairs.forEach((pair, index) => {
      const { a, b } = gradients[index];
      if (!a || !b) return; // nothing can be adjusted to a gradient that is not there
      const factors = { x: columnsOfTransposed(pair.a, pair.rank), y: columnsOf(pair.b, pair.rank) };
      const gradient = { x: columnsOfTransposed(a, pair.rank), y: columnsOf(b, pair.rank) };
      const step = given.loraProForm === 'full' ? fullStep : lightStep;
      step(pair, { factors, gradient, state: state[index] }, { ...given, weightDecay });
      writeTransposed(pair.a, factors.x);
      writeColumns(pair.b, factors.y);
    });
    return null;
  },
};

/** Of both factors: X = Aᵀ (in, r), Y = B (out, r). */
interface Factors {
  readonly x: Columns;
  readonly y: Columns;
}

interface ProStep {
  readonly factors: Factors;
  readonly gradient: Factors;
  readonly state: PairState;
}

type ProRules = ProOptions & { readonly weightDecay: number };

function sizeOf({ inFeatures, outFeatures }: PairShape): number {
  return inFeatures * outFeatures;
}

function adjusted(
  { x, y }: Factors,
  gradient: Factors,
  { scale, delta, free }: { readonly scale: number; readonly delta: number; readonly free: ProOptions['loraProX'] },
): Factors {
  const [ofA, ofB] = [symmetricEigen(gram(x)), symmetricEigen(gram(y))];
  const inverse = (eigen: SymmetricEigen): Columns =>
    spectralFunction(eigen, (value) => 1 / ((Math.max(value, 0) + delta) * scale ** 2));
  const hx = product(gradient.x, inverse(ofB));
  const c = product(gradient.y, inverse(ofA));
  const within = product(
    spectralFunction(ofB, (value) => 1 / (Math.max(value, 0) + delta)),
    transposedProduct(y, c),
  );
  if (free === 'sylvester') {
    const solved = sylvester(ofB, ofA, transposedProduct(hx, x)); // −X
    addMatrix(hx, product(x, transposed(solved)), -1);
    addMatrix(within, solved, -1);
  }
  addMatrix(c, product(y, within), -1);
  return { x: hx, y: c };
}

/** S of P S + S Q = C for P and Q of these eigenvalues, none below zero; nothing where both vanish. */
function sylvester(p: SymmetricEigen, q: SymmetricEigen, c: Columns): Columns {
  const turned = product(transposedProduct(p.vectors, c), q.vectors);
  const solved = turned.map((column, j) =>
    column.map((value, i) => {
      const sum = Math.max(p.values[i], 0) + Math.max(q.values[j], 0);
      return sum > 0 ? value / sum : 0;
    }),
  );
  return product(product(p.vectors, solved), transposed(q.vectors));
}

/** Moves the factors, in place. */
function lightStep(
  { scale, learningRate, step }: HostPair,
  { factors, gradient, state }: ProStep,
  rules: ProRules,
): void {
  const { loraProDelta: delta, loraProX: free, loraProAdam, loraProResetAfter: reset, weightDecay } = rules;
  const direction = adjusted(factors, gradient, { scale, delta, free });
  if (loraProAdam) {
    if (reset > 0 && step === reset + 1) state.secondOfA.fill(0);
    const stepOfA = reset > 0 && step > reset ? step - reset : step;
    const rates = { learningRate, step, ...rules };
    adamDirection(direction.x, state.firstOfA, state.secondOfA, { ...rates, secondStep: stepOfA });
    adamDirection(direction.y, state.firstOfB, state.secondOfB, { ...rates, secondStep: step });
  }
  move(factors, direction, { learningRate, weightDecay });
}

interface AdamRates extends Pick<ProOptions, 'beta1' | 'beta2' | 'epsilon'> {
  readonly step: number;
  /** Steps since the second moment began. */
  readonly secondStep: number;
}

/** Turns a gradient into the direction of Adam; moments lie as the columns do. */
function adamDirection(
  gradient: Columns,
  first: Float32Array,
  second: Float32Array,
  { beta1, beta2, epsilon, step, secondStep }: AdamRates,
): void {
  const [correction, root] = [1 - beta1 ** step, Math.sqrt(1 - beta2 ** secondStep)];
  let at = 0;
  for (const column of gradient) {
    for (let row = 0; row < column.length; row++, at++) {
      const m = beta1 * first[at] + (1 - beta1) * column[row];
      const v = beta2 * second[at] + (1 - beta2) * column[row] ** 2;
      [first[at], second[at]] = [m, v];
      column[row] = m / correction / (Math.sqrt(v) / root + epsilon);
    }
  }
}

/** Moves the factors, in place. */
function fullStep(pair: HostPair, { factors, gradient, state }: ProStep, rules: ProRules): void {
  const { scale, learningRate } = pair;
  const { loraProDelta: delta, weightDecay } = rules;
  const half = adjusted(factors, gradient, { scale, delta, free: 'zero' });
  const normed = normedGradient(pair, { factors, gradient: half, state }, rules);
  const direction = adjusted(factors, normed, { scale, delta, free: 'sylvester' });
  move(factors, direction, { learningRate, weightDecay });
}

/**
 * Gradients of both factors out of N, what Adam makes of E = s (B H_A + H_B A): s BᵀN and s N Aᵀ. A row of (out, in) at
 * a time, so that no second matrix of that size is ever there.
 */
function normedGradient(
  { rank, inFeatures, outFeatures, scale, step }: HostPair,
  { factors: { x, y }, gradient: { x: hx, y: hy }, state: { firstMoment, secondMoment } }: ProStep,
  { beta1, beta2, epsilon, loraProStepOffset }: ProRules,
): Factors {
  const counted = step + loraProStepOffset;
  const [correction, root] = [1 - beta1 ** counted, Math.sqrt(1 - beta2 ** counted)];
  const ofX = x.map(() => new Float64Array(inFeatures));
  const ofY = y.map(() => new Float64Array(outFeatures));
  const line = new Float64Array(inFeatures);
  for (let row = 0; row < outFeatures; row++) {
    line.fill(0);
    for (let slot = 0; slot < rank; slot++) {
      const [ofB, ofHb, a, ha] = [scale * y[slot][row], scale * hy[slot][row], x[slot], hx[slot]];
      for (let at = 0; at < inFeatures; at++) line[at] += ofB * ha[at] + ofHb * a[at];
    }
    const start = row * inFeatures;
    for (let at = 0; at < inFeatures; at++) {
      const m = beta1 * firstMoment[start + at] + (1 - beta1) * line[at];
      const v = beta2 * secondMoment[start + at] + (1 - beta2) * line[at] ** 2;
      firstMoment[start + at] = m;
      secondMoment[start + at] = v;
      line[at] = m / correction / (Math.sqrt(v) / root + epsilon);
    }
    for (let slot = 0; slot < rank; slot++) {
      const [ofB, sums] = [scale * y[slot][row], ofX[slot]];
      for (let at = 0; at < inFeatures; at++) sums[at] += ofB * line[at];
      ofY[slot][row] = scale * dot(line, x[slot]);
    }
  }
  return { x: ofX, y: ofY };
}

/** Values less their decay and the rate times the direction, in place. */
function move(
  values: Factors,
  direction: Factors,
  { learningRate, weightDecay }: { readonly learningRate: number; readonly weightDecay: number },
): void {
  for (const side of ['x', 'y'] as const) {
    if (weightDecay > 0) addMatrix(values[side], values[side], -learningRate * weightDecay);
    addMatrix(values[side], direction[side], -learningRate);
  }
}
