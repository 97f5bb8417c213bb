/**
 * VB-LoRA (Li et al. 2024, arXiv 2405.15179): both low-rank factors are cut into sub-vectors of length b, each a
 * mixture of the k best of h vectors in one bank shared by everything. Trained: the bank and h logits per sub-vector.
 * The small figures of the paper are what is stored, not what is trained. Other selections than top-k, the paper's
 * ablations, are for training alone: what is evaluated, used and stored is top-k.
 */
import { z } from 'zod';
import { type Problem, problemOf } from '../../contract/errors.ts';
import type { LinearShape } from '../../contract/families/family.ts';
import type { MethodSpec } from '../methodSpec.ts';
import { dropoutOption, excludeOption, rankOption, targetOptions } from '../commonOptions.ts';
import { option, unlessUsual } from '../optionTable.ts';
import type { Picture } from '../picture.ts';
import { layerTensor, sharedTensor, type TensorSpec } from '../tensorSpec.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import { targetWords } from '../../contract/words/targets.ts';

const paper = sources.vbloraTuning();
const glue = sources.vbloraSst();
const smallBank = sources.measuredBank();

export const bankName = 'vblora_vector_bank'; // (h, b)
/** Of tensors, after the path of their module. */
export const logitsA = '.vblora_logits_A'; // (r, in/b, h)
export const logitsB = '.vblora_logits_B'; // (out/b, r, h)
/** After those, where the file has the k largest alone. */
export const indicesSuffix = '_topk_indices'; // (…, k)
export const weightsSuffix = '_topk_weights'; // (…, k - 1)

/** What chooses the vectors of a sub-vector while it learns. */
const selections = ['topk', 'noisy', 'gumbel', 'straightThrough'] as const;

export const vbloraOptionsSchema = z.strictObject({
  rank: rankOption(4, true),
  numVectors: option(z.int().positive().max(16_777_216).default(256), {
    title: { en: 'Vectors', ja: 'ベクトル数' },
    description: { en: 'Size h of the shared vector bank', ja: '共有ベクトルバンクの大きさ h' },
    stored: 'num_vectors',
  }),
  vectorLength: option(z.int().positive().default(256), {
    title: { en: 'Vector length', ja: 'ベクトル長' },
    description: {
      en: "Length b of a bank vector; must divide every target layer's input and output; not given: the longest up to 256 that does",
      ja: 'バンクのベクトルの長さ b。対象のすべての層の入力と出力を割り切る必要があります。空欄なら 256 以下で最長のもの',
    },
    stored: 'vector_length',
  }),
  topk: option(z.int().positive().default(2), {
    title: { en: 'Top-k', ja: 'Top-k' },
    description: {
      en: 'Bank vectors mixed into each sub-vector',
      ja: '部分ベクトルごとに混ぜるバンクのベクトル数',
    },
    stored: 'topk',
  }),
  saveOnlyTopkWeights: option(z.boolean().default(false), {
    title: { en: 'Save top-k only', ja: 'Top-k のみ保存' },
    description: {
      en: 'A much smaller file that cannot be trained further',
      ja: 'ファイルはずっと小さくなりますが、続きの学習はできません',
    },
    advanced: true,
    stored: 'save_only_topk_weights',
  }),
  initVectorBankBound: option(z.number().positive().default(0.02), {
    title: { en: 'Bank bound', ja: 'バンクの範囲' },
    description: {
      en: 'The bank starts uniform between minus and plus this',
      ja: 'バンクの初期値は ± この値の一様乱数',
    },
    advanced: true,
    stored: 'init_vector_bank_bound',
  }),
  initLogitsStd: option(z.number().nonnegative().default(0.1), {
    title: { en: 'Logits deviation', ja: 'ロジットの標準偏差' },
    description: { en: 'Standard deviation of the first logits', ja: 'ロジットの初期値の標準偏差' },
    advanced: true,
    stored: 'init_logits_std',
  }),
  selection: option(z.enum(selections).default('topk'), {
    title: { en: 'Selection while training', ja: '学習中の選び方' },
    description: {
      en: 'noisy: top-k of logits with noise; gumbel: a soft sample of all; straightThrough: top-k, learned as that; all worse in the paper; what is used afterwards is top-k',
      ja: 'noisy: ノイズを足したロジットの top-k。gumbel: 全体からのなめらかな抽出。straightThrough: 値は top-k、勾配はその抽出のもの。論文ではいずれも劣ります。学習後は top-k で使います',
    },
    advanced: true,
    stored: 'graft_selection',
    ...unlessUsual<(typeof selections)[number]>('topk'),
  }),
  selectionNoise: option(z.number().positive().max(1000).default(1), {
    title: { en: 'Noise of the selection', ja: '選択のノイズ' },
    description: {
      en: 'Standard deviation of what noisy adds to the logits',
      ja: 'noisy がロジットに足すノイズの標準偏差',
    },
    advanced: true,
    stored: 'graft_selection_noise',
    ...unlessUsual(1),
  }),
  selectionTemperature: option(z.number().positive().max(1000).default(1), {
    title: { en: 'Temperature of the selection', ja: '選択の温度' },
    description: {
      en: 'Of the samples of gumbel and straightThrough: lower is nearer to one vector',
      ja: 'gumbel と straightThrough の抽出の温度。低いほど 1 本のベクトルに近づきます',
    },
    advanced: true,
    stored: 'graft_selection_temperature',
    ...unlessUsual(1),
  }),
  dropout: dropoutOption('vblora_dropout'),
  ...excludeOption,
  ...targetOptions,
});

