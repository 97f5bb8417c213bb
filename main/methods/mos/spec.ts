/**
 * MoS, mixture of shards (Wang et al. 2024, arXiv 2410.00938): the modules of a group have one pool of shards for A and
 * one for B; every row of A and column of B is put together of several of them, by lists of indices that are drawn once
 * and kept. ΔW = s B A with s = alpha / rank. The last `privateRank` rows of each module are its own shards. A pool is
 * as large as the LoRA of `equivalentRank` would be.
 */
import { z } from 'zod';
import { type Problem, problemOf } from '../../contract/errors.ts';
import type { LinearShape } from '../../contract/families/family.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import { wordsOf } from '../../contract/words/words.ts';
import { alphaOption, dropoutOption, excludeOption, rankOption, targetOptions } from '../commonOptions.ts';
import { loraInOwnFormat, type MethodSpec, type RecommendedTraining } from '../methodSpec.ts';
import { moduleGroups } from '../moduleGroups.ts';
import { option } from '../optionTable.ts';
import { column, row } from '../picture.ts';
import { layerTensor, sharedTensor } from '../tensorSpec.ts';

export type Factor = 'A' | 'B';

/** Of a pool (shards, side / shards per vector). */
export const poolName = (factor: Factor, group: string): string => `mos_pool_${factor}.${group}`;
/** Of a list of indices (rank · shards per vector), after the path of its module. */
export const indicesSuffix = (factor: Factor): string => `.mos_indices_${factor}`;

const words = wordsOf('mos', {
  unlike: {
    en: ({ first, other }: { readonly first: string; readonly other: string }) =>
      `${first} and ${other} would share a pool, and their sizes differ: leave one of them out.`,
    ja: ({ first, other }) => `${first} と ${other} は断片を共有しますが、大きさが違います。どちらかを外してください。`,
  },
  uneven: {
    en: '{shards} shards do not divide the sides of {module}, {sides, list}. These do for all layers: {fitting, list}.',
    ja: '断片の数 {shards} では {module} の辺（{sides, list}）を割り切れません。すべての層を割り切れる値: {fitting, list}。',
  },
  privateBeyond: {
    en: 'A private rank of {share} is more than the rank of {rank}: lower the one or raise the other.',
    ja: '専用のランク {share} がランク {rank} を超えています。前者を下げるか、後者を上げてください。',
  },
  poolTooSmall: {
    en: 'An equivalent rank of {size} is too small: layers like {module} need at least {needed}, so that no vector has a shard twice.',
    ja: '等価ランク {size} は小さすぎます。{module} のような層では、同じ断片を二度使わないために少なくとも {needed} が必要です。',
  },
  scripts: { en: "MoS authors' scripts", ja: 'MoS の著者のスクリプト' },
});

const scripts = words.scripts();
const mostShards = 4;

export const mosOptionsSchema = z.strictObject({
  rank: rankOption(16),
  alpha: alphaOption(16),
  equivalentRank: option(z.int().positive().max(65_536).default(2), {
    title: { en: 'Size of the pool', ja: '断片の量' },
    description: {
      en: 'The rank of a LoRA with as many numbers; left open, the least that the layers allow, from 2 on',
      ja: '同じ数の値を持つ LoRA のランク。空欄なら、層が許す最小（2 以上）',
    },
    stored: 'equivalent_rank',
  }),
  privateRank: option(z.int().nonnegative().max(65_536).default(1), {
    title: { en: 'Private rank', ja: '専用のランク' },
    description: { en: 'How much of the rank no other layer uses', ja: 'ランクのうち、ほかの層が使わない分' },
    advanced: true,
    stored: 'private_rank',
  }),
  shardsPerVector: option(z.int().positive().max(65_536).default(mostShards), {
    title: { en: 'Shards of a vector', ja: 'ベクトルの断片数' },
    description: {
      en: 'How many shards make a row or column; left open, the most up to 4 that divide all layers',
      ja: '1 つの行や列をいくつの断片で作るか。空欄なら、すべての層を割り切る 4 以下の最大の数',
    },
    advanced: true,
    stored: 'shards_per_vector',
  }),
  indexSeed: option(z.int().nonnegative().default(42), {
    title: { en: 'Seed of the indices', ja: '番号のシード' },
    description: { en: 'What the choice of shards is drawn from', ja: '断片の選び方を引く乱数のシード' },
    advanced: true,
    stored: 'index_seed',
  }),
  dropout: dropoutOption('lora_dropout'),
  ...excludeOption,
  ...targetOptions,
});

export type MosOptions = z.infer<typeof mosOptionsSchema>;

const recommended: RecommendedTraining = {
  learningRates: { default: { value: 2e-4, source: scripts } },
  epochs: { value: 3, source: sources.alpacaAndVera() },
  schedule: { value: 'linear', source: scripts },
  warmupRatio: { value: 0.03, source: scripts },
  batchSize: { value: 4, source: sources.fewer({ source: scripts, size: 16 }) },
  maxLength: { value: 512, source: sources.veraGlue() },
  weightDecay: { value: 0, source: scripts },
};

