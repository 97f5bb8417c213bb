/**
 * Everything that decides what a training run does, apart from model and dataset. Flags of the command line, the form
 * and the engine all read this schema; learning rate and batch are optional here because each method recommends its
 * own.
 */
import { z } from 'zod';
import { described } from './fieldWords.ts';
import { taskKinds } from './labels.ts';
import { bestByNames } from './metrics.ts';
import { adamFields } from '../training/optimizers/adamw.ts';
import { partFields } from '../training/partFields.ts';
import type { NamedParts } from '../training/registry.ts';
import {
  callbacks,
  defaultOptimizer,
  defaultProcedure,
  optimizers,
  procedures,
  titlesOf,
} from '../training/registry.ts';

export const scheduleNames = ['linear', 'cosine', 'constant'] as const;

/** What a special token is that the text of a row spells. */
export const spellingKinds = ['text', 'special'] as const;
export type SpellingKind = (typeof spellingKinds)[number];

export const trainingSchema = z.strictObject({
  task: described(z.enum(taskKinds).optional(), {
    title: { en: 'Task', ja: 'タスク' },
    description: {
      en: 'Of an encoder: classes, or numbers to come near to; not given: numbers where labels have fractions',
      ja: 'エンコーダーが学ぶもの: クラス（classification）か数値（regression）。未指定なら小数のラベルは数値とみなします',
    },
  }),
  epochs: described(z.number().positive().optional(), {
    title: { en: 'Epochs', ja: 'エポック数' },
    description: {
      en: 'Passes over the training rows; ignored when steps are given',
      ja: '学習用の行を何回通すか。ステップ数を指定すると無視されます',
    },
  }),
  steps: described(z.int().positive().optional(), {
    title: { en: 'Steps', ja: 'ステップ数' },
    description: {
      en: 'Optimizer steps; wins over epochs',
      ja: 'オプティマイザーのステップ数。エポック数より優先されます',
    },
  }),
  batchSize: described(z.int().positive().max(4096).optional(), {
    title: { en: 'Batch size', ja: 'バッチサイズ' },
    description: { en: 'Rows per micro-batch', ja: 'マイクロバッチあたりの行数' },
  }),
  gradientAccumulation: described(z.int().positive().max(4096).default(1), {
    title: { en: 'Gradient accumulation', ja: '勾配累積' },
    description: { en: 'Micro-batches per optimizer step', ja: '1 ステップあたりのマイクロバッチ数' },
  }),
  maxLength: described(z.int().positive().max(131_072).optional(), {
    title: { en: 'Maximum length', ja: '最大長' },
    description: { en: 'Tokens a row is cut to', ja: '1 行をこのトークン数で切ります' },
  }),
  learningRate: described(z.number().positive().optional(), {
    title: { en: 'Learning rate', ja: '学習率' },
    description: { en: 'Peak learning rate of the default group', ja: '既定グループの最大学習率' },
  }),
  learningRates: described(z.record(z.string(), z.number().positive()).default({}), {
    title: { en: 'Learning rates by group', ja: 'グループ別の学習率' },
    description: { en: 'e.g. vectorBank and logits of VB-LoRA', ja: 'VB-LoRA の vectorBank や logits など' },
    advanced: true,
  }),
  headLearningRate: described(z.number().positive().optional(), {
    title: { en: 'Head learning rate', ja: 'ヘッドの学習率' },
    description: {
      en: 'Peak learning rate of the classification head of an encoder',
      ja: 'エンコーダーの分類ヘッドの最大学習率',
    },
  }),
  schedule: described(z.enum(scheduleNames).optional(), {
    title: { en: 'Schedule', ja: 'スケジュール' },
    description: { en: 'How the learning rate falls after warm-up', ja: 'ウォームアップ後の学習率の下げ方' },
    choiceNames: {
      linear: { en: 'linear', ja: '線形' },
      cosine: { en: 'cosine', ja: 'コサイン' },
      constant: { en: 'constant', ja: '一定' },
    },
  }),
  warmupSteps: described(z.int().nonnegative().optional(), {
    title: { en: 'Warm-up steps', ja: 'ウォームアップのステップ数' },
    description: {
      en: 'Steps of linear warm-up; wins over the ratio',
      ja: '線形ウォームアップのステップ数。割合より優先されます',
    },
    advanced: true,
  }),
  warmupRatio: described(z.number().min(0).max(1).optional(), {
    title: { en: 'Warm-up ratio', ja: 'ウォームアップの割合' },
    description: { en: 'Share of all steps', ja: '全ステップに対する割合' },
    advanced: true,
  }),
  weightDecay: described(z.number().nonnegative().optional(), {
    title: { en: 'Weight decay', ja: '重み減衰' },
    description: { en: 'Decoupled, as in AdamW', ja: 'AdamW と同じ分離型' },
    advanced: true,
  }),
  optimizer: described(z.enum(Object.keys(optimizers)).default(defaultOptimizer), {
    title: { en: 'Optimizer', ja: 'オプティマイザー' },
    description: { en: 'How a step follows from the gradients', ja: '勾配から更新を求める方法' },
    choiceNames: titlesOf(optimizers),
    advanced: true,
  }),
  ...adamFields,
  maxGradNorm: described(z.number().nonnegative().default(1), {
    title: { en: 'Gradient clipping', ja: '勾配クリッピング' },
    description: { en: 'Global norm; 0 turns it off', ja: '全体のノルム。0 でオフ' },
    advanced: true,
  }),
  seed: described(z.int().nonnegative().default(0), {
    title: { en: 'Seed', ja: 'シード' },
    description: { en: 'Of shuffling, dropout and initialisation', ja: 'シャッフル、ドロップアウト、初期化のシード' },
  }),
  shuffle: described(z.boolean().default(true), {
    title: { en: 'Shuffle', ja: 'シャッフル' },
    description: { en: 'New order each epoch, from the seed', ja: 'エポックごとにシードから新しい順序にします' },
  }),
  evaluationSplit: described(z.number().min(0).lt(1).default(0.05), {
    title: { en: 'Evaluation split', ja: '評価用の割合' },
    description: { en: 'Share of rows kept for evaluation', ja: '評価のために取り分ける行の割合' },
  }),
  splitSeed: described(z.int().nonnegative().default(0), {
    title: { en: 'Split seed', ja: '分割のシード' },
    description: {
      en: 'Of the choice of evaluation rows; apart from the seed, so that runs of other seeds judge the same rows',
      ja: '評価用の行を選ぶシード。学習のシードとは別なので、シードの違う学習も同じ行で評価されます',
    },
    advanced: true,
  }),
  specialTokens: described(z.enum(spellingKinds).default('text'), {
    title: { en: 'Special tokens in rows', ja: '行の中の特殊トークン' },
    description: {
      en: 'What a special token is that a row spells, such as an end of turn: ordinary text, or that token; plain text keeps its own',
      ja: '行の文中にある特殊トークンと同じ綴り（発話の終わりなど）を、普通の文字（text）とするか特殊トークン（special）とするか。プレーンテキストでは常に特殊トークンです',
    },
    choiceNames: {
      text: { en: 'ordinary text', ja: '普通の文字' },
      special: { en: 'special tokens', ja: '特殊トークン' },
    },
    advanced: true,
  }),
  evaluateEvery: described(z.int().nonnegative().default(0), {
    title: { en: 'Evaluate every', ja: '評価の間隔' },
    description: { en: 'Steps; 0 means ten times over the run', ja: 'ステップ数。0 なら全体で 10 回' },
  }),
  earlyStopPatience: described(z.int().nonnegative().default(0), {
    title: { en: 'Early stop', ja: '早期終了' },
    description: {
      en: 'Evaluations without improvement before stopping; 0 turns it off',
      ja: '改善のない評価が何回続いたら止めるか。0 でオフ',
    },
    advanced: true,
  }),
  keepBest: described(z.boolean().default(true), {
    title: { en: 'Keep best', ja: '最良を保持' },
    description: {
      en: 'Keep the adapter of the best evaluation rather than the last',
      ja: '最後ではなく、評価が最も良いアダプターを残します',
    },
    advanced: true,
  }),
  bestBy: described(z.enum(bestByNames).optional(), {
    title: { en: 'Best by', ja: '最良の基準' },
    description: {
      en: 'What the best evaluation is chosen by; a classification may name one of its metrics instead of the loss',
      ja: '最良の評価を選ぶ基準。分類では損失の代わりに指標を指定できます',
    },
    advanced: true,
  }),
  checkpointEvery: described(z.int().nonnegative().default(0), {
    title: { en: 'Checkpoint every', ja: 'チェックポイントの間隔' },
    description: { en: 'Steps; 0 means about once a minute', ja: 'ステップ数。0 なら約 1 分ごと' },
    advanced: true,
  }),
  recompute: described(z.boolean().default(false), {
    title: { en: 'Recompute', ja: '再計算' },
    description: {
      en: 'Recompute each block in the backward pass: less memory, about a third slower',
      ja: '逆伝播で各ブロックを計算し直します。メモリは減り、約 3 分の 1 遅くなります',
    },
    advanced: true,
  }),
  samplePrompts: described(z.array(z.string()).max(16).default([]), {
    title: { en: 'Sample prompts', ja: '試しの質問' },
    description: {
      en: 'Answered by base and adapter at each evaluation',
      ja: '評価のたびにベースとアダプターが答えます',
    },
    advanced: true,
  }),
  sampleTokens: described(z.int().nonnegative().max(1024).optional(), {
    title: { en: 'Sample length', ja: '試しの答えの長さ' },
    description: {
      en: 'Most tokens of an answer to a sample prompt; 0 leaves the answers away. If empty: 48, at the end 64',
      ja: '試しの質問への答えの最大トークン数。0 なら答えません。空なら 48、最後は 64',
    },
    advanced: true,
  }),
  procedure: described(z.enum(Object.keys(procedures)).default(defaultProcedure), {
    title: { en: 'Procedure', ja: '進め方' },
    description: { en: 'How the run is cut into stages', ja: '学習全体をどう区切るか' },
    choiceNames: titlesOf(procedures),
    advanced: true,
  }),
  callbacks: described(
    z
      .array(z.enum(Object.keys(callbacks)))
      .readonly()
      .optional(),
    {
      title: { en: 'Callbacks', ja: 'コールバック' },
      description: { en: 'What acts between steps', ja: 'ステップの間に働くもの' },
      advanced: true,
    },
  ),
  ...partFields,
});

export type TrainingConfig = z.infer<typeof trainingSchema>;

/**
 * Every value decided: what the engine gets and what a run's lineage keeps. Chosen parts of training have their options
 * here too.
 */
export interface ResolvedTraining
  extends Omit<TrainingConfig, 'splitSeed' | 'specialTokens' | keyof NamedParts>, NamedParts {
  /** Absent in runs made before it existed: all that their rows spell was special. */
  readonly specialTokens?: SpellingKind | undefined;
  /** Absent in runs made before it existed: they keep the split that follows from `seed`. */
  readonly splitSeed?: number | undefined;
  readonly steps: number;
  readonly batchSize: number;
  readonly maxLength: number;
  readonly learningRates: Readonly<Record<string, number>>; // every group of the method, `default` among them
  readonly schedule: (typeof scheduleNames)[number];
  readonly warmupSteps: number;
  readonly weightDecay: number;
  readonly evaluateEvery: number;
  readonly checkpointEvery: number;
}