export type VbloraOptions = z.infer<typeof vbloraOptionsSchema>;

export const vbloraSpec: MethodSpec<VbloraOptions> = {
  id: 'vblora',
  title: 'VB-LoRA',
  summary: {
    en: 'Builds every update from one small bank of shared vectors: tiny files, quality near LoRA.',
    ja: '1 つの小さなベクトルバンクからすべての更新を組み立てます。ファイルはごく小さく、品質は LoRA に近くなります。',
  },
  suits: {
    goal: 'small',
    text: {
      en: "Take it when the file must be tiny and many layers are adapted: the bank is paid for once, and with “Save top-k only” the rest is next to nothing. Training is slower than LoRA's.",
      ja: 'ファイルをごく小さくし、多くの層に適用するときに。バンクは 1 つで足り、「Top-k のみ保存」にすると残りはごくわずかです。学習は LoRA より遅くなります。',
    },
    source: {
      en: 'VB-LoRA paper: GLUE with RoBERTa-large 88.2 with 0.024 M numbers, LoRA 87.8 with 0.8 M; 15 to 20 % slower than LoRA',
      ja: 'VB-LoRA の論文: RoBERTa-large での GLUE は 0.024 M 個で 88.2、LoRA は 0.8 M 個で 87.8。LoRA より 15～20 % 遅い',
    },
  },
  picture: drawBank(),
  paper: 'https://arxiv.org/abs/2405.15179',
  peftType: 'VBLORA',
  capabilities: {
    plainLora: 'exact',
    mergeable: true,
    servable: 'factors',
    trains: 'adapter',
    quantisedBase: true,
    scalable: true,
    peft: '0.13',
    keeps: 'inputs',
    leanOptions: null,
  },
  smallerFile: {
    options: { saveOnlyTopkWeights: true },
    cost: {
      en: 'with “Save top-k only”, after which it cannot be trained further',
      ja: '「Top-k のみ保存」の場合。続きの学習はできません',
    },
  },
  options: vbloraOptionsSchema,
  recommended: {
    learningRates: {
      default: { value: 1e-3, source: sources.vbloraAsBank() },
      vectorBank: { value: 1e-3, source: sources.vblora() },
      logits: { value: 1e-2, source: sources.vblora() },
    },
    epochs: { value: 3, source: sources.alpacaAndVera() },
    schedule: { value: 'linear', source: paper },
    warmupRatio: { value: 0.1, source: paper },
    batchSize: { value: 4, source: sources.fourTimes({ source: paper }) },
    maxLength: { value: 512, source: sources.vbloraGlue() },
    weightDecay: { value: 0, source: sources.vbloraCode() },
  },
  classification: {
    learningRates: {
      default: { value: 5e-3, source: smallBank },
      vectorBank: { value: 5e-3, source: smallBank },
      logits: { value: 1e-2, source: glue },
      head: { value: 2e-2, source: sources.vbloraHead() },
    },
    epochs: { value: 10, source: sources.loraXsGlue() },
    schedule: { value: 'linear', source: glue },
    warmupRatio: { value: 0.06, source: glue },
    batchSize: { value: 8, source: sources.fewer({ source: glue, size: 32 }) },
    maxLength: { value: 512, source: glue },
    weightDecay: { value: 0, source: sources.vbloraCode() },
  },
  fit: fitVectorLength,
  check: checkSizes,
  tensors(options, targets) {
    const { rank, numVectors, vectorLength } = options;
    return [
      sharedTensor(bankName, [numVectors, vectorLength], { group: 'vectorBank' }),
      ...targets.flatMap((target) => [
        logitsTensor(options, target, logitsA, [rank, target.inFeatures / vectorLength]),
        logitsTensor(options, target, logitsB, [target.outFeatures / vectorLength, rank]),
      ]),
    ];
  },
};