export const mosSpec: MethodSpec<MosOptions> = {
  id: 'mos',
  title: 'MoS',
  summary: {
    en: 'Builds the LoRA of every layer from shards that layers have in common: high rank from few numbers.',
    ja: '層どうしで共有する断片から、各層の LoRA を組み立てます。少ない数で高いランクになります。',
  },
  suits: {
    goal: 'perByte',
    text: {
      en: 'Take it when LoRA of a high rank is good and too large: it needs about an eighth of its numbers.',
      ja: 'ランクの高い LoRA は良いが大きすぎる、というときに。約 8 分の 1 の数で済みます。',
    },
    source: {
      en: 'MoS paper, Llama-2-7B on average: 37.63 with 19.99 M numbers, LoRA 37.53 with 159.91 M',
      ja: 'MoS の論文、Llama-2-7B の平均: 19.99 M 個で 37.63、LoRA は 159.91 M 個で 37.53',
    },
  },
  picture: {
    base: 'frozen',
    added: [
      ...[0, 1, 2, 3].map((part) => ({
        ...column({ x: 84, width: 16 }, { role: 'trained' as const, opacity: part % 2 === 0 ? 1 : 0.5 }),
        ...{ y: 10 + 13 * part, height: 13 },
      })),
      ...[0, 1, 2, 3].map((part) =>
        row({ x: 106 + 13 * part, width: 13 }, { role: 'trained', opacity: part % 2 === 0 ? 0.5 : 1 }),
      ),
    ],
  },
  paper: 'https://arxiv.org/abs/2410.00938',
  peftType: 'GRAFT_MOS',
  words,
  capabilities: loraInOwnFormat,
  options: mosOptionsSchema,
  recommended,
  classification: {
    ...recommended,
    learningRates: { ...recommended.learningRates, head: { value: 5e-3, source: sources.loraXsGrid() } },
    epochs: { value: 10, source: sources.loraXsGlue() },
    warmupRatio: { value: 0.06, source: sources.loraGlue() },
    batchSize: { value: 8, source: sources.fewer({ source: sources.loraGlue(), size: 16 }) },
  },
  fit(options, targets, given) {
    const { rank, privateRank } = options;
    const fewest = Math.min(...poolsOf(options, targets).map(({ members }) => members.length));
    const divides = (count: number): boolean =>
      targets.every((target) => sidesOf(target).every((side) => side % count === 0));
    const shards = [4, 3, 2, 1].find(divides) ?? 1;
    return {
      ...options,
      ...(!given.includes('equivalentRank') && { equivalentRank: Math.max(2, leastRank(rank, privateRank, fewest)) }),
      ...(!given.includes('shardsPerVector') && { shardsPerVector: shards }),
    };
  },
  check: checkPools,
  tensors: (options, targets) => {
    const { rank, shardsPerVector } = options;
    const pools = poolsOf(options, targets).flatMap(({ group, members: [first], shards }) => [
      sharedTensor(poolName('A', group), [shards, first.inFeatures / shardsPerVector]),
      sharedTensor(poolName('B', group), [shards, first.outFeatures / shardsPerVector], { initial: 0 }),
    ]);
    const indices = targets.flatMap((target) =>
      (['A', 'B'] as const).map((factor) => {
        const shape = [rank * shardsPerVector];
        const { key } = layerTensor(target, indicesSuffix(factor), shape);
        const stored = [{ key, shape, dtype: 'I32' as const }];
        return layerTensor(target, indicesSuffix(factor), shape, { role: 'frozen', stored });
      }),
    );
    return [...pools, ...indices];
  },
};

export interface Pool {
  readonly group: string;
  /** In the order of their blocks. */
  readonly members: readonly LinearShape[];
  /** Of each factor; those that all members use come first, then each member's own. */
  readonly shards: number;
  readonly common: number;
}

/** By group, in ascending order. */
export function poolsOf(
  { equivalentRank, privateRank, shardsPerVector }: MosOptions,
  targets: readonly LinearShape[],
): readonly Pool[] {
  const groups = [...moduleGroups(targets)].sort(([a], [b]) => (a < b ? -1 : 1));
  return groups.map(([group, members]) => {
    const ofRank = members.length * shardsPerVector;
    return { group, members, shards: equivalentRank * ofRank, common: (equivalentRank - privateRank) * ofRank };
  });
}

/** Of a pool with enough common shards for `rank - own` vectors of distinct ones, among so many layers. */
function leastRank(rank: number, own: number, layers: number): number {
  return own + Math.ceil((rank - own) / layers);
}

function sidesOf({ inFeatures, outFeatures }: LinearShape): readonly number[] {
  return [inFeatures, outFeatures];
}

/** What divides the sides of all layers, the largest of them first. */
function fittingShards(targets: readonly LinearShape[]): readonly string[] {
  const sides = targets.flatMap(sidesOf);
  const fits = Array.from({ length: Math.min(64, ...sides) }, (_, index) => index + 1).filter((shards) =>
    sides.every((side) => side % shards === 0),
  );
  return fits.reverse().slice(0, 6).map(String);
}

function checkPools(options: MosOptions, targets: readonly LinearShape[]): readonly Problem[] {
  const { rank, equivalentRank, privateRank, shardsPerVector: shards } = options;
  if (privateRank > rank) return [problemOf('privateRank', words.privateBeyond({ share: privateRank, rank }))];
  const uneven = targets.find((target) => sidesOf(target).some((side) => side % shards !== 0));
  return [
    ...poolsOf(options, targets).flatMap(({ members }) => {
      const [{ name: module }] = members;
      const needed = leastRank(rank, privateRank, members.length);
      const unlike = members.find((each) => sidesOf(each).join() !== sidesOf(members[0]).join());
      return [
        ...(unlike ? [problemOf('targets', words.unlike({ first: module, other: unlike.name }))] : []),
        ...(equivalentRank < needed
          ? [problemOf('equivalentRank', words.poolTooSmall({ size: equivalentRank, needed, module }))]
          : []),
      ];
    }),
    ...(uneven
      ? [
          problemOf(
            'shardsPerVector',
            words.uneven({
              shards,
              module: uneven.name,
              sides: sidesOf(uneven).map(String),
              fitting: fittingShards(targets),
            }),
          ),
        ]
      : []),
  ];
}
