/**
 * ResLoRA (Shi et al. 2024, arXiv 2402.18039) in its block-sharing form bs: a module also runs the updates of the same
 * module in the blocks before it, y_n += s Σ_k B_{n−k} A_{n−k} x_n for k = 0 … previous, s = alpha / r. Links end where
 * shapes differ. Concatenated, that is plain LoRA of a higher rank, exactly; the forms is and ms, which add inputs and
 * products of earlier blocks, are not.
 */
import { z } from 'zod';
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
  previous: option(z.int().nonnegative().max(everyBlock).default(4), {
    title: { en: 'Previous blocks', ja: '前のブロック' },
    description: {
      en: 'How many blocks before it lend a layer their updates; 0 is plain LoRA',
      ja: '前のいくつのブロックの更新も使うか。0 なら普通の LoRA です',
    },
    stored: 'pre_num',
    read: z
      .int()
      .default(4)
      .transform((count) => (count < 0 ? everyBlock : Math.min(count, everyBlock))),
  }),
  dropout: dropoutOption('lora_dropout'),
  ...targetOptions,
});

export type ResloraOptions = z.infer<typeof resloraOptionsSchema>;

const words = wordsOf('reslora', {
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
  check: () => [],
  tensors: ({ rank }, targets) =>
    targets.flatMap((target) => [
      layerTensor(target, factorA, [rank, target.inFeatures]),
      layerTensor(target, factorB, [target.outFeatures, rank], { initial: 0 }),
    ]),
};

/**
 * The modules whose updates each target runs, by its path: its own first, then those of the blocks before it, nearest
 * first.
 */
export function linkedModules(
  { previous }: Pick<ResloraOptions, 'previous'>,
  targets: readonly LinearShape[],
): ReadonlyMap<string, readonly string[]> {
  const links = new Map<string, readonly string[]>();
  for (const members of moduleGroups(targets).values()) {
    let chain: readonly LinearShape[] = [];
    for (const target of members) {
      chain = [target, ...(chain[0] !== undefined && isAlike(chain[0], target) ? chain : [])];
      links.set(
        target.name,
        chain.slice(0, previous + 1).map(({ name }) => name),
      );
    }
  }
  return links;
}

function isAlike(a: LinearShape, b: LinearShape): boolean {
  return a.inFeatures === b.inFeatures && a.outFeatures === b.outFeatures;
}
