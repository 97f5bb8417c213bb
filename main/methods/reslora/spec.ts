/**
 * ResLoRA (Shi et al. 2024, arXiv 2402.18039): a module also has a share of the same module in the blocks before it, of
 * its updates (bs), its inputs (is), or its products with A (ms); s = alpha / r.
 *   bs  y_n += s Σ_k B_{n−k} A_{n−k} x_n, k = 0 … previous
 *   is  y_n += s B_n A_n (x_n + x_{n−1}), of the first module twice its own input
 *   ms  y_n += s B_n Σ_k A_{n−k} x_{n−k}, k = 0 … previous
 * Links end where shapes differ. Concatenated, bs is plain LoRA of a higher rank, exactly. The others have no exact
 * form as LoRA: one that comes near puts multiples of the present input in the place of the earlier ones, by how large
 * they were in training (`merge`).
 */
import { z } from 'zod';
import { problemOf } from '../../contract/errors.ts';
import type { LinearShape } from '../../contract/families/family.ts';
import { dropoutOption, targetOptions } from '../commonOptions.ts';
import { loraInOwnFormat, type MethodSpec } from '../methodSpec.ts';
import { moduleGroups } from '../moduleGroups.ts';
import { option } from '../optionTable.ts';
import { column, row } from '../picture.ts';
import { layerTensor } from '../tensorSpec.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import { wordsOf } from '../../contract/words/words.ts';

/** Of tensors, after the path of their module. */
export const factorA = '.reslora_A'; // (r, in)
export const factorB = '.reslora_B'; // (out, r)
export const normSuffix = '.reslora_norm'; // (1), of is and ms

const everyBlock = 9999;

export const resloraOptionsSchema = z.strictObject({
  rank: option(z.int().positive().max(65_536).default(4), {
    title: { en: 'Rank', ja: 'ランク' },
    description: {
      en: 'Width of each update; a layer runs as many of them as are linked',
      ja: '各更新の幅。1 つの層で、つながっている数だけ使われます',
    },
    stored: 'r',
  }),
  alpha: option(z.number().positive().default(8), {
    title: { en: 'Alpha', ja: 'アルファ' },
    description: { en: 'The updates are scaled by alpha / rank', ja: '更新は アルファ / ランク 倍されます' },
    stored: 'lora_alpha',
  }),
  variant: option(z.enum(['bs', 'is', 'ms']).default('bs'), {
    title: { en: 'What blocks share', ja: 'ブロックから受け継ぐもの' },
    description: {
      en: 'bs: the updates of earlier blocks, exact as LoRA; is: their inputs; ms: their products with A',
      ja: 'bs: 前のブロックの更新（LoRA に正確に直せます）。is: その入力。ms: A との積',
    },
    stored: 'variant',
  }),
  previous: option(z.int().nonnegative().max(everyBlock).default(4), {
    title: { en: 'Previous blocks', ja: '前のブロック' },
    description: {
      en: 'How many blocks before it a layer has a share of; 0 is plain LoRA; with is it is always one',
      ja: '前のいくつのブロックから受け継ぐか。0 なら普通の LoRA。is では常に 1 つです',
    },
    stored: 'pre_num',
    read: z
      .int()
      .default(4)
      .transform((count) => (count < 0 ? everyBlock : Math.min(count, everyBlock))),
  }),
  merge: option(z.enum(['input', 'weight', 'xa']).default('input'), {
    title: { en: 'Near form as LoRA', ja: 'LoRA への近似の仕方' },
    description: {
      en: 'What is and ms weigh earlier blocks by where they become LoRA: inputs; weights (is); products with A (ms)',
      ja: 'is と ms を LoRA に直すとき、前のブロックを何の大きさで重み付けするか: 入力、重み（is）、A との積（ms）',
    },
    advanced: true,
    stored: 'merge',
    read: z.enum(['input', 'weight', 'xa']).default('input'),
  }),
  normWindow: option(z.int().positive().max(10_000).default(100), {
    title: { en: 'Window of the norms', ja: 'ノルムを平均する回数' },
    description: {
      en: 'Over how many of the last forward passes of training that size is averaged',
      ja: 'その大きさを、学習の最後の何回の順伝播で平均するか',
    },
    advanced: true,
    stored: 'norm_window',
    read: z.int().positive().default(100),
  }),
  dropout: dropoutOption('lora_dropout'),
  ...targetOptions,
});

export type ResloraOptions = z.infer<typeof resloraOptionsSchema>;

export const words = wordsOf('reslora', {
  mergeOfOther: {
    en: '{merge} is for the variant {variant}: here only input can be meant',
    ja: '{merge} は {variant} のための指定です。ここでは input だけが使えます',
  },
  byNorms: {
    en: 'What it takes from earlier blocks was weighed by its size in training ({merge}).',
    ja: '前のブロックから受け継ぐ分は、学習中の大きさ（{merge}）で重み付けしました。',
  },
  byWeights: {
    en: 'What it takes from earlier blocks was weighed by how large their weights are.',
    ja: '前のブロックから受け継ぐ分は、その重みの大きさで重み付けしました。',
  },
  noNorms: {
    en: 'The adapter has no norms of its training: the inputs of earlier blocks were taken to be as large as the own ones.',
    ja: 'アダプターに学習中のノルムがないため、前のブロックの入力は自分の入力と同じ大きさとみなしました。',
  },
  generation: { en: "ResLoRA authors' scripts, text generation", ja: 'ResLoRA の著者のスクリプト、文章の生成' },
  understanding: { en: "ResLoRA authors' scripts, GLUE", ja: 'ResLoRA の著者のスクリプト、GLUE' },
});

