/**
 * LoKr (Yeh et al. 2023, arXiv 2309.14859) as PEFT has it: ΔW = s W1 ⊗ W2, a Kronecker product, s = alpha / rank. Both
 * sides of W are split into two numbers; W1 has one of each, W2 the others, whole or as a product of the rank where
 * that is less. The rank chooses the form and the scale, also where nothing is decomposed.
 */
import { z } from 'zod';
import { unsupportedProblem } from '../../contract/errors.ts';
import type { LinearShape } from '../../contract/families/family.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import { wordsOf } from '../../contract/words/words.ts';
import { excludeOption, rankOption, targetOptions } from '../commonOptions.ts';
import { checkPatterns, loraOptionsSchema, loraRank } from '../lora/spec.ts';
import type { MethodSpec, RecommendedTraining } from '../methodSpec.ts';
import { option } from '../optionTable.ts';
import type { PictureBlock } from '../picture.ts';
import { layerTensor } from '../tensorSpec.ts';
import { peftComparison } from '../suits.ts';

/** Of tensors, after the path of their module. W1 (a, b), W2 (c, d). */
export const parts = {
  w1: '.lokr_w1',
  w1a: '.lokr_w1_a', // (a, rank)
  w1b: '.lokr_w1_b', // (rank, b)
  w2: '.lokr_w2',
  w2a: '.lokr_w2_a', // (c, rank)
  w2b: '.lokr_w2_b', // (rank, d)
} as const;

const words = wordsOf('lokr', {
  transposed: {
    en: "{module} lies the other way round (Conv1D), which PEFT's LoKr does not take: choose another method for this model.",
    ja: '{module} は転置された形（Conv1D）で、PEFT の LoKr では扱えません。このモデルには別の手法を選んでください。',
  },
  benchmark: { en: "PEFT's own comparison on GSM8K", ja: 'PEFT による GSM8K での比較' },
  own: { en: "Graft's own", ja: 'Graft 独自の値' },
});

const shareLeftOut = (stored: string, of: { readonly en: string; readonly ja: string }) =>
  option(z.number().min(0).lt(1).default(0), {
    title: { en: `Dropout of ${of.en}`, ja: `${of.ja}のドロップアウト` },
    description: {
      en: `Share of the ${of.en} of the update left out while training`,
      ja: `学習中に、更新の${of.ja}のうち落とす割合`,
    },
    advanced: true,
    stored,
  });

export const lokrOptionsSchema = z.strictObject({
  rank: rankOption(8, true),
  alpha: option(z.number().positive().default(8), {
    title: { en: 'Alpha', ja: 'アルファ' },
    description: {
      en: "The update is scaled by alpha / rank; PEFT's default is 8",
      ja: '更新は アルファ / ランク 倍されます（PEFT の既定値は 8）',
    },
    stored: 'alpha',
  }),
  decomposeBoth: option(z.boolean().default(false), {
    title: { en: 'Decompose both', ja: '両方を分解' },
    description: {
      en: 'The first factor is a product of the rank too, where that is less',
      ja: '少なくなるなら、1 つ目の因子もランクの積にします',
    },
    advanced: true,
    stored: 'decompose_both',
  }),
  decomposeFactor: option(z.int().min(-1).max(65_536).default(-1), {
    title: { en: 'Size of the split', ja: '分割の大きさ' },
    description: {
      en: 'The first number that the sides are split into, or at most that; -1: as even as can be',
      ja: '辺を分ける 1 つ目の数、またはその上限。-1 ならできるだけ均等に',
    },
    advanced: true,
    stored: 'decompose_factor',
  }),
  lokrStart: option(z.enum(['first', 'lycoris', 'random']).default('first'), {
    title: { en: 'Start', ja: '初期値' },
    description: {
      en: 'What is zero at first: the first factor, the second (as LyCORIS), or neither',
      ja: '最初に 0 にするもの：1 つ目の因子、2 つ目（LyCORIS 流）、なし',
    },
    advanced: true,
    stored: 'init_weights',
    read: z
      .union([z.boolean(), z.literal('lycoris')])
      .default(true)
      .transform((value) => (value === 'lycoris' ? value : value ? 'first' : 'random')),
    write: (value) => (value === 'lycoris' ? value : value === 'first'),
  }),
  rankDropout: shareLeftOut('rank_dropout', { en: 'rows', ja: '行' }),
  rankDropoutScale: option(z.boolean().default(false), {
    title: { en: 'Scale the rows that stay', ja: '残った行を拡大' },
    description: {
      en: 'So that their sum is as without dropout',
      ja: '合計がドロップアウトなしと同じになるようにします',
    },
    advanced: true,
    stored: 'rank_dropout_scale',
  }),
  moduleDropout: shareLeftOut('module_dropout', { en: 'layers', ja: '層' }),
  rankPattern: loraOptionsSchema.shape.rankPattern,
  alphaPattern: loraOptionsSchema.shape.alphaPattern,
  ...excludeOption,
  ...targetOptions,
});

export type LokrOptions = z.infer<typeof lokrOptionsSchema>;

