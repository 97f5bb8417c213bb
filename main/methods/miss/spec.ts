/**
 * MiSS (Kang and Yin 2024, arXiv 2409.15371) as PEFT has it: one matrix D for each module, and inputs folded into r
 * sums, S(x)_j = Σ x_i of all i ≡ j mod r. `standard` and `random` y += S(x) D, D (r, out); `mini` the same with D
 * (r, miniRank) repeated along the output; `bat` ΔW_pq = W_pq D_p + D_p of each r × r block of the base's weight. PEFT
 * keeps the form in `init_weights`, and shapes alone do not tell it. There is no alpha.
 */
import { z } from 'zod';
import { type Problem, problemOf, unsupportedProblem } from '../../contract/errors.ts';
import type { LinearShape } from '../../contract/families/family.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import { wordsOf } from '../../contract/words/words.ts';
import { excludeOption, rankOption, targetOptions } from '../commonOptions.ts';
import type { MethodSpec, RecommendedTraining } from '../methodSpec.ts';
import { option } from '../optionTable.ts';
import type { PictureBlock } from '../picture.ts';
import { layerTensor } from '../tensorSpec.ts';
import { peftComparison } from '../suits.ts';

/** Of tensors, after the path of their module: (r, out), of `mini` (r, miniRank), of `bat` (out/r, r, r). */
export const block = '.miss_block';

const words = wordsOf('miss', {
  transposed: {
    en: "{module} lies the other way round (Conv1D), which PEFT's MiSS does not take: choose another method for this model.",
    ja: '{module} は転置された形（Conv1D）で、PEFT の MiSS では扱えません。このモデルには別の手法を選んでください。',
  },
  rankAbove: {
    en: 'A rank of {rank} is more than the {size} inputs of {module}: choose at most {size}, or leave that layer out.',
    ja: 'ランク {rank} は {module} の入力 {size} を超えています。{size} 以下にするか、その層を外してください。',
  },
  notBlocks: {
    en: 'In the form bat a rank of {rank} must divide both sides of {module}, {out} and {into}. These do: {fitting, list}.',
    ja: '形 bat では、ランク {rank} が {module} の両辺（{out} と {into}）を割り切る必要があります。割り切れる値: {fitting, list}。',
  },
  notRepeated: {
    en: 'A width of {width} does not divide the {out} outputs of {module}. These do: {fitting, list}.',
    ja: '幅 {width} では {module} の出力 {out} を割り切れません。割り切れる値: {fitting, list}。',
  },
  benchmark: { en: "PEFT's own comparison on GSM8K", ja: 'PEFT による GSM8K での比較' },
  own: { en: "Graft's own", ja: 'Graft 独自の値' },
});

const forms = ['standard', 'random', 'bat', 'mini'] as const;

export const missOptionsSchema = z.strictObject({
  rank: rankOption(64, true),
  missForm: option(z.enum(forms).default('standard'), {
    title: { en: 'Form', ja: '形' },
    description: {
      en: "bat: through the base's own weights, no LoRA export; mini: fewer numbers; random: not zero at first",
      ja: 'bat: 元の重みも通します（LoRA への書き出しなし）。mini: より少ない数。random: 0 から始めません',
    },
    stored: 'init_weights',
    read: z
      .union([z.boolean(), z.literal(['bat', 'mini'])])
      .default(true)
      .transform((value) => (typeof value === 'string' ? value : value ? 'standard' : 'random')),
    write: (value) => (value === 'bat' || value === 'mini' ? value : value === 'standard'),
  }),
  miniRank: option(z.int().positive().max(65_536).default(1), {
    title: { en: 'Width of mini', ja: 'mini の幅' },
    description: {
      en: 'Outputs that have numbers of their own in the form mini, the others repeat them; not given: up to 64',
      ja: '形 mini で固有の数を持つ出力の数。ほかはその繰り返しです。空欄なら 64 まで',
    },
    advanced: true,
    stored: 'mini_r',
  }),
  dropout: option(z.number().min(0).lt(1).default(0), {
    title: { en: 'Dropout', ja: 'ドロップアウト' },
    description: {
      en: "Share of the adapter's inputs left out while training; not in the form bat",
      ja: '学習中にアダプターの入力から落とす割合（形 bat では使いません）',
    },
    stored: 'miss_dropout',
  }),
  ...excludeOption,
  ...targetOptions,
});

export type MissOptions = z.infer<typeof missOptionsSchema>;

const [benchmark, own] = [words.benchmark(), words.own()];

const recommended: RecommendedTraining = {
  learningRates: { default: { value: 1e-4, source: benchmark } },
  epochs: { value: 3, source: sources.alpacaAndVera() },
  schedule: { value: 'linear', source: own },
  warmupRatio: { value: 0.06, source: own },
  batchSize: { value: 4, source: benchmark },
  maxLength: { value: 512, source: sources.veraGlue() },
  weightDecay: { value: 0, source: sources.asOthers() },
};

