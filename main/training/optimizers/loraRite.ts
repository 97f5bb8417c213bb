/**
 * LoRA-RITE (Yen et al. 2024, arXiv 2410.20625): Adam with whole matrices of second moments, in a basis of the other
 * factor, so that the update of ΔW does not depend on how it is cut into B and A. With X = Aᵀ (in, r), Y = B (out, r),
 * X = Q R and the gradient freed of the other factor, G = g R_Y⁺, for either side:
 *   V ← d₂ P V Pᵀ + (1−d₂) GᵀG / rows;  U = G (√V + ε)⁻¹;  M ← d₁ M Pᵀ + (1−d₁) U;  X ← X − lr (M (R_Y⁺)ᵀ + wd X)
 * P turns the basis of the step before into this one; the bias correction is in d = β(1−βᵗ)/(1−βᵗ⁺¹).
 *
 * Other than in the release, eigenvalues below zero count as zero (there a root of one loses the whole update), and
 * what vanishes in R is cut at one place in every precision. What is in no pair is AdamW's.
 */
import { z } from 'zod';
import { described } from '../../contract/fieldWords.ts';
import { problemOf } from '../../contract/errors.ts';
import { wordsOf } from '../../contract/words/words.ts';
import {
  addMatrix,
  type Columns,
  columnsOf,
  columnsOfTransposed,
  gram,
  product,
  scaled,
  squaredNorm,
  transposed,
  transposedProduct,
  writeColumns,
  writeTransposed,
  zeroColumns,
} from '../../linearAlgebra/columns.ts';
import { spectralFunction, symmetricEigen } from '../../linearAlgebra/symmetricEigen.ts';
import type { HostPair, Optimizer, PairGradients, PairState } from '../optimizer.ts';
import { packPairs } from '../pairs.ts';
import { adamFields, adamw } from './adamw.ts';

const options = z.object({
  ...adamFields,
  riteEpsilon: described(z.number().positive().default(1e-6), {
    title: { en: 'Epsilon of LoRA-RITE', ja: 'LoRA-RITE のイプシロン' },
    description: {
      en: 'Added to the roots of the second moments of pairs',
      ja: 'ペアの 2次モーメントの平方根に足す値',
    },
    advanced: true,
  }),
  riteClip: described(z.number().nonnegative().default(1), {
    title: { en: 'Clipping of LoRA-RITE', ja: 'LoRA-RITE のクリッピング' },
    description: {
      en: 'Global norm of the gradients freed of the other factor, in the place of the usual clipping; 0: off',
      ja: '相手の因子の影響を除いた勾配全体のノルム。通常のクリッピングの代わりになります。0 でオフ',
    },
    advanced: true,
  }),
  riteSkip: described(z.number().nonnegative().default(1), {
    title: { en: 'Skipping of LoRA-RITE', ja: 'LoRA-RITE のスキップ' },
    description: {
      en: 'A factor whose gradient is larger than this in the mean square gives none in that step; 0: off',
      ja: '勾配の二乗平均平方根がこれを超えた因子は、そのステップの勾配を 0 とします。0 でオフ',
    },
    advanced: true,
  }),
  riteCap: described(z.number().nonnegative().default(0), {
    title: { en: 'Cap of LoRA-RITE', ja: 'LoRA-RITE の上限' },
    description: {
      en: 'Largest update of a factor in the mean square, before it is turned back; 0: none',
      ja: '元の基底に戻す前の、更新の二乗平均平方根の上限。0 なら無し',
    },
    advanced: true,
  }),
  riteMaxUpdate: described(z.number().nonnegative().default(0), {
    title: { en: 'Largest relative update', ja: '相対更新の上限' },
    description: {
      en: 'Of a factor, as a share of its own norm, for gradients of low rank such as few tokens give; 0.1 is careful, 0: no limit. Ours, not the paper’s',
      ja: '因子のノルムに対する更新の割合。トークンが少なく勾配のランクが低いときのためのもの。0.1 なら慎重、0 なら無制限。論文にはない独自の設定です',
    },
    advanced: true,
  }),
  riteEscape: described(z.boolean().default(false), {
    title: { en: 'Escaped mass', ja: '失われた分の補償' },
    description: {
      en: 'Adds to the second moments what a turn of the basis takes out of them',
      ja: '基底の回転で失われる分を 2次モーメントに足します',
    },
    advanced: true,
  }),
  riteBalance: described(z.boolean().default(false), {
    title: { en: 'Balance of the factors', ja: '因子の釣り合い' },
    description: {
      en: 'Gives A and B one norm after each step; the update then hangs on the factors again',
      ja: '各ステップの後、A と B のノルムを揃えます。更新は再び因子の取り方に依存します',
    },
    advanced: true,
  }),
});

