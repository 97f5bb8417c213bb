/**
 * IA3 (Liu et al. 2022, arXiv 2205.05638) as PEFT has it: a vector l for each module multiplies its output, l ⊙ (W x +
 * bias), or of feed-forward modules its input, W (l ⊙ x) + bias. It starts at ones. A change of full rank: it merges
 * exactly and has no LoRA form.
 */
import { z } from 'zod';
import type { LinearShape, ModelShape } from '../../contract/families/family.ts';
import { moduleSuffixes } from '../../contract/targets.ts';
import { fullMatch, parsePythonRegex } from '../../contract/pythonRegex.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import { wordsOf } from '../../contract/words/words.ts';
import { excludeOption, targetOptions } from '../commonOptions.ts';
import type { MethodSpec, RecommendedTraining } from '../methodSpec.ts';
import { option } from '../optionTable.ts';
import { column } from '../picture.ts';
import { layerTensor } from '../tensorSpec.ts';
import { peftComparison } from '../suits.ts';

/** Of tensors, after the path of their module: (out, 1), of feed-forward modules (1, in). */
export const vector = '.ia3_l';

const words = wordsOf('ia3', {
  benchmark: { en: "PEFT's own comparison on GSM8K", ja: 'PEFT による GSM8K での比較' },
  own: { en: "Graft's own", ja: 'Graft 独自の値' },
  noDecay: {
    en: 'None: it would pull the factors to zero rather than to one',
    ja: 'なし。係数が 1 ではなく 0 に寄ってしまいます',
  },
});

const names = z.union([z.array(z.string().min(1)), z.string().min(1)]);

export const ia3OptionsSchema = z.strictObject({
  feedforward: option(names.nullable().default(null), {
    title: { en: 'Feed-forward modules', ja: '全結合モジュール' },
    description: {
      en: 'Ends of names, or a regular expression, of targets whose input is multiplied; empty: as PEFT for the model',
      ja: '入力に掛ける対象の名前の語尾、または正規表現。空欄ならモデルごとに PEFT と同じ',
    },
    advanced: true,
    stored: 'feedforward_modules',
    read: names.nullish().transform((value) => (value?.length ? value : null)),
    write: (value) => value ?? [],
  }),
  startAtOne: option(z.boolean().default(true), {
    title: { en: 'Start at one', ja: '1 から始める' },
    description: {
      en: 'Otherwise the vectors start as random numbers',
      ja: 'オフにすると、ベクトルは乱数から始まります',
    },
    advanced: true,
    stored: 'init_ia3_weights',
  }),
  targets: targetOptions.targets,
  ...excludeOption,
});

export type Ia3Options = z.infer<typeof ia3OptionsSchema>;

const [benchmark, own, noDecay] = [words.benchmark(), words.own(), words.noDecay()];

const recommended: RecommendedTraining = {
  learningRates: { default: { value: 5e-3, source: benchmark } },
  epochs: { value: 3, source: sources.alpacaAndVera() },
  schedule: { value: 'linear', source: own },
  warmupRatio: { value: 0.06, source: own },
  batchSize: { value: 4, source: benchmark },
  maxLength: { value: 512, source: sources.veraGlue() },
  weightDecay: { value: 0, source: noDecay },
};

/** PEFT's own of each family; Phi-3, which it has none for, by what others have. */
const defaults: Readonly<Record<string, readonly string[]>> = {
  llama: ['k_proj', 'v_proj', 'down_proj'],
  mistral: ['k_proj', 'v_proj', 'down_proj'],
  phi3: ['qkv_proj', 'down_proj'],
  bert: ['key', 'value', 'output.dense'],
  roberta: ['key', 'value', 'output.dense'],
  gpt2: ['c_attn', 'mlp.c_proj'],
};
const otherDefaults = ['q_proj', 'v_proj', 'down_proj'];
/** Of feed-forward modules. */
const ends = ['down_proj', 'output.dense', 'mlp.c_proj'];

function defaultsOf({ family }: ModelShape): string[] {
  return [...(defaults[family] ?? otherDefaults)];
}

export const ia3Spec: MethodSpec<Ia3Options> = {
  id: 'ia3',
  title: 'IA3',
  summary: {
    en: 'Makes what flows through the model stronger or weaker, one number for each feature: very small files.',
    ja: 'モデルを流れる値を、特徴ごとに 1 つの数で強めたり弱めたりします。ファイルはごく小さくなります。',
  },
  suits: {
    goal: 'small',
    text: {
      en: 'Take it when the file must be tiny without any option, also for all layers. It merges into the model, and has no LoRA form for llama.cpp.',
      ja: '特別な設定なしで、すべての層に適用してもごく小さくしたいときに。モデルに統合できますが、llama.cpp 用の LoRA にはできません。',
    },
    source: peftComparison(
      'IA3 on all layers 45.5 %, 2.5 MB; LoRA r 32 47.8 %, 37 MB',
      '全層の IA3 は 45.5 %、2.5 MB。LoRA r 32 は 47.8 %、37 MB',
    ),
  },
  picture: { base: 'frozen', added: [column({ x: 84, width: 5 }, { role: 'trained', letter: 'l' })] },
  paper: 'https://arxiv.org/abs/2205.05638',
  peftType: 'IA3',
  words,
  capabilities: {
    plainLora: 'none',
    mergeable: true,
    servable: 'own',
    trains: 'adapter',
    quantisedBase: true,
    scalable: true,
    peft: '0.3',
    keeps: 'products',
    leanOptions: null,
  },
  options: ia3OptionsSchema,
  recommended,
  classification: {
    ...recommended,
    learningRates: { ...recommended.learningRates, head: { value: 5e-3, source: sources.loraXsGrid() } },
    epochs: { value: 10, source: sources.loraXsGlue() },
    batchSize: { value: 8, source: own },
  },
  defaultTargets: defaultsOf,
  fit(options, layers, _given, shape) {
    const targets = options.targets ?? defaultsOf(shape);
    // PEFT wants them among the targets as they are written.
    const written = typeof targets === 'string' ? moduleSuffixes(layers) : targets;
    return { ...options, targets, feedforward: options.feedforward ?? ends.filter((end) => written.includes(end)) };
  },
  check: () => [],
  tensors: (options, targets) =>
    targets.map((target) => {
      const ofInput = scalesInput(options, target);
      return layerTensor(target, vector, ofInput ? [1, target.inFeatures] : [target.outFeatures, 1], { initial: 1 });
    }),
  layerSize(shapeOf) {
    const [rows, columns] = shapeOf(vector) ?? [NaN, NaN];
    return rows === 1 ? { inFeatures: columns } : { outFeatures: rows };
  },
};

/** PEFT's rule: ends of names, also within a word, or a regular expression of the whole. */
export function scalesInput({ feedforward }: Ia3Options, { name }: Pick<LinearShape, 'name'>): boolean {
  if (feedforward === null) return false;
  if (typeof feedforward !== 'string') return feedforward.some((end) => name.endsWith(end));
  return fullMatch(parsePythonRegex(feedforward, 'feedforward'), name);
}
