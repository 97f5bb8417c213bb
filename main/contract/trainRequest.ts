/**
 * What a person asks for when they train: references and values as given, before anything is decided. The one schema:
 * procedures, the flags of the command line, the form's draft and `--config` files derive from it, words and all.
 */
import { z } from 'zod';
import { deviceNames } from '../backends/backendSpec.ts';
import { backendIds, backendSpecs, choiceName } from '../backends/registry.ts';
import { methodSpecs } from '../methods/registry.ts';
import { weightPrecisions } from './engine.ts';
import type { TrainingConfig } from './training.ts';

export const defaultMethod = 'vera';

/** The backends that are listed and not there. */
function notYet(before: string, between: string): string {
  const ids = backendSpecs.filter(({ computing }) => computing === null).map(({ id }) => id);
  return ids.length === 0 ? '' : `${before}${ids.join(between)}`;
}

/**
 * The shape alone: values are checked by the service against model, dataset and method, all problems at once. What is
 * `advanced` is of the machine, and the form shows it as its type asks for.
 */
export const trainRequestSchema = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(120)
    .optional()
    .meta({
      title: 'Name',
      description: 'Name of run and adapter',
      ja: { title: '名前', description: '学習ジョブとアダプターの名前' },
    }),
  /** Of this data folder, and in no file. */
  projectId: z.string().min(1).max(500).optional(),
  model: z.string().meta({
    title: 'Model',
    description: 'The base model to train on',
    ja: { title: 'モデル', description: '学習のもとにするモデル' },
  }),
  dataset: z.string().meta({
    title: 'Dataset',
    description: 'What to train with',
    ja: { title: 'データセット', description: '学習に使うもの' },
  }),
  evalDataset: z
    .string()
    .optional()
    .meta({
      title: 'Evaluation dataset',
      description: 'What to evaluate on, instead of a share of the dataset',
      ja: { title: '評価用データセット', description: 'データセットの一部の代わりに、評価に使うもの' },
    }),
  testDataset: z
    .string()
    .optional()
    .meta({
      title: 'Test dataset',
      description: 'What adapter and base are measured on once, at the end',
      ja: { title: 'テスト用データセット', description: '最後に一度、アダプターとベースの成績を測るもの' },
    }),
  /** Empty: that of the adapter to start from. */
  method: z.string().meta({
    title: 'Method',
    description: `${Object.keys(methodSpecs).join(', ')} (default: ${defaultMethod})`,
    ja: { title: '手法', description: `${Object.keys(methodSpecs).join('、')}（既定は ${defaultMethod}）` },
  }),
  methodOptions: z.record(z.string(), z.unknown()).default({}),
  targets: z
    .union([z.string(), z.array(z.string()).readonly()])
    .optional()
    .meta({
      title: 'Target modules',
      description: "Names or suffixes, a regular expression, or all-linear; empty: the model family's default",
      ja: {
        title: '対象モジュール',
        description: '名前や語尾、正規表現、または all-linear。空欄ならモデルの種類ごとの既定',
      },
    }),
  training: z.record(z.string(), z.unknown()).default({}),
  backend: z
    .enum(['auto', ...backendIds])
    .default('auto')
    .meta({
      title: 'Backend',
      description: `What computes; automatic takes the quickest that is here${notYet('; not available yet: ', ', ')}`,
      ja: {
        title: 'バックエンド',
        description: `計算に使うもの。自動なら、ここで最も速いものを使います${notYet('。未対応: ', '、')}`,
      },
      choiceNames: Object.fromEntries(backendSpecs.map((spec) => [spec.id, choiceName(spec)])),
      advanced: true,
    }),
  device: z
    .enum(deviceNames)
    .optional()
    .meta({
      title: 'Device',
      description: 'Where TensorFlow computes',
      ja: { title: 'デバイス', description: 'TensorFlow が計算する場所' },
      choiceNames: {
        cpu: { en: 'Processor', ja: 'プロセッサー' },
        cuda: { en: 'Graphics card (CUDA)', ja: 'グラフィックカード (CUDA)' },
      },
      advanced: true,
    }),
  precision: z
    .enum(weightPrecisions)
    .optional()
    .meta({
      title: 'Precision',
      description: 'In which the base is kept; int8 needs half the memory of bf16 and loses a little',
      ja: { title: '精度', description: 'ベースを保持する精度。int8 は bf16 の半分のメモリで、わずかに精度が落ちます' },
      advanced: true,
    }),
  threads: z
    .int()
    .min(1)
    .max(1024)
    .optional()
    .meta({
      title: 'Threads',
      description: 'Of the processor; empty: its physical cores',
      ja: { title: 'スレッド数', description: 'プロセッサーのスレッド。空欄なら物理コア数' },
      advanced: true,
    }),
  initAdapter: z
    .string()
    .optional()
    .meta({
      title: 'Started from',
      description: 'Adapter of the library, or PEFT folder, to start from; brings its options',
      ja: {
        title: '出発点のアダプター',
        description: 'ライブラリのアダプターか PEFT フォルダー。そのオプションを引き継ぎます',
      },
    }),
});

/** What a file says of a request, and flags. */
export const configurationSchema = trainRequestSchema.omit({ projectId: true });

export const backendRequestSchema = trainRequestSchema
  .pick({ backend: true, device: true, precision: true, threads: true })
  .partial();

type Shape = z.output<typeof trainRequestSchema>;

export type TrainRequest = Readonly<
  Omit<Shape, 'methodOptions' | 'training'> & {
    methodOptions: Readonly<Record<string, unknown>>;
    training: Partial<TrainingConfig>;
  }
>;

export type BackendRequest = Partial<Pick<TrainRequest, keyof z.output<typeof backendRequestSchema>>>;
