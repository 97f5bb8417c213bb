/**
 * LoRA-XS (Bałazy et al. 2024, arXiv 2405.17604): ΔW = s B R A with A = Σ Vᵀ and B = U the largest singular vectors of
 * the base's own weight, frozen, and R (r, r) trained; s = alpha / r. R means something together with these factors
 * alone, so they lie in the file: another solver's signs would make it another adapter.
 */
import { z } from 'zod';
import { problemOf } from '../../contract/errors.ts';
import type { LinearShape } from '../../contract/families/family.ts';
import { wordsOf } from '../../contract/words/words.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import { alphaOption, dropoutOption, excludeOption, rankOption, targetOptions } from '../commonOptions.ts';
import { loraInOwnFormat, type MethodSpec } from '../methodSpec.ts';
import { option } from '../optionTable.ts';
import { column, row } from '../picture.ts';
import { layerTensor } from '../tensorSpec.ts';

/** Of tensors, after the path of their module. */
export const coreR = '.loraxs_R'; // (r, r)
export const factorA = '.loraxs_A'; // (r, in)
export const factorB = '.loraxs_B'; // (out, r)

const words = wordsOf('loraxs', {
  rankTooLarge: {
    en: 'A rank of {rank} is more than the {side} singular vectors of {module}: choose at most {side}, or leave that layer out.',
    ja: 'ランク {rank} は {module} の特異ベクトルの数 {side} を超えています。{side} 以下にするか、その層を外してください。',
  },
  commonsense: { en: 'LoRA-XS paper, commonsense reasoning', ja: 'LoRA-XS の論文、常識推論' },
  math: { en: 'LoRA-XS paper, mathematics', ja: 'LoRA-XS の論文、数学' },
});

const glue = sources.loraXsGlue();
const grid = sources.loraXsGrid();

export const loraxsOptionsSchema = z.strictObject({
  rank: rankOption(25),
  alpha: alphaOption(16),
  initStd: option(z.number().nonnegative().default(1e-5), {
    title: { en: 'Initial deviation', ja: '初期値の標準偏差' },
    description: { en: 'Standard deviation that R starts with', ja: 'R の初期値の標準偏差' },
    advanced: true,
    stored: 'init_std',
  }),
  dropout: dropoutOption('lora_dropout'),
  ...excludeOption,
  ...targetOptions,
});

export type LoraxsOptions = z.infer<typeof loraxsOptionsSchema>;

export const loraxsSpec: MethodSpec<LoraxsOptions> = {
  id: 'loraxs',
  title: 'LoRA-XS',
  summary: {
    en: 'Trains one small square matrix per layer between the main directions of its weight: few numbers to learn.',
    ja: '層ごとに、その重み自身の主な方向の間に置いた小さな正方行列だけを学習します。覚える数はごくわずかです。',
  },
  suits: {
    goal: 'fewNumbers',
    text: {
      en: "Take it where there are few rows and LoRA learns them by heart. What is trained is tiny; the file also keeps the frozen factors and is larger than LoRA's.",
      ja: 'データが少なく、LoRA では丸暗記になってしまうときに。学習する数はごくわずかですが、固定した行列も保存するので、ファイルは LoRA より大きくなります。',
    },
    source: {
      en: 'VB-LoRA paper, GSM8K with Mistral-7B: LoRA-XS 68.01 with 0.92 M numbers, LoRA 67.70 with 168 M; for few rows: our own judgement',
      ja: 'VB-LoRA の論文、Mistral-7B での GSM8K: LoRA-XS は 0.92 M 個で 68.01、LoRA は 168 M 個で 67.70。少ないデータについては Graft の見解',
    },
  },
  picture: {
    base: 'frozen',
    added: [
      column({ x: 80, width: 16 }, { role: 'frozen', letter: 'B' }),
      row({ x: 101, width: 16 }, { role: 'trained', letter: 'R' }),
      row({ x: 122, width: 44 }, { role: 'frozen', letter: 'A' }),
    ],
  },
  paper: 'https://arxiv.org/abs/2405.17604',
  peftType: 'GRAFT_LORAXS',
  words,
  capabilities: loraInOwnFormat,
  options: loraxsOptionsSchema,
  recommended: {
    learningRates: { default: { value: 2e-3, source: words.commonsense() } },
    epochs: { value: 3, source: words.commonsense() },
    schedule: { value: 'cosine', source: words.math() },
    warmupRatio: { value: 0.02, source: words.math() },
    batchSize: { value: 4, source: sources.fewer({ source: words.commonsense(), size: 64 }) },
    maxLength: { value: 512, source: sources.asOthers() },
    weightDecay: { value: 0, source: sources.asOthers() },
  },
  classification: {
    learningRates: { default: { value: 1e-3, source: grid }, head: { value: 5e-3, source: grid } },
    epochs: { value: 10, source: glue },
    schedule: { value: 'linear', source: sources.loraGlue() },
    warmupRatio: { value: 0.06, source: sources.loraGlue() },
    batchSize: { value: 8, source: sources.fewer({ source: sources.loraGlue(), size: 16 }) },
    maxLength: { value: 512, source: sources.loraGlue() },
    weightDecay: { value: 0, source: sources.asOthers() },
  },
  fit: (options, targets, given) =>
    given.includes('rank') ? options : { ...options, rank: Math.min(options.rank, ...targets.map(smallerSide)) },
  check({ rank }, targets) {
    const [narrow] = targets.toSorted((one, other) => smallerSide(one) - smallerSide(other));
    if (narrow === undefined || smallerSide(narrow) >= rank) return [];
    return [problemOf('rank', words.rankTooLarge({ rank, module: narrow.name, side: smallerSide(narrow) }))];
  },
  tensors: ({ rank }, targets) =>
    targets.flatMap((target) => [
      layerTensor(target, coreR, [rank, rank]),
      layerTensor(target, factorA, [rank, target.inFeatures], { role: 'frozen' }),
      layerTensor(target, factorB, [target.outFeatures, rank], { role: 'frozen' }),
    ]),
};

function smallerSide({ inFeatures, outFeatures }: LinearShape): number {
  return Math.min(inFeatures, outFeatures);
}