const [benchmark, own] = [words.benchmark(), words.own()];

const recommended: RecommendedTraining = {
  learningRates: { default: { value: 3e-3, source: benchmark } },
  epochs: { value: 3, source: sources.alpacaAndVera() },
  schedule: { value: 'linear', source: own },
  warmupRatio: { value: 0.06, source: own },
  batchSize: { value: 4, source: benchmark },
  maxLength: { value: 512, source: sources.veraGlue() },
  weightDecay: { value: 0, source: sources.asOthers() },
};

const square = (x: number, y: number, letter?: string): PictureBlock => ({
  ...{ x, y, width: 14, height: 14, role: 'trained', ...(letter !== undefined && { letter }) },
});

export const lokrSpec: MethodSpec<LokrOptions> = {
  id: 'lokr',
  title: 'LoKr',
  summary: {
    en: 'Builds the update of each layer from two small blocks that repeat each other: fewer numbers than LoRA.',
    ja: '各層の更新を、互いに繰り返す 2 つの小さなブロックから作ります。LoRA より少ない数で済みます。',
  },
  suits: {
    goal: 'perByte',
    text: {
      en: "Take it when PEFT must read the file and LoRA's is too large: near its quality at a quarter of its size.",
      ja: 'PEFT で読める必要があり、LoRA では大きすぎるときに。4 分の 1 のサイズで、品質は LoRA に近くなります。',
    },
    source: peftComparison(
      'LoKr of rank 32 and factor 4 46.6 %, 9.2 MB; LoRA r 32 47.8 %, 37 MB',
      'ランク 32、係数 4 の LoKr は 46.6 %、9.2 MB。LoRA r 32 は 47.8 %、37 MB',
    ),
  },
  picture: {
    base: 'frozen',
    added: [
      ...[0, 16].flatMap((x) => [0, 16].map((y) => square(86 + x, 20 + y))),
      { x: 126, y: 16, width: 38, height: 38, role: 'trained', letter: 'W' },
    ],
  },
  paper: 'https://arxiv.org/abs/2309.14859',
  peftType: 'LOKR',
  words,
  capabilities: {
    plainLora: 'exact',
    mergeable: true,
    servable: 'own',
    trains: 'adapter',
    quantisedBase: true,
    scalable: true,
    peft: '0.6',
    keeps: 'inputs',
    leanOptions: null,
  },
  options: lokrOptionsSchema,
  recommended,
  classification: {
    ...recommended,
    learningRates: { ...recommended.learningRates, head: { value: 5e-3, source: sources.loraXsGrid() } },
    epochs: { value: 10, source: sources.loraXsGlue() },
    batchSize: { value: 8, source: own },
  },
  check(options, targets) {
    const transposed = targets.find(({ storedTransposed }) => storedTransposed);
    return [
      ...checkPatterns(options),
      ...(transposed ? [unsupportedProblem('method', words.transposed({ module: transposed.name }))] : []),
    ];
  },
  tensors: (options, targets) =>
    targets.flatMap((target) =>
      Object.entries(shapesOf(options, target)).map(([part, shape]) =>
        layerTensor(target, parts[part as keyof typeof parts], shape),
      ),
    ),
  layerSize(shapeOf) {
    const [rows1, rows2] = [parts.w1, parts.w2].map((whole) => (shapeOf(whole) ?? shapeOf(`${whole}_a`))?.[0] ?? NaN);
    const [columns1, columns2] = [parts.w1, parts.w2].map(
      (whole) => (shapeOf(whole) ?? shapeOf(`${whole}_b`))?.[1] ?? NaN,
    );
    return { outFeatures: rows1 * rows2, inFeatures: columns1 * columns2 };
  },
};

/** n as two numbers: `factor` first where it divides, else the two that are nearest, the smaller (at most it) first. */
export function factorised(n: number, factor: number): readonly [number, number] {
  if (factor > 0 && n % factor === 0) return [factor, n / factor];
  let first = Math.floor(Math.sqrt(n));
  if (factor > 0) first = Math.min(first, factor);
  while (first > 1 && n % first !== 0) first--;
  return [first > 1 ? first : 1, first > 1 ? n / first : n];
}

/** What there is of one module: W1 and W2, each whole or as two factors. */
export function shapesOf(
  options: LokrOptions,
  { name, inFeatures, outFeatures }: LinearShape,
): Partial<Readonly<Record<keyof typeof parts, readonly [number, number]>>> {
  const rank = loraRank(options, name);
  const [a, c] = factorised(outFeatures, options.decomposeFactor);
  const [b, d] = factorised(inFeatures, options.decomposeFactor);
  const splits1 = options.decomposeBoth && rank < Math.max(a, b) / 2;
  const splits2 = rank < Math.max(c, d) / 2;
  return {
    ...(splits1 ? { w1a: [a, rank], w1b: [rank, b] } : { w1: [a, b] }),
    ...(splits2 ? { w2a: [c, rank], w2b: [rank, d] } : { w2: [c, d] }),
  };
}