/** `places`: the sub-vectors', to each of which belong h logits; of them the file may hold the k largest alone. */
function logitsTensor(
  { numVectors, topk, saveOnlyTopkWeights }: VbloraOptions,
  target: LinearShape,
  suffix: string,
  places: readonly number[],
): TensorSpec {
  const whole = layerTensor(target, suffix, [...places, numVectors], { group: 'logits' });
  if (!saveOnlyTopkWeights) return whole;
  return {
    ...whole,
    stored: [
      { key: whole.key + indicesSuffix, shape: [...places, topk], dtype: topkIndexType(numVectors) },
      { key: whole.key + weightsSuffix, shape: [...places, topk - 1], dtype: 'F32' },
    ],
  };
}

/** Type of stored bank indices as PEFT chooses it: 256 vectors, the default, already take two bytes. */
export function topkIndexType(numVectors: number): 'U8' | 'I16' | 'I32' {
  if (numVectors < 2 ** 8) return 'U8';
  return numVectors < 2 ** 15 ? 'I16' : 'I32';
}

/** The longest vector up to the default that divides every layer. */
function fitVectorLength(
  options: VbloraOptions,
  targets: readonly LinearShape[],
  given: readonly string[],
): VbloraOptions {
  if (given.includes('vectorLength')) return options;
  const lengths = divisors(commonDivisor(targets));
  return { ...options, vectorLength: lengths.find((length) => length <= options.vectorLength) ?? options.vectorLength };
}

function commonDivisor(targets: readonly LinearShape[]): number {
  return targets.flatMap(({ inFeatures, outFeatures }) => [inFeatures, outFeatures]).reduce(greatestCommonDivisor, 0);
}

function checkSizes(
  { topk, numVectors, vectorLength }: VbloraOptions,
  targets: readonly LinearShape[],
): readonly Problem[] {
  const problems: Problem[] = [];
  if (topk > numVectors) problems.push(problemOf('topk', targetWords.topk({ topk, vectors: numVectors })));
  const sizes = [...new Set(targets.flatMap(({ inFeatures, outFeatures }) => [inFeatures, outFeatures]))];
  const misfits = sizes.filter((size) => size % vectorLength !== 0);
  if (misfits.length > 0) {
    const fitting = divisors(sizes.reduce(greatestCommonDivisor, 0)).slice(0, 6);
    const reason = targetWords.vectorLength({
      length: vectorLength,
      sizes: misfits.join(', '),
      fitting: fitting.join(', '),
    });
    problems.push(problemOf('vectorLength', reason));
  }
  return problems;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** All divisors, largest first. */
function divisors(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => n - i).filter((each) => n % each === 0);
}

/** The bank above, of which each sub-vector below mixes some. */
function drawBank(): Picture {
  const picked = [1, 4, 6];
  const bankAt = (index: number): number => 82 + index * 10.6;
  const mixedAt = (place: number): number => 86 + place * 26;
  const bank = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => ({
    ...{ x: bankAt(index), y: 4, width: 7.4, height: 18, role: 'trained' as const },
    opacity: picked.includes(index) ? 1 : 0.35,
  }));
  const mixed = picked.map((_, place) => ({
    ...{ x: mixedAt(place), y: 42, width: 24, height: 20, role: 'trained' as const },
    opacity: 0.75,
  }));
  const threads = picked.map((index, place) => ({
    from: [bankAt(index) + 3.7, 23] as const,
    to: [mixedAt(place) + 12, 41] as const,
  }));
  return { base: 'frozen', added: [...bank, ...mixed], threads };
}
