/**
 * Bottleneck adapters of Houlsby et al. 2019 (arXiv 1902.00751): after attention and after feed-forward, before the
 * residual is added, h + U σ(D h + d) + u with D (m, D) and U (D, m). They are no change of the base's matrices: they
 * can neither be merged nor written as LoRA.
 */
import { z } from 'zod';
import type { LinearShape } from '../../contract/families/family.ts';
import type { MethodSpec, RecommendedTraining } from '../methodSpec.ts';
import { blockOf } from '../moduleGroups.ts';
import { option } from '../optionTable.ts';
import { row } from '../picture.ts';
import { layerTensor } from '../tensorSpec.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import { wordsOf } from '../../contract/words/words.ts';

export const houlsbyOptionsSchema = z.strictObject({
  bottleneck: option(z.int().positive().max(65_536).default(64), {
    title: { en: 'Bottleneck', ja: 'ボトルネック' },
    description: {
      en: 'Width of the two small layers after each sublayer',
      ja: '各サブレイヤーの後に入れる 2 つの小さな層の幅',
    },
    stored: 'bottleneck',
  }),
  nonLinearity: option(z.enum(['swish', 'relu', 'gelu', 'gelu_tanh']).default('swish'), {
    title: { en: 'Non-linearity', ja: '非線形関数' },
    description: { en: 'Between the two layers', ja: '2 つの層の間に置く関数' },
    advanced: true,
    stored: 'non_linearity',
  }),
  zeroUp: option(z.boolean().default(false), {
    title: { en: 'Start at zero', ja: 'ゼロから始める' },
    description: {
      en: 'The second layer starts at zero, so that training starts from exactly the base',
      ja: '2 つ目の層をゼロから始め、学習の初めはベースとまったく同じにします',
    },
    advanced: true,
    stored: 'zero_up',
  }),
});

export type HoulsbyOptions = z.infer<typeof houlsbyOptionsSchema>;

/** Of a block, after its path. */
export const places = { attention: '.adapter_attn', feedForward: '.adapter_mlp' } as const;
/** Of an adapter, after its place. */
export const parts = {
  down: '.down.weight', // (m, D)
  downBias: '.down.bias', // (m)
  up: '.up.weight', // (D, m)
  upBias: '.up.bias', // (D)
} as const;

const words = wordsOf('houlsby', {
  tables: { en: "LoRA authors' code for the adapters of their tables", ja: 'LoRA の著者のコード、表の中のアダプター' },
});

const tables = words.tables();

const recommended: RecommendedTraining = {
  learningRates: { default: { value: 3e-4, source: tables } },
  epochs: { value: 5, source: tables },
  schedule: { value: 'linear', source: tables },
  warmupRatio: { value: 0.1, source: tables },
  batchSize: { value: 4, source: sources.fewer({ source: tables, size: 32 }) },
  maxLength: { value: 512, source: sources.veraGlue() },
  weightDecay: { value: 0, source: sources.asOthers() },
};

export const houlsbySpec: MethodSpec<HoulsbyOptions> = {
  id: 'houlsby',
  title: 'Houlsby adapters',
  summary: {
    en: 'Small layers of their own after attention and feed-forward: the first adapters, and still a baseline.',
    ja: 'アテンションと全結合の後に置く小さな層を学習します。最初のアダプターで、今も比較の基準です。',
  },
  picture: {
    base: 'frozen',
    added: [
      { ...row({ x: 84, width: 76 }, { role: 'trained', letter: 'D' }), y: 10 },
      row({ x: 112, width: 20 }, { role: 'frozen', letter: 'σ' }),
      { ...row({ x: 84, width: 76 }, { role: 'trained', letter: 'U' }), y: 46 },
    ],
  },
  words,
  paper: 'https://arxiv.org/abs/1902.00751',
  peftType: 'GRAFT_ADAPTER',
  capabilities: {
    plainLora: 'none',
    mergeable: false,
    servable: 'own',
    trains: 'adapter',
    quantisedBase: true,
    scalable: true,
    peft: null,
    keepsProducts: false,
    leanOptions: null,
  },
  options: houlsbyOptionsSchema,
  recommended,
  classification: {
    ...recommended,
    learningRates: { ...recommended.learningRates, head: { value: 5e-3, source: sources.loraXsGrid() } },
    batchSize: { value: 8, source: sources.fewer({ source: tables, size: 32 }) },
  },
  check: () => [],
  tensors: ({ bottleneck, zeroUp }, targets) =>
    blocksOf(targets).flatMap(({ path, width }) =>
      Object.values(places).flatMap((place) => {
        const at = { name: path + place };
        return [
          layerTensor(at, parts.down, [bottleneck, width]),
          layerTensor(at, parts.downBias, [bottleneck], { initial: 0 }),
          layerTensor(at, parts.up, [width, bottleneck], { initial: zeroUp ? 0 : null }),
          layerTensor(at, parts.upBias, [width], { initial: 0 }),
        ];
      }),
    ),
};

export interface BlockPath {
  /** `model.layers.3`. */
  readonly path: string;
  /** Of what attention and feed-forward give: of the block's last linear layer. */
  readonly width: number;
}

/** The blocks that a model's linear layers are in, in their order. */
export function blocksOf(linears: readonly LinearShape[]): readonly BlockPath[] {
  const blocks = new Map<string, number>();
  for (const { name, outFeatures } of linears) {
    const { block, group } = blockOf(name);
    if (block !== null) blocks.set(name.slice(0, -group.length - 1), outFeatures);
  }
  return [...blocks].map(([path, width]) => ({ path, width }));
}