type RiteOptions = z.infer<typeof options>;

const words = wordsOf('loraRite', {
  fewTokens: {
    en: 'A step trains on about {tokens} tokens, and LoRA-RITE of rank {rank} needs {needed}: with fewer the gradient has too low a rank, and A grows without bound. Raise batch size or gradient accumulation, lower the rank, or set the largest relative update (0.1).',
    ja: '1 ステップで学習するのは約 {tokens} トークンですが、ランク {rank} の LoRA-RITE には {needed} 必要です。少ないと勾配のランクが足りず、A が際限なく大きくなります。バッチサイズか勾配累積を増やす、ランクを下げる、または相対更新の上限（0.1）を設定してください。',
  },
  skipped: {
    en: 'LoRA-RITE left out a gradient that was too large ({module}); more of them are not told',
    ja: 'LoRA-RITE が大きすぎる勾配を一つ除きました（{module}）。以後は知らせません',
  },
  limited: {
    en: 'LoRA-RITE limited an update to a share of its factor ({module}); more of them are not told',
    ja: 'LoRA-RITE が更新を因子に対する上限で抑えました（{module}）。以後は知らせません',
  },
});

/** Target tokens of a step for each slot of the rank, below which its gradient may have a lower one. */
const tokensPerRank = 4;
const vanishing = 2 ** -23; // of the largest singular value and slot of the rank
const tinyNorm = 1e-6;

export const loraRite: Optimizer<RiteOptions> = {
  ...adamw,
  id: 'lora-rite',
  title: { en: 'LoRA-RITE', ja: 'LoRA-RITE' },
  summary: {
    en: 'A step that does not depend on how the change is cut into A and B: steadier than AdamW, a little slower.',
    ja: '変化量を A と B にどう分けても同じ更新になります。AdamW より安定し、少し遅くなります。',
  },
  paper: 'https://arxiv.org/abs/2410.20625',
  needs: 'plain',
  options,
  words,
  ownsClipping: true,

  checkPlan({ riteMaxUpdate }, { trainedTokensPerStep, pairs }) {
    const rank = Math.max(0, ...pairs.map((pair) => pair.rank));
    const needed = tokensPerRank * rank;
    if (riteMaxUpdate > 0 || trainedTokensPerStep >= needed) return [];
    const tokens = Math.round(trainedTokensPerStep);
    return [problemOf('training.optimizer', words.fewTokens({ tokens, rank, needed }))];
  },

  packs: (trained, pairs) => packPairs(trained, pairs, { updatedA: 'pairs' }),

  /** Of A and B: V (r, r), M and Q (in or out, r), each as its columns; the escaped mass of both. */
  stateOf({ rank, inFeatures, outFeatures }) {
    const [ofA, ofB] = [inFeatures * rank, outFeatures * rank];
    return { vA: rank ** 2, vB: rank ** 2, mA: ofA, mB: ofB, qA: ofA, qB: ofB, escape: 2 };
  },

  updateOnHost(pairs, gradients, state, { options: given, weightDecay }) {
    const freed = pairs.map((pair, index) => freeGradients(pair, gradients[index], given));
    const norm = Math.sqrt(
      freed.flat().reduce((sum, { gradient }) => sum + (gradient ? trace(gradient.square) : 0), 0),
    );
    const clip = given.riteClip > 0 && norm > given.riteClip ? given.riteClip / norm : 1;
    const limited = pairs.filter((pair, index) =>
      updatePair(pair, freed[index], state[index], { ...given, weightDecay, clip }),
    );
    const skipped = pairs.find((_, index) => freed[index].some(({ gradient }) => gradient?.isSkipped));
    if (limited.length > 0) return words.limited({ module: limited[0].module });
    return skipped ? words.skipped({ module: skipped.module }) : null;
  },
};

