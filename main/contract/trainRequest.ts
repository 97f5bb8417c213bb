/**
 * What a person asks for when they train: references and values as given, before anything is decided. The one schema:
 * procedures, the flags of the command line, the form's draft and `--config` files derive from it, words and all.
 */
import { z } from 'zod';
import { described } from './fieldWords.ts';
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
  name: described(z.string().trim().min(1).max(120).optional(), {
    title: { en: 'Name', ja: '名前' },
    description: { en: 'Name of run and adapter', ja: '学習ジョブとアダプターの名前' },
  }),
  /** Of this data folder, and in no file. */
  projectId: z.string().min(1).max(500).optional(),
  model: described(z.string(), {
    title: { en: 'Model', ja: 'モデル' },
    description: { en: 'The base model to train on', ja: '学習のもとにするモデル' },
  }),
  dataset: described(z.string(), {
    title: { en: 'Dataset', ja: 'データセット' },
    description: { en: 'What to train with', ja: '学習に使うもの' },
  }),
  evalDataset: described(z.string().optional(), {
    title: { en: 'Evaluation dataset', ja: '評価用データセット' },
    description: {
      en: 'What to evaluate on, instead of a share of the dataset',
      ja: 'データセットの一部の代わりに、評価に使うもの',
    },
  }),
  testDataset: described(z.string().optional(), {
    title: { en: 'Test dataset', ja: 'テスト用データセット' },
    description: {
      en: 'What adapter and base are measured on once, at the end',
      ja: '最後に一度、アダプターとベースの成績を測るもの',
    },
  }),
  /** Empty: that of the adapter to start from. */
  method: described(z.string(), {
    title: { en: 'Method', ja: '手法' },
    description: {
      en: `${Object.keys(methodSpecs).join(', ')} (default: ${defaultMethod})`,
      ja: `${Object.keys(methodSpecs).join('、')}（既定は ${defaultMethod}）`,
    },
  }),
  methodOptions: z.record(z.string(), z.unknown()).default({}),
  targets: described(z.union([z.string(), z.array(z.string()).readonly()]).optional(), {
    title: { en: 'Target modules', ja: '対象モジュール' },
    description: {
      en: "Names or suffixes, a regular expression, or all-linear; empty: the model family's default",
      ja: '名前や語尾、正規表現、または all-linear。空欄ならモデルの種類ごとの既定',
    },
  }),
  training: z.record(z.string(), z.unknown()).default({}),
  backend: described(z.enum(['auto', ...backendIds]).default('auto'), {
    title: { en: 'Backend', ja: 'バックエンド' },
    description: {
      en: `What computes; automatic takes the quickest that is here${notYet('; not available yet: ', ', ')}`,
      ja: `計算に使うもの。自動なら、ここで最も速いものを使います${notYet('。未対応: ', '、')}`,
    },
    choiceNames: Object.fromEntries(backendSpecs.map((spec) => [spec.id, choiceName(spec)])),
    advanced: true,
  }),
  device: described(z.enum(deviceNames).optional(), {
    title: { en: 'Device', ja: 'デバイス' },
    description: {
      en: 'Where to compute: TensorFlow on processor or CUDA, WebGPU on its card',
      ja: '計算する場所: TensorFlow はプロセッサーか CUDA、WebGPU はその GPU',
    },
    choiceNames: {
      cpu: { en: 'Processor', ja: 'プロセッサー' },
      cuda: { en: 'Graphics card (CUDA)', ja: 'グラフィックカード (CUDA)' },
      webgpu: { en: 'Graphics card (WebGPU)', ja: 'グラフィックカード (WebGPU)' },
    },
    advanced: true,
  }),
  precision: described(z.enum(weightPrecisions).optional(), {
    title: { en: 'Precision', ja: '精度' },
    description: {
      en: 'In which the base is kept; int8 needs half the memory of bf16 and loses a little, nf4 a quarter (4 bits, as in QLoRA; tables of tokens and the head stay whole), packed keeps the blocks of a GGUF as they are',
      ja: 'ベースを保持する精度。int8 は bf16 の半分のメモリでわずかに精度が落ち、nf4 は約 4 分の 1（QLoRA と同じ 4 ビット。トークンの表とヘッドはそのまま）、packed は GGUF のブロックをそのまま保ちます',
    },
    choiceNames: {
      nf4: { en: 'nf4 (4 bits)', ja: 'nf4（4 ビット）' },
      packed: { en: 'packed (as the GGUF has it)', ja: 'packed（GGUF のまま）' },
    },
    advanced: true,
  }),
  threads: described(z.int().min(1).max(1024).optional(), {
    title: { en: 'Threads', ja: 'スレッド数' },
    description: {
      en: 'Of the processor; empty: its physical cores',
      ja: 'プロセッサーのスレッド。空欄なら物理コア数',
    },
    advanced: true,
  }),
  initAdapter: described(z.string().optional(), {
    title: { en: 'Started from', ja: '出発点のアダプター' },
    description: {
      en: 'Adapter of the library, or PEFT folder, to start from; brings its options',
      ja: 'ライブラリのアダプターか PEFT フォルダー。そのオプションを引き継ぎます',
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
