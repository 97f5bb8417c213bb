/**
 * Bottleneck adapters f(z) = U σ(D z + d) + u, D (m, D), U (D, m), of three kinds. H, Houlsby et al. 2019 (arXiv
 * 1902.00751): h + f(h) after attention and after feed-forward, before the residual t is added. P, Pfeiffer et al. 2020
 * (arXiv 2005.00247): h + f(the sum of h and t as the block has it next) after feed-forward. L, Lin et al. 2020 (arXiv
 * 2004.03829): y + f(LN y) after the whole block, with a trained layer norm of its own. Without adapters in the first
 * blocks they are AdapterDrop's (arXiv 2010.11918). Houlsby et al. train the model's own layer norms as well. They are
 * no change of the base's matrices: they can neither be merged nor written as LoRA.
 */
import { z } from 'zod';
import { type Problem, problemOf, unsupportedProblem } from '../../contract/errors.ts';
import type { LinearShape, ModelShape } from '../../contract/families/family.ts';
import { getFamily } from '../../contract/families/registry.ts';
import type { MethodSpec, RecommendedTraining } from '../methodSpec.ts';
import { blockOf } from '../moduleGroups.ts';
import { option } from '../optionTable.ts';
import { row } from '../picture.ts';
import { baseTensor, layerTensor } from '../tensorSpec.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import { wordsOf } from '../../contract/words/words.ts';

