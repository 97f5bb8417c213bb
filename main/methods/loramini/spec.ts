/**
 * In the style of LoRA-Mini (Singh et al. 2024, arXiv 2411.15804): ΔW = s B_outer B_inner A_inner A_outer, s = alpha /
 * rank. The outer two are drawn from a seed and frozen, the inner two trained, so that what is learned does not grow
 * with the layers. The paper's sizes and beginnings are not known here: those are Graft's own.
 */
import { z } from 'zod';
import { problemOf } from '../../contract/errors.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import { wordsOf } from '../../contract/words/words.ts';
import { alphaOption, dropoutOption, excludeOption, rankOption, targetOptions } from '../commonOptions.ts';
import { loraInOwnFormat, type MethodSpec, type RecommendedTraining } from '../methodSpec.ts';
import { option } from '../optionTable.ts';
import { column, row } from '../picture.ts';
import { layerTensor } from '../tensorSpec.ts';

/** Of tensors, after the path of their module. */
export const innerA = '.loramini_A_inner'; // (rank, outerA)
export const innerB = '.loramini_B_inner'; // (outerB, rank)
export const outerA = '.loramini_A_outer'; // (outerA, in)
export const outerB = '.loramini_B_outer'; // (out, outerB)

const words = wordsOf('loramini', {
  narrow: {
    en: 'A width of {width} is less than the rank of {rank}, of which the rest would do nothing: choose at least {rank}.',
    ja: '幅 {width} がランク {rank} より小さく、余りのランクは何もしません。{rank} 以上にしてください。',
  },
  own: {
    en: "Graft's own: the paper's settings are not known here",
    ja: 'Graft 独自の値。論文の設定はここでは分かっていません',
  },
});

const own = words.own();

const outerOption = (side: 'in' | 'out') =>
  option(z.int().positive().max(65_536).default(64), {
    title:
      side === 'in'
        ? { en: 'Inner width, input', ja: '内側の幅（入力側）' }
        : { en: 'Inner width, output', ja: '内側の幅（出力側）' },
    description: {
      en: `What the frozen ${side === 'in' ? 'first' : 'last'} matrix leaves to the trained ones; left open, at least the rank`,
      ja: `固定された${side === 'in' ? '最初' : '最後'}の行列と、学習する行列の間の幅。空欄ならランク以上`,
    },
    advanced: true,
    stored: side === 'in' ? 'a' : 'b',
  });

export const loraminiOptionsSchema = z.strictObject({
  rank: rankOption(16),
  alpha: alphaOption(32),
  innerIn: outerOption('in'),
  innerOut: outerOption('out'),
  frozenSeed: option(z.int().nonnegative().default(42), {
    title: { en: 'Seed of the frozen matrices', ja: '固定する行列のシード' },
    description: { en: 'What the outer matrices are drawn from', ja: '外側の行列を引く乱数のシード' },
    advanced: true,
    stored: 'frozen_seed',
  }),
  saveFrozen: option(z.boolean().default(true), {
    title: { en: 'Save the frozen matrices', ja: '固定する行列を保存' },
    description: {
      en: 'Without them the file is far smaller, and a reader draws them from the seed',
      ja: '保存しなければファイルはずっと小さくなり、読むときにシードから引き直します',
    },
    advanced: true,
    stored: 'save_frozen',
  }),
  dropout: dropoutOption('lora_dropout'),
  ...excludeOption,
  ...targetOptions,
});

export type LoraminiOptions = z.infer<typeof loraminiOptionsSchema>;

const recommended: RecommendedTraining = {
  learningRates: { default: { value: 1e-3, source: own } },
  epochs: { value: 3, source: sources.alpacaAndVera() },
  schedule: { value: 'linear', source: own },
  warmupRatio: { value: 0.06, source: own },
  batchSize: { value: 4, source: own },
  maxLength: { value: 512, source: sources.veraGlue() },
  weightDecay: { value: 0, source: sources.asOthers() },
};

export const loraminiSpec: MethodSpec<LoraminiOptions> = {
  id: 'loramini',
  title: 'LoRA-Mini style',
  summary: {
    en: 'Trains two small matrices per layer between two random ones that stay: no more for wide layers than for narrow.',
    ja: '層ごとに、固定された 2 つの乱数行列の間の小さな 2 つの行列を学習します。層が大きくても、覚える数は変わりません。',
  },
  suits: {
    goal: 'fewNumbers',
    text: {
      en: 'Take it to try the idea: what is learned does not grow with the layers. Turn off “Save the frozen matrices” for a small file. Its sizes are ours, so no published result holds for it.',
      ja: '考え方を試すときに。学習する数は層の幅によりません。ファイルを小さくするには「固定する行列を保存」をオフにします。大きさは Graft 独自なので、論文の結果は当てはまりません。',
    },
    source: {
      en: 'LoRA-Mini paper: up to 20 times fewer numbers than LoRA (its abstract); the rest is our own judgement',
      ja: 'LoRA-Mini の論文（要旨）: LoRA の最大 20 分の 1 の数。ほかは Graft の見解',
    },
  },
  picture: {
    base: 'frozen',
    added: [
      column({ x: 80, width: 14 }, { role: 'frozen', letter: 'B' }),
      { ...row({ x: 97, width: 10 }, { role: 'trained' }), y: 25, height: 22 },
      row({ x: 110, width: 14 }, { role: 'trained' }),
      row({ x: 127, width: 39 }, { role: 'frozen', letter: 'A' }),
    ],
  },
  paper: 'https://arxiv.org/abs/2411.15804',
  peftType: 'GRAFT_LORAMINI',
  words,
  capabilities: { ...loraInOwnFormat, leanOptions: { saveFrozen: false } },
  options: loraminiOptionsSchema,
  recommended,
  classification: {
    ...recommended,
    learningRates: { ...recommended.learningRates, head: { value: 5e-3, source: sources.loraXsGrid() } },
    epochs: { value: 10, source: sources.loraXsGlue() },
    batchSize: { value: 8, source: own },
  },
  fit: (options, _targets, given) => ({
    ...options,
    ...(!given.includes('innerIn') && { innerIn: Math.max(options.innerIn, options.rank) }),
    ...(!given.includes('innerOut') && { innerOut: Math.max(options.innerOut, options.rank) }),
  }),
  check: ({ rank, innerIn, innerOut }) =>
    Object.entries({ innerIn, innerOut })
      .filter(([, width]) => width < rank)
      .map(([field, width]) => problemOf(field, words.narrow({ rank, width }))),
  tensors: ({ rank, innerIn, innerOut, saveFrozen }, targets) =>
    targets.flatMap((target) => {
      const frozen = { role: 'frozen', stored: saveFrozen ? 'whole' : 'drawn' } as const;
      return [
        layerTensor(target, innerA, [rank, innerIn]),
        layerTensor(target, innerB, [innerOut, rank], { initial: 0 }),
        layerTensor(target, outerA, [innerIn, target.inFeatures], frozen),
        layerTensor(target, outerB, [target.outFeatures, innerOut], frozen),
      ];
    }),
};
