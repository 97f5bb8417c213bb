/**
 * Everything that decides what a training run does, apart from model and dataset. Flags of the command line, the form
 * and the engine all read this schema; learning rate and batch are optional here because each method recommends its
 * own.
 */
import { z } from 'zod';
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
  task: z
    .enum(taskKinds)
    .optional()
    .meta({
      title: 'Task',
      description: 'Of an encoder: classes, or numbers to come near to; not given: numbers where labels have fractions',
      ja: {
        title: 'タスク',
        description:
          'エンコーダーが学ぶもの: クラス（classification）か数値（regression）。未指定なら小数のラベルは数値とみなします',
      },
    }),
  epochs: z
    .number()
    .positive()
    .optional()
    .meta({
      title: 'Epochs',
      description: 'Passes over the training rows; ignored when steps are given',
      ja: { title: 'エポック数', description: '学習用の行を何回通すか。ステップ数を指定すると無視されます' },
    }),
  steps: z
    .int()
    .positive()
    .optional()
    .meta({
      title: 'Steps',
      description: 'Optimizer steps; wins over epochs',
      ja: { title: 'ステップ数', description: 'オプティマイザーのステップ数。エポック数より優先されます' },
    }),
  batchSize: z
    .int()
    .positive()
    .max(4096)
    .optional()
    .meta({
      title: 'Batch size',
      description: 'Rows per micro-batch',
      ja: { title: 'バッチサイズ', description: 'マイクロバッチあたりの行数' },
    }),
  gradientAccumulation: z
    .int()
    .positive()
    .max(4096)
    .default(1)
    .meta({
      title: 'Gradient accumulation',
      description: 'Micro-batches per optimizer step',
      ja: { title: '勾配累積', description: '1 ステップあたりのマイクロバッチ数' },
    }),
  maxLength: z
    .int()
    .positive()
    .max(131_072)
    .optional()
    .meta({
      title: 'Maximum length',
      description: 'Tokens a row is cut to',
      ja: { title: '最大長', description: '1 行をこのトークン数で切ります' },
    }),
  learningRate: z
    .number()
    .positive()
    .optional()
    .meta({
      title: 'Learning rate',
      description: 'Peak learning rate of the default group',
      ja: { title: '学習率', description: '既定グループの最大学習率' },
    }),
  learningRates: z
    .record(z.string(), z.number().positive())
    .default({})
    .meta({
      title: 'Learning rates by group',
      description: 'e.g. vectorBank and logits of VB-LoRA',
      ja: { title: 'グループ別の学習率', description: 'VB-LoRA の vectorBank や logits など' },
      advanced: true,
    }),
  headLearningRate: z
    .number()
    .positive()
    .optional()
    .meta({
      title: 'Head learning rate',
      description: 'Peak learning rate of the classification head of an encoder',
      ja: { title: 'ヘッドの学習率', description: 'エンコーダーの分類ヘッドの最大学習率' },
    }),
  schedule: z
    .enum(scheduleNames)
    .optional()
    .meta({
      title: 'Schedule',
      description: 'How the learning rate falls after warm-up',
      choiceNames: {
        linear: { en: 'linear', ja: '線形' },
        cosine: { en: 'cosine', ja: 'コサイン' },
        constant: { en: 'constant', ja: '一定' },
      },
      ja: { title: 'スケジュール', description: 'ウォームアップ後の学習率の下げ方' },
    }),
  warmupSteps: z
    .int()
    .nonnegative()
    .optional()
    .meta({
      title: 'Warm-up steps',
      description: 'Steps of linear warm-up; wins over the ratio',
      ja: { title: 'ウォームアップのステップ数', description: '線形ウォームアップのステップ数。割合より優先されます' },
      advanced: true,
    }),
  warmupRatio: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({
      title: 'Warm-up ratio',
      description: 'Share of all steps',
      ja: { title: 'ウォームアップの割合', description: '全ステップに対する割合' },
      advanced: true,
    }),
  weightDecay: z
    .number()
    .nonnegative()
    .optional()
    .meta({
      title: 'Weight decay',
      description: 'Decoupled, as in AdamW',
      ja: { title: '重み減衰', description: 'AdamW と同じ分離型' },
      advanced: true,
    }),
  optimizer: z
    .enum(Object.keys(optimizers))
    .default(defaultOptimizer)
    .meta({
      title: 'Optimizer',
      description: 'How a step follows from the gradients',
      ja: { title: 'オプティマイザー', description: '勾配から更新を求める方法' },
      choiceNames: titlesOf(optimizers),
      advanced: true,
    }),
  ...adamFields,
  maxGradNorm: z
    .number()
    .nonnegative()
    .default(1)
    .meta({
      title: 'Gradient clipping',
      description: 'Global norm; 0 turns it off',
      ja: { title: '勾配クリッピング', description: '全体のノルム。0 でオフ' },
      advanced: true,
    }),
  seed: z
    .int()
    .nonnegative()
    .default(0)
    .meta({
      title: 'Seed',
      description: 'Of shuffling, dropout and initialisation',
      ja: { title: 'シード', description: 'シャッフル、ドロップアウト、初期化のシード' },
    }),
  shuffle: z
    .boolean()
    .default(true)
    .meta({
      title: 'Shuffle',
      description: 'New order each epoch, from the seed',
      ja: { title: 'シャッフル', description: 'エポックごとにシードから新しい順序にします' },
    }),
  evaluationSplit: z
    .number()
    .min(0)
    .lt(1)
    .default(0.05)
    .meta({
      title: 'Evaluation split',
      description: 'Share of rows kept for evaluation',
      ja: { title: '評価用の割合', description: '評価のために取り分ける行の割合' },
    }),
  splitSeed: z
    .int()
    .nonnegative()
    .default(0)
    .meta({
      title: 'Split seed',
      description:
        'Of the choice of evaluation rows; apart from the seed, so that runs of other seeds judge the same rows',
      ja: {
        title: '分割のシード',
        description: '評価用の行を選ぶシード。学習のシードとは別なので、シードの違う学習も同じ行で評価されます',
      },
      advanced: true,
    }),
  specialTokens: z
    .enum(spellingKinds)
    .default('text')
    .meta({
      title: 'Special tokens in rows',
      description:
        'What a special token is that a row spells, such as an end of turn: ordinary text, or that token; plain text keeps its own',
      choiceNames: {
        text: { en: 'ordinary text', ja: '普通の文字' },
        special: { en: 'special tokens', ja: '特殊トークン' },
      },
      ja: {
        title: '行の中の特殊トークン',
        description:
          '行の文中にある特殊トークンと同じ綴り（発話の終わりなど）を、普通の文字（text）とするか特殊トークン（special）とするか。プレーンテキストでは常に特殊トークンです',
      },
      advanced: true,
    }),
  evaluateEvery: z
    .int()
    .nonnegative()
    .default(0)
    .meta({
      title: 'Evaluate every',
      description: 'Steps; 0 means ten times over the run',
      ja: { title: '評価の間隔', description: 'ステップ数。0 なら全体で 10 回' },
    }),
  earlyStopPatience: z
    .int()
    .nonnegative()
    .default(0)
    .meta({
      title: 'Early stop',
      description: 'Evaluations without improvement before stopping; 0 turns it off',
      ja: { title: '早期終了', description: '改善のない評価が何回続いたら止めるか。0 でオフ' },
      advanced: true,
    }),
  keepBest: z
    .boolean()
    .default(true)
    .meta({
      title: 'Keep best',
      description: 'Keep the adapter of the best evaluation rather than the last',
      ja: { title: '最良を保持', description: '最後ではなく、評価が最も良いアダプターを残します' },
      advanced: true,
    }),
  bestBy: z
    .enum(bestByNames)
    .optional()
    .meta({
      title: 'Best by',
      description:
        'What the best evaluation is chosen by; a classification may name one of its metrics instead of the loss',
      ja: { title: '最良の基準', description: '最良の評価を選ぶ基準。分類では損失の代わりに指標を指定できます' },
      advanced: true,
    }),
  checkpointEvery: z
    .int()
    .nonnegative()
    .default(0)
    .meta({
      title: 'Checkpoint every',
      description: 'Steps; 0 means about once a minute',
      ja: { title: 'チェックポイントの間隔', description: 'ステップ数。0 なら約 1 分ごと' },
      advanced: true,
    }),
  recompute: z
    .boolean()
    .default(false)
    .meta({
      title: 'Recompute',
      description: 'Recompute each block in the backward pass: less memory, about a third slower',
      ja: {
        title: '再計算',
        description: '逆伝播で各ブロックを計算し直します。メモリは減り、約 3 分の 1 遅くなります',
      },
      advanced: true,
    }),
  samplePrompts: z
    .array(z.string())
    .max(16)
    .default([])
    .meta({
      title: 'Sample prompts',
      description: 'Answered by base and adapter at each evaluation',
      ja: { title: '試しの質問', description: '評価のたびにベースとアダプターが答えます' },
      advanced: true,
    }),
  procedure: z
    .enum(Object.keys(procedures))
    .default(defaultProcedure)
    .meta({
      title: 'Procedure',
      description: 'How the run is cut into stages',
      ja: { title: '進め方', description: '学習全体をどう区切るか' },
      choiceNames: titlesOf(procedures),
      advanced: true,
    }),
  callbacks: z
    .array(z.enum(Object.keys(callbacks)))
    .readonly()
    .optional()
    .meta({
      title: 'Callbacks',
      description: 'What acts between steps',
      ja: { title: 'コールバック', description: 'ステップの間に働くもの' },
      advanced: true,
    }),
  ...partFields,
});

export type TrainingConfig = z.infer<typeof trainingSchema>;

/** Every value decided: what the engine gets and what a run's lineage keeps. */
/** Chosen parts of training have their options here too. */
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