export const adapterOptionsSchema = z.strictObject({
  adapterKind: option(z.enum(['H', 'P', 'L']).default('H'), {
    title: { en: 'Kind', ja: '種類' },
    description: {
      en: 'H: after attention and feed-forward (Houlsby); P: after feed-forward (Pfeiffer); L: after the block (Lin)',
      ja: 'H：アテンションと全結合の後（Houlsby）、P：全結合の後（Pfeiffer）、L：ブロックの後（Lin）',
    },
    stored: 'kind',
  }),
  bottleneck: option(z.int().positive().max(65_536).default(64), {
    title: { en: 'Bottleneck', ja: 'ボトルネック' },
    description: {
      en: "Width of the two small layers; left open, a sixteenth of the model's, and at least 8",
      ja: '2 つの小さな層の幅。空欄ならモデルの幅の 16 分の 1 で、少なくとも 8',
    },
    stored: 'bottleneck',
  }),
  nonLinearity: option(z.enum(['swish', 'relu', 'gelu', 'gelu_tanh']).default('swish'), {
    title: { en: 'Non-linearity', ja: '非線形関数' },
    description: {
      en: 'Between the two layers; left open, swish for H and relu for P and L',
      ja: '2 つの層の間に置く関数。空欄なら H は swish、P と L は relu',
    },
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
  trainLayerNorm: option(z.boolean().default(false), {
    title: { en: 'Train layer norms', ja: 'LayerNorm も学習' },
    description: {
      en: "The model's own layer norms learn too, that of the embeddings among them, as in Houlsby's paper; a scale does not reach them",
      ja: 'Houlsby の論文のとおり、モデル自身の LayerNorm（埋め込みのものも）も学習します。強さの設定は効きません',
    },
    advanced: true,
    stored: 'train_layer_norm',
  }),
  dropMode: option(z.enum(['fixed', 'random']).default('fixed'), {
    title: { en: 'AdapterDrop', ja: 'AdapterDrop' },
    description: {
      en: 'fixed: the first blocks have no adapter; random: a number of them drawn for each step go without theirs, and answers use all',
      ja: 'fixed：最初のブロックにアダプターを置かない、random：ステップごとに引いた数のブロックで外す（答えにはすべて使う）',
    },
    advanced: true,
    stored: 'drop_mode',
  }),
  dropLayers: option(z.int().nonnegative().max(65_536).default(0), {
    title: { en: 'Blocks without one', ja: 'アダプターのないブロック' },
    description: {
      en: 'How many blocks, from the first on, have no adapter (fixed): quicker, and less to learn',
      ja: '最初からいくつのブロックにアダプターを置かないか（fixed）。速くなり、覚える数も減ります',
    },
    advanced: true,
    stored: 'drop_layers',
  }),
  dropMax: option(z.int().nonnegative().max(65_536).nullable().default(null), {
    title: { en: 'Most blocks dropped', ja: '外すブロックの上限' },
    description: {
      en: 'Up to how many blocks go without theirs in a step (random); empty: all but the last',
      ja: '1 ステップで外すブロックの数の上限（random）。空欄なら最後以外すべて',
    },
    advanced: true,
    stored: 'drop_max',
  }),
  normEpsilon: option(z.number().positive().default(1e-5), {
    title: { en: 'Epsilon of the norm', ja: '正規化のイプシロン' },
    description: { en: 'Of the layer norm that kind L brings', ja: '種類 L が持つ LayerNorm のもの' },
    advanced: true,
    stored: 'layer_norm_eps',
  }),
});

export type AdapterOptions = z.infer<typeof adapterOptionsSchema>;

type Place = 'attention' | 'feedForward' | 'block';

/** Of a block, after its path. */
const places = { attention: '.adapter_attn', feedForward: '.adapter_mlp', block: '.adapter_block' } as const;
const placesOf = { H: ['attention', 'feedForward'], P: ['feedForward'], L: ['block'] } as const;
/** Of an adapter, after its place. */
export const parts = {
  down: '.down.weight', // (m, D)
  downBias: '.down.bias', // (m)
  up: '.up.weight', // (D, m)
  upBias: '.up.bias', // (D)
  norm: '.norm.weight', // (D), of kind L
  normBias: '.norm.bias', // (D), of kind L
} as const;

/** `blocks`: of each step, how many. */
interface Dropped {
  readonly from: number;
  readonly to: number;
  readonly blocks: readonly number[];
}

export const adapterWords = wordsOf('adapter', {
  allDropped: {
    en: 'Without adapters in {drop} blocks, none of the {blocks} blocks of this model has one: choose at most {most}.',
    ja: '{drop} 個のブロックからアダプターを外すと、このモデルの {blocks} 個のブロックには一つも残りません。{most} 以下にしてください。',
  },
  noLayerNorms: {
    en: 'This model has RMS norms and no layer norms to train: leave it out, or choose a model that has them, such as BERT or GPT-2.',
    ja: 'このモデルの正規化は RMSNorm で、学習する LayerNorm がありません。指定しないか、BERT や GPT-2 のように LayerNorm のあるモデルを選んでください。',
  },
  otherMode: {
    en: 'This belongs to the other way of dropping, not to {mode}: leave it out, or drop the other way.',
    ja: 'これは {mode} ではなく、もう一方の外し方の設定です。指定しないか、外し方を変えてください。',
  },
  dropped: {
    en: ({ from, to, blocks }: Dropped) =>
      `the first blocks went without their adapter in steps ${from} to ${to}, so many of them step by step: ${blocks.join(', ')}. Evaluations and answers use all adapters.`,
    ja: ({ from, to, blocks }) =>
      `ステップ ${from}～${to} で、最初のブロックから次の数だけアダプターを外しました（ステップ順）: ${blocks.join('、')}。評価と答えには、すべてのアダプターを使います。`,
  },
  tables: { en: "LoRA authors' code for the adapters of their tables", ja: 'LoRA の著者のコード、表の中のアダプター' },
});

const tables = adapterWords.tables();

const recommended: RecommendedTraining = {
  learningRates: { default: { value: 3e-4, source: tables } },
  epochs: { value: 5, source: tables },
  schedule: { value: 'linear', source: tables },
  warmupRatio: { value: 0.1, source: tables },
  batchSize: { value: 4, source: sources.fewer({ source: tables, size: 32 }) },
  maxLength: { value: 512, source: sources.veraGlue() },
  weightDecay: { value: 0, source: sources.asOthers() },
};

export const adapterSpec: MethodSpec<AdapterOptions> = {
  id: 'adapter',
  title: 'Bottleneck adapters',
  summary: {
    en: "Small layers of their own between the model's (Houlsby, Pfeiffer, Lin): the first adapters, still a baseline.",
    ja: 'モデルの層の間に置く小さな層を学習します（Houlsby、Pfeiffer、Lin）。最初のアダプターで、今も比較の基準です。',
  },
  suits: {
    goal: 'baseline',
    text: {
      en: 'Take it to repeat the tables of papers (Adapter-H, -P, -L, -D). It works in Graft alone: it cannot be merged and has no LoRA form.',
      ja: '論文の表（Adapter-H、-P、-L、-D）を再現するときに。Graft だけで使えます。統合も LoRA への変換もできません。',
    },
    source: {
      en: 'VeRA paper, GLUE with RoBERTa-large: Adapter-P 87.6 with 3 M numbers, LoRA 87.8 with 0.8 M',
      ja: 'VeRA の論文、RoBERTa-large での GLUE: Adapter-P は 3 M 個で 87.6、LoRA は 0.8 M 個で 87.8',
    },
  },
  picture: {
    base: 'frozen',
    added: [
      { ...row({ x: 84, width: 76 }, { role: 'trained', letter: 'D' }), y: 10 },
      row({ x: 112, width: 20 }, { role: 'frozen', letter: 'σ' }),
      { ...row({ x: 84, width: 76 }, { role: 'trained', letter: 'U' }), y: 46 },
    ],
  },
  words: adapterWords,
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
    keeps: 'few',
    leanOptions: null,
  },
  options: adapterOptionsSchema,
  recommended,
  classification: {
    ...recommended,
    learningRates: { ...recommended.learningRates, head: { value: 5e-3, source: sources.loraXsGrid() } },
    batchSize: { value: 8, source: sources.fewer({ source: tables, size: 32 }) },
  },
  fit(options, targets, given, { normEpsilon }) {
    const isOpen = (field: keyof AdapterOptions): boolean => !given.includes(field);
    const width = blocksOf(targets)[0]?.width ?? 0;
    return {
      ...options,
      ...(isOpen('bottleneck') && { bottleneck: Math.max(8, Math.floor(width / 16)) }),
      ...(isOpen('normEpsilon') && { normEpsilon }),
      ...(isOpen('nonLinearity') && { nonLinearity: options.adapterKind === 'H' ? 'swish' : 'relu' }),
    };
  },
  check({ dropMode: mode, dropLayers, dropMax, trainLayerNorm }, targets, shape): readonly Problem[] {
    const blocks = blocksOf(targets).length;
    const lacksNorms = trainLayerNorm && shape !== null && layerNormsOf(shape).length === 0;
    return [
      ...(lacksNorms ? [unsupportedProblem('trainLayerNorm', adapterWords.noLayerNorms())] : []),
      ...tooMany('dropLayers', dropLayers, blocks),
      ...tooMany('dropMax', dropMax ?? 0, blocks),
      ...(mode === 'random' && dropLayers > 0 ? [problemOf('dropLayers', adapterWords.otherMode({ mode }))] : []),
      ...(mode === 'fixed' && dropMax !== null ? [problemOf('dropMax', adapterWords.otherMode({ mode }))] : []),
    ];
  },
  tensors: (options, targets, shape) => [
    ...bottlenecks(options, targets).flatMap(({ path: name, width }) => {
      const { bottleneck, zeroUp, adapterKind } = options;
      return [
        layerTensor({ name }, parts.down, [bottleneck, width]),
        layerTensor({ name }, parts.downBias, [bottleneck], { initial: 0 }),
        layerTensor({ name }, parts.up, [width, bottleneck], { initial: zeroUp ? 0 : null }),
        layerTensor({ name }, parts.upBias, [width], { initial: 0 }),
        ...(adapterKind === 'L'
          ? [
              layerTensor({ name }, parts.norm, [width], { initial: 1 }),
              layerTensor({ name }, parts.normBias, [width], { initial: 0 }),
            ]
          : []),
      ];
    }),
    ...(options.trainLayerNorm && shape !== null
      ? layerNormsOf(shape).map(({ name, size }) => baseTensor(name, size))
      : []),
  ],
};

function tooMany(field: keyof AdapterOptions, drop: number, blocks: number): readonly Problem[] {
  return drop > 0 && drop >= blocks
    ? [problemOf(field, adapterWords.allDropped({ drop, blocks, most: blocks - 1 }))]
    : [];
}

export interface Bottleneck {
  readonly block: number;
  readonly place: Place;
  /** `model.layers.3.adapter_mlp`. */
  readonly path: string;
  readonly width: number;
}

/** Each of the adapter's, in the order of the model; the first blocks may have none. */
export function bottlenecks(
  { adapterKind, dropLayers }: Pick<AdapterOptions, 'adapterKind' | 'dropLayers'>,
  targets: readonly LinearShape[],
): readonly Bottleneck[] {
  return blocksOf(targets).flatMap(({ path, width }, block) =>
    block < dropLayers
      ? []
      : placesOf[adapterKind].map((place) => ({ block, place, path: path + places[place], width })),
  );
}

/** Gain and bias of every layer norm of a model: a vector that a bias goes with. An RMS norm has none. */
export function layerNormsOf(
  shape: ModelShape,
): readonly { readonly name: string; readonly size: readonly number[] }[] {
  const weights = getFamily(shape.family).weightShapes(shape);
  return [...weights].flatMap(([name, size]) => {
    const bias = name.replace(/\.weight$/, '.bias');
    const isGain = bias !== name && size.length === 1 && weights.has(bias);
    return isGain ? [name, bias].map((each) => ({ name: each, size })) : [];
  });
}

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