/** One factor of a pair: X = Aᵀ or Y = B. */
interface Side {
  readonly values: Columns; // (n, r)
  readonly q: Columns; // (n, r)
  readonly inverse: Columns; // R⁺ (r, r)
  /** null where it has none in this step. */
  readonly gradient: FreedGradient | null;
}

/**
 * G = g R⁺, freed of the other factor, which is never computed: what is needed of it are products, and those of r × r
 * are a hundred times smaller. Rounding in float64 stays far below that of g, which came in float32.
 */
interface FreedGradient {
  readonly raw: Columns; // g (n, r)
  readonly inverse: Columns; // R⁺ of the other factor, zero where the gradient is skipped
  readonly square: Columns; // GᵀG (r, r)
  readonly isSkipped: boolean;
}

type FreedPair = readonly [Side, Side];

function freeGradients({ a, b, rank }: HostPair, given: PairGradients, { riteSkip }: RiteOptions): FreedPair {
  const [x, y] = [columnsOfTransposed(a, rank), columnsOf(b, rank)];
  const [basisX, basisY] = [basisOf(x), basisOf(y)];
  return [
    { values: x, ...basisX, gradient: given.a && freed(columnsOfTransposed(given.a, rank), basisY.inverse, riteSkip) },
    { values: y, ...basisY, gradient: given.b && freed(columnsOf(given.b, rank), basisX.inverse, riteSkip) },
  ];
}

function freed(raw: Columns, inverse: Columns, skip: number): FreedGradient {
  const square = product(transposedProduct(inverse, gram(raw)), inverse);
  const meanSquare = trace(square) / (raw.length * raw[0].length);
  const isSkipped = skip > 0 && Math.sqrt(meanSquare) > skip;
  if (!isSkipped) return { raw, inverse, square, isSkipped };
  const nothing = zeroColumns(inverse.length, inverse.length);
  return { raw, inverse: nothing, square: nothing, isSkipped };
}

/** X = Q R by XᵀX = E diag(λ) Eᵀ: R⁺ = E diag(1/√λ), Q = X R⁺. Any such basis gives the same update. */
function basisOf(x: Columns): Pick<Side, 'q' | 'inverse'> {
  const { values, vectors } = symmetricEigen(gram(x));
  const singular = values.map((value) => Math.sqrt(Math.max(value, 0)));
  const cut = singular.length * vanishing * Math.max(...singular);
  const inverse = vectors.map((column, k) => column.map((value) => (singular[k] > cut ? value / singular[k] : 0)));
  return { inverse, q: product(x, inverse) };
}

type RiteRules = RiteOptions & { readonly weightDecay: number; readonly clip: number };

