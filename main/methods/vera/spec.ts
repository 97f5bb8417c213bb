/**
 * VeRA (Kopiczko et al. 2024, arXiv 2310.11454): ΔW = diag(b) B diag(d) A with A and B random, frozen and shared by all
 * layers. Trained are d (rank) and b (out) of each layer, so Σ (out + r) numbers. There is no alpha. The paper's
 * ablations are options: one of the vectors alone, other first values of A and B, a pair for each layer.
 */
import { z } from 'zod';
import type { LinearShape } from '../../contract/families/family.ts';
import { type Problem, problemOf } from '../../contract/errors.ts';
import { wordsOf } from '../../contract/words/words.ts';
import type { MethodSpec } from '../methodSpec.ts';
import { dropoutOption, rankOption, targetOptions } from '../commonOptions.ts';
import { option, unlessUsual } from '../optionTable.ts';
import { column, row } from '../picture.ts';
import { layerTensor, sharedTensor, type TensorSpec } from '../tensorSpec.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';

const paper = sources.vera();
const glue = sources.veraSst();
const notebook = sources.veraNotebook();

/** Of tensors: of a module after its path, of all of them whole. */
export const vectorB = '.vera_lambda_b'; // (out)
export const vectorD = '.vera_lambda_d'; // (rank)
export const matrixA = 'vera_A'; // (rank, inMax)
export const matrixB = 'vera_B'; // (outMax, rank)

/** Of layers that have a pair of their own, after the path of the module. */
export const ownA = `.${matrixA}`; // (rank, in)
export const ownB = `.${matrixB}`; // (out, rank)

const words = wordsOf('vera', {
  mustBeSaved: {
    en: 'No reader draws these projections again: leave their saving on, or choose kaimingUniform for all layers.',
    ja: 'この射影は読み手が引き直せません。保存をオンのままにするか、全層共通の kaimingUniform を選んでください。',
  },
});

export const veraOptionsSchema = z.strictObject({
  rank: rankOption(256, true),
  dInitial: option(z.number().default(0.1), {
    title: { en: 'Initial d', ja: 'd の初期値' },
    description: {
      en: 'Value that d starts from; 1.0 trains badly',
      ja: 'd の最初の値。1.0 ではうまく学習できません',
    },
    advanced: true,
    stored: 'd_initial',
  }),
  projectionKey: option(z.int().nonnegative().default(0), {
    title: { en: 'Projection key', ja: '射影キー' },
    description: { en: 'Seed of the shared projections A and B', ja: '共有する射影 A と B のシード' },
    advanced: true,
    stored: 'projection_prng_key',
  }),
  saveProjection: option(z.boolean().default(true), {
    title: { en: 'Save projections', ja: '射影を保存' },
    description: {
      en: 'Write A and B into the file: larger, and independent of the generator',
      ja: 'A と B もファイルに書きます。大きくなりますが、生成器に依存しません',
    },
    advanced: true,
    stored: 'save_projection',
  }),
  initWeights: option(z.boolean().default(true), {
    title: { en: 'Standard initialisation', ja: '標準の初期化' },
    description: {
      en: 'Off: b of ones and d random, for debugging only',
      ja: 'オフは b を 1、d を乱数にします（デバッグ用）',
    },
    advanced: true,
    stored: 'init_weights',
  }),
  trains: option(z.enum(['both', 'd', 'b']).default('both'), {
    title: { en: 'Trained vectors', ja: '学習するベクトル' },
    description: {
      en: 'One of them alone is worse in the paper; d alone stands before b of ones and starts at 0',
      ja: '片方だけでは論文の結果は下がります。d だけの場合、b は 1 に固定し、d は 0 から始めます',
    },
    advanced: true,
    stored: 'graft_trains',
    ...unlessUsual<'both' | 'd' | 'b'>('both'),
  }),
  projectionInit: option(z.enum(['kaimingUniform', 'kaimingNormal', 'uniform01']).default('kaimingUniform'), {
    title: { en: 'Values of the projections', ja: '射影の値' },
    description: {
      en: 'How A and B are drawn; uniform01: between 0 and 0.1, far worse in the paper. PEFT below 0.21 draws the first alone',
      ja: 'A と B の引き方。uniform01 は 0～0.1 で、論文の結果は大きく下がります。0.21 より前の PEFT は 1 つ目しか引けません',
    },
    advanced: true,
    stored: 'graft_projection_init',
    ...unlessUsual<'kaimingUniform' | 'kaimingNormal' | 'uniform01'>('kaimingUniform'),
  }),
  sharing: option(z.enum(['all', 'layer']).default('all'), {
    title: { en: 'Projections of', ja: '射影の共有' },
    description: {
      en: 'One pair for all layers, or a pair for each: about as good in the paper, a far larger file that PEFT cannot read',
      ja: '全層で 1 組か、層ごとに 1 組か。論文ではほぼ同等ですが、ファイルはずっと大きく、PEFT では読めません',
    },
    advanced: true,
    stored: 'graft_sharing',
    ...unlessUsual<'all' | 'layer'>('all'),
  }),
  dropout: dropoutOption('vera_dropout'),
  ...targetOptions,
});

export type VeraOptions = z.infer<typeof veraOptionsSchema>;