/** What PEFT's comparison took for `mini`, and no more than this in a block of `bat`. */
const usualWidth = 64;

const stripe = (y: number): PictureBlock => ({ x: 112, y, width: 50, height: 5, role: 'frozen', opacity: 0.5 });

export const missSpec: MethodSpec<MissOptions> = {
  id: 'miss',
  title: 'MiSS',
  summary: {
    en: 'LoRA whose first factor is fixed: inputs are folded into a few sums, and what follows is learned.',
    ja: '片方の因子を固定した LoRA です。入力をいくつかの和にまとめ、その先だけを学習します。',
  },
  suits: {
    goal: 'fast',
    text: {
      en: "Take it when time and memory are short and PEFT must read the file: about half of LoRA's numbers at the same rank.",
      ja: '時間とメモリが限られ、PEFT で読める必要があるときに。同じランクの LoRA の約半分の数で済みます。',
    },
    source: peftComparison(
      'MiSS r 64 48.7 %, 29 MB, 897 s with 20.3 GB; LoRA r 32 47.8 %, 37 MB, 942 s with 22.3 GB',
      'MiSS r 64 は 48.7 %、29 MB、20.3 GB で 897 秒。LoRA r 32 は 47.8 %、37 MB、22.3 GB で 942 秒',
    ),
  },
  picture: {
    base: 'frozen',
    added: [{ x: 86, y: 10, width: 16, height: 52, role: 'trained', letter: 'D' }, ...[24, 31, 38, 45].map(stripe)],
  },
  paper: 'https://arxiv.org/abs/2409.15371',
  peftType: 'MISS',
  words,
  capabilities: {
    plainLora: 'exact',
    mergeable: true,
    servable: 'factors',
    trains: 'adapter',
    quantisedBase: true,
    scalable: true,
    peft: '0.17',
    keeps: 'few',
    leanOptions: null,
  },
  otherwise: ({ missForm }) => (missForm === 'bat' ? { plainLora: 'none', servable: 'own', keeps: 'inputs' } : {}),
  options: missOptionsSchema,
  recommended,
  classification: {
    ...recommended,
    learningRates: {
      default: { value: 1e-3, source: own },
      head: { value: 5e-3, source: sources.loraXsGrid() },
    },
    epochs: { value: 10, source: sources.loraXsGlue() },
    batchSize: { value: 8, source: own },
  },
  fit(options, targets, given) {
    const rank = given.includes('rank') ? options.rank : fittingRank(options, targets);
    const miniRank =
      options.missForm === 'mini' && !given.includes('miniRank')
        ? largestDivisor(targets.map(({ outFeatures }) => outFeatures))
        : options.miniRank;
    return { ...options, rank, miniRank };
  },
  check: (options, targets) => targets.flatMap((target) => problemsOf(options, target)).slice(0, 3),
  tensors: (options, targets) =>
    targets.map((target) => layerTensor(target, block, shapeOf(options, target), initialOf(options))),
};

function shapeOf({ rank, missForm, miniRank }: MissOptions, { outFeatures }: LinearShape): readonly number[] {
  if (missForm === 'bat') return [outFeatures / rank, rank, rank];
  return [rank, missForm === 'mini' ? miniRank : outFeatures];
}

function initialOf({ missForm }: MissOptions): { readonly initial: number | null } {
  return { initial: missForm === 'random' ? null : 0 };
}

/** The rank of the options, or the next below it that these layers can have. */
function fittingRank({ rank, missForm }: MissOptions, targets: readonly LinearShape[]): number {
  if (missForm === 'bat') return largestDivisor(targets.flatMap(({ inFeatures: i, outFeatures: o }) => [i, o]));
  return Math.min(rank, ...targets.map(({ inFeatures }) => inFeatures));
}

function largestDivisor(sizes: readonly number[]): number {
  return divisors(sizes).find((each) => each <= usualWidth) ?? 1;
}

/** Of all sizes, largest first. */
function divisors(sizes: readonly number[]): readonly number[] {
  const smallest = Math.min(...sizes);
  return Array.from({ length: smallest }, (_, i) => smallest - i).filter((each) => sizes.every((n) => n % each === 0));
}

function problemsOf(options: MissOptions, target: LinearShape): readonly Problem[] {
  const { rank, missForm, miniRank } = options;
  const { name: module, inFeatures: into, outFeatures: out, storedTransposed } = target;
  if (storedTransposed) return [unsupportedProblem('method', words.transposed({ module }))];
  if (rank > into) return [problemOf('rank', words.rankAbove({ module, rank, size: into }))];
  const fitting = (sizes: readonly number[]) => divisors(sizes).slice(0, 6).map(String);
  if (missForm === 'bat' && (into % rank !== 0 || out % rank !== 0))
    return [problemOf('rank', words.notBlocks({ module, rank, out, into, fitting: fitting([into, out]) }))];
  if (missForm === 'mini' && out % miniRank !== 0)
    return [problemOf('miniRank', words.notRepeated({ module, width: miniRank, out, fitting: fitting([out]) }))];
  return [];
}