/** Writes new factors and state; whether an update was limited. */
function updatePair(pair: HostPair, sides: FreedPair, state: PairState, given: RiteRules): boolean {
  const names = [
    { v: 'vA', m: 'mA', q: 'qA', other: 'qB' },
    { v: 'vB', m: 'mB', q: 'qB', other: 'qA' },
  ] as const;
  const { rank, step, learningRate } = pair;
  const changes = sides.map(({ values, gradient }, at) => {
    if (!gradient) return null;
    const other = sides[1 - at];
    const turn = transposedProduct(other.q, columnsOfTransposed(state[names[at].other], rank));
    const kept = { v: state[names[at].v], m: state[names[at].m], escape: state.escape, at };
    const moment = nextMoment(gradient, turn, kept, { ...given, step });
    const change = product(moment, scaled(transposed(other.inverse), learningRate));
    if (given.weightDecay > 0) addMatrix(change, values, learningRate * given.weightDecay);
    return change;
  });
  sides.forEach(({ q }, at) => writeTransposed(state[names[at].q], q));
  const shares = sides.map(({ values }, at) => {
    const change = changes[at];
    if (!change) return 1;
    const share = given.riteMaxUpdate > 0 ? allowedShare(change, values, given.riteMaxUpdate) : 1;
    addMatrix(values, change, -share);
    return share;
  });
  const [x, y] = sides.map(({ values }) => values);
  const [normX, normY] = given.riteBalance ? [x, y].map((each) => Math.sqrt(squaredNorm(each)) + tinyNorm) : [1, 1];
  const common = Math.sqrt(normX * normY);
  writeTransposed(pair.a, given.riteBalance ? scaled(x, common / normX) : x);
  writeColumns(pair.b, given.riteBalance ? scaled(y, common / normY) : y);
  return shares.some((share) => share < 1);
}

/** What of a change stays within `most` of the values' norm, which may be zero. */
function allowedShare(change: Columns, values: Columns, most: number): number {
  const limit = most * Math.sqrt(squaredNorm(values));
  const size = Math.sqrt(squaredNorm(change));
  return limit > 0 && size > limit ? limit / size : 1;
}

interface KeptMoments {
  readonly v: Float32Array;
  readonly m: Float32Array;
  readonly escape: Float32Array;
  /** Place of this side in `escape`. */
  readonly at: number;
}

/** What the factor moves by in the other one's basis; writes the moments. */
function nextMoment(
  { raw, inverse, square }: FreedGradient,
  turn: Columns,
  { v, m, escape, at }: KeptMoments,
  { beta1, beta2, step, clip, riteEpsilon, riteEscape, riteCap }: RiteRules & { readonly step: number },
): Columns {
  const [decay1, decay2] = [beta1, beta2].map((beta) => (beta * (1 - beta ** (step - 1))) / (1 - beta ** step));
  const [rank, rows] = [raw.length, raw[0].length];
  const back = transposed(turn);
  const before = columnsOfTransposed(v, rank);
  const turned = product(product(turn, before), back);
  if (riteEscape) escape[at] = decay2 * (escape[at] + escapedMass(before, turned));
  const second = square.map((column, j) =>
    column.map((_, i) => {
      const [kept, now] = [turned[j][i] + turned[i][j], square[j][i] + square[i][j]];
      return (decay2 * kept) / 2 + ((1 - decay2) * clip ** 2 * now) / (2 * rows);
    }),
  );
  const escaped = riteEscape ? escape[at] : 0;
  const whitening = spectralFunction(symmetricEigen(second), (value) => {
    return 1 / (Math.sqrt(Math.max(value, 0) + escaped) + riteEpsilon);
  });
  // d₁ M Pᵀ + (1−d₁) G W, in one walk along both
  const ofGradient = scaled(product(inverse, whitening), (1 - decay1) * clip);
  const ofMoment = scaled(back, decay1);
  const weights = ofGradient.map((column, k) => Float64Array.of(...column, ...ofMoment[k]));
  const first = product([...raw, ...columnsOfTransposed(m, rank)], weights);
  writeTransposed(v, second);
  writeTransposed(m, first);
  return riteCap > 0 ? scaled(first, 1 / Math.max(1, rootMeanSquare(first) / riteCap)) : first;
}

/** What turning took out of V: the most of any eigenvalue, at most that of the trace. */
function escapedMass(before: Columns, turned: Columns): number {
  const [one, other] = [symmetricEigen(before).values, symmetricEigen(turned).values];
  const most = Math.max(0, ...one.map((value, k) => value - other[k]));
  return Math.min(most, Math.max(0, trace(before) - trace(turned)));
}

function trace(matrix: Columns): number {
  return matrix.reduce((sum, column, k) => sum + column[k], 0);
}

function rootMeanSquare(matrix: Columns): number {
  return Math.sqrt(squaredNorm(matrix) / (matrix.length * matrix[0].length));
}