const generation = words.generation();
const understanding = words.understanding();

export const resloraSpec: MethodSpec<ResloraOptions> = {
  id: 'reslora',
  title: 'ResLoRA',
  summary: {
    en: 'LoRA whose layers also use the updates of the blocks before them: no more numbers, more paths to learn by.',
    ja: '前のブロックの更新も各層で使う LoRA です。覚える数は LoRA と同じで、学習の経路が増えます。',
  },
  suits: {
    goal: 'quality',
    text: {
      en: 'Take it for what a LoRA of the same size does not reach: the same number of parameters, more ways for what is learned. It takes longer to train.',
      ja: '同じサイズの LoRA では届かないときに。パラメーター数は同じで、学習の経路が増えます。学習時間は長くなります。',
    },
    source: {
      en: 'ResLoRA paper: better than LoRA of the same size (its abstract); the time is our own judgement',
      ja: 'ResLoRA の論文（要旨）: 同じサイズの LoRA より良い。時間については Graft の見解',
    },
  },
  picture: {
    base: 'frozen',
    added: [
      column({ x: 84, width: 8 }, { role: 'trained', opacity: 0.4 }),
      column({ x: 94, width: 12 }, { role: 'trained', letter: 'B' }),
      { ...row({ x: 112, width: 48 }, { role: 'trained', opacity: 0.4 }), y: 18, height: 8 },
      row({ x: 112, width: 48 }, { role: 'trained', letter: 'A' }),
    ],
  },
  words,
  paper: 'https://arxiv.org/abs/2402.18039',
  peftType: 'GRAFT_RESLORA',
  capabilities: loraInOwnFormat,
  otherwise: ({ variant }) => (variant === 'bs' ? {} : { plainLora: 'approximate', mergeable: false, servable: 'own' }),
  options: resloraOptionsSchema,
  recommended: {
    learningRates: { default: { value: 1e-4, source: generation } },
    epochs: { value: 3, source: sources.alpacaAndVera() },
    schedule: { value: 'linear', source: generation },
    warmupRatio: { value: 0.06, source: understanding },
    batchSize: { value: 4, source: sources.asOthers() },
    maxLength: { value: 512, source: sources.veraGlue() },
    weightDecay: { value: 0, source: sources.asOthers() },
  },
  classification: {
    learningRates: {
      default: { value: 3e-4, source: understanding },
      head: { value: 5e-3, source: sources.loraXsGrid() },
    },
    epochs: { value: 10, source: sources.loraXsGlue() },
    schedule: { value: 'linear', source: understanding },
    warmupRatio: { value: 0.06, source: understanding },
    batchSize: { value: 8, source: sources.fewer({ source: sources.loraGlue(), size: 16 }) },
    maxLength: { value: 512, source: sources.loraGlue() },
    weightDecay: { value: 0.1, source: understanding },
  },
  check({ variant, merge }) {
    const owner = merge === 'weight' ? 'is' : 'ms';
    return merge === 'input' || variant === owner
      ? []
      : [problemOf('merge', words.mergeOfOther({ merge, variant: owner }))];
  },
  loraRanks(options, targets) {
    const links = linkedModules(options, targets);
    return targets.map(({ name }) => options.rank * (links.get(name)?.length ?? 1));
  },
  tensors: ({ rank, variant }, targets) =>
    targets.flatMap((target) => [
      layerTensor(target, factorA, [rank, target.inFeatures]),
      layerTensor(target, factorB, [target.outFeatures, rank], { initial: 0 }),
      ...(variant === 'bs' ? [] : [layerTensor(target, normSuffix, [1], { role: 'frozen', optional: true })]),
    ]),
};

/**
 * The modules that each target has a share of, by its path: its own first, then those of the blocks before it, nearest
 * first.
 */
export function linkedModules(
  { previous, variant }: Pick<ResloraOptions, 'previous' | 'variant'>,
  targets: readonly LinearShape[],
): ReadonlyMap<string, readonly string[]> {
  const links = new Map<string, readonly string[]>();
  const most = variant === 'is' ? 1 : previous;
  for (const members of moduleGroups(targets).values()) {
    let chain: readonly LinearShape[] = [];
    for (const target of members) {
      chain = [target, ...(chain[0] !== undefined && isAlike(chain[0], target) ? chain : [])];
      links.set(
        target.name,
        chain.slice(0, most + 1).map(({ name }) => name),
      );
    }
  }
  return links;
}

function isAlike(a: LinearShape, b: LinearShape): boolean {
  return a.inFeatures === b.inFeatures && a.outFeatures === b.outFeatures;
}