export const veraSpec: MethodSpec<VeraOptions> = {
  id: 'vera',
  title: 'VeRA',
  summary: {
    en: 'Trains two small vectors per layer over shared random matrices: very few numbers to learn.',
    ja: '共有する乱数の行列の上で、層ごとに小さなベクトル 2 本だけを学習します。覚える数はごくわずかです。',
  },
  suits: {
    goal: 'small',
    text: {
      en: "Take it for many small adapters of one model: they share their random matrices. Its answers to tasks of understanding are near LoRA's; in arithmetic it falls behind.",
      ja: '1 つのモデルに小さなアダプターをたくさん作るときに。乱数の行列を共有します。文の理解では LoRA に近く、計算問題では劣ります。',
    },
    source: {
      en: 'VeRA paper, GLUE with RoBERTa-base: 85.2 with 0.043 M numbers, LoRA 86.6 with 0.3 M; PEFT on GSM8K: 35.4 %, LoRA 47.8 %',
      ja: 'VeRA の論文、RoBERTa-base での GLUE: 0.043 M 個で 85.2、LoRA は 0.3 M 個で 86.6。PEFT の GSM8K: 35.4 %、LoRA 47.8 %',
    },
  },
  picture: {
    base: 'frozen',
    added: [
      column({ x: 80, width: 5 }, { role: 'trained' }),
      column({ x: 90, width: 16 }, { role: 'shared', letter: 'B' }),
      row({ x: 111, width: 5 }, { role: 'trained' }),
      row({ x: 121, width: 44 }, { role: 'shared', letter: 'A' }),
    ],
  },
  paper: 'https://arxiv.org/abs/2310.11454',
  peftType: 'VERA',
  ownType: 'GRAFT_VERA',
  words,
  capabilities: {
    plainLora: 'exact',
    mergeable: true,
    servable: 'rows',
    trains: 'adapter',
    quantisedBase: true,
    scalable: true,
    peft: '0.12',
    keeps: 'products',
    leanOptions: { saveProjection: false },
  },
  otherwise: (options) => ({
    ...(options.sharing === 'layer' && { peft: null }),
    ...(!isDrawnByPeft(options) && { leanOptions: null }),
  }),
  options: veraOptionsSchema,
  recommended: {
    learningRates: { default: { value: 4e-3, source: sources.tenTimes({ source: paper }) } },
    epochs: { value: 3, source: sources.alpacaAndVera() },
    schedule: { value: 'cosine', source: paper },
    warmupRatio: { value: 0.1, source: paper },
    batchSize: { value: 4, source: sources.fourTimes({ source: paper }) },
    maxLength: { value: 512, source: sources.veraGlue() },
    weightDecay: { value: 0, source: sources.noneInVeraTuning() },
  },
  classification: {
    learningRates: { default: { value: 2e-2, source: notebook }, head: { value: 1e-2, source: notebook } },
    epochs: { value: 10, source: sources.loraXsGlue() },
    schedule: { value: 'linear', source: glue },
    warmupRatio: { value: 0.06, source: glue },
    batchSize: { value: 8, source: sources.fewer({ source: glue, size: 64 }) },
    maxLength: { value: 512, source: glue },
    weightDecay: { value: 0, source: sources.noneInVera() },
  },
  fit: (options, _targets, given) =>
    options.trains === 'd' && !given.includes('dInitial') ? { ...options, dInitial: 0 } : options,
  check: (options): readonly Problem[] =>
    options.saveProjection || isDrawnByPeft(options) ? [] : [problemOf('saveProjection', words.mustBeSaved())],
  tensors(options, targets) {
    const { rank, dInitial, initWeights } = options;
    const vector = (name: 'b' | 'd', initial: number) =>
      isTrained(options, name) ? { initial: initWeights ? initial : null } : ({ role: 'frozen' } as const);
    return [
      ...targets.flatMap((target) => [
        layerTensor(target, vectorB, [target.outFeatures], vector('b', 0)),
        layerTensor(target, vectorD, [rank], vector('d', dInitial)),
      ]),
      ...projections(options, targets),
    ];
  },
};

export function isTrained({ trains }: Pick<VeraOptions, 'trains'>, vector: 'b' | 'd'): boolean {
  return trains === 'both' || trains === vector;
}

/** Whether every PEFT draws the projections from the key as they are. */
export function isDrawnByPeft({ projectionInit, sharing }: VeraOptions): boolean {
  return projectionInit === 'kaimingUniform' && sharing === 'all';
}

function projections({ rank, saveProjection, sharing }: VeraOptions, targets: readonly LinearShape[]): TensorSpec[] {
  if (sharing === 'layer') {
    return targets.flatMap((target) => [
      layerTensor(target, ownA, [rank, target.inFeatures], { role: 'frozen' }),
      layerTensor(target, ownB, [target.outFeatures, rank], { role: 'frozen' }),
    ]);
  }
  const { inMax, outMax } = projectionSize(targets);
  const projection = { role: 'frozen', stored: saveProjection ? 'whole' : 'drawn' } as const;
  return [sharedTensor(matrixA, [rank, inMax], projection), sharedTensor(matrixB, [outMax, rank], projection)];
}

/**
 * Largest input and output of the targets: A is (rank, inMax), B is (outMax, rank); each layer takes the leading part.
 */
export function projectionSize(targets: readonly LinearShape[]): { readonly inMax: number; readonly outMax: number } {
  return {
    inMax: targets.reduce((most, { inFeatures }) => Math.max(most, inFeatures), 0),
    outMax: targets.reduce((most, { outFeatures }) => Math.max(most, outFeatures), 0),
  };
}
