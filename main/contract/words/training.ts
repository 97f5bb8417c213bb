/** What of a training's settings does not go together. */
import { wordsOf } from './words.ts';

interface Groups {
  readonly method: string;
  readonly unknown: readonly string[];
  readonly groups: readonly string[];
}

interface Positions {
  readonly length: number;
  readonly positions: number;
}

export const trainingWords = wordsOf('training', {
  noSuchPart: {
    en: ({ field, id, known }: { readonly field: string; readonly id: string; readonly known: readonly string[] }) =>
      `There is no ${id} for ${field}; there is: ${known.join(', ')}.`,
    ja: ({ field, id, known }) => `${field} に ${id} はありません。あるのは ${known.join('、')} です。`,
  },
  optionOfPart: {
    en: ({ titles }: { readonly titles: readonly string[] }) => `This is a setting of ${titles.join(', ')} alone.`,
    ja: ({ titles }) => `これは ${titles.join('、')} だけの設定です。`,
  },
  needsPairs: {
    en: ({ part, method }: { readonly part: string; readonly method: string }) =>
      `${part} is for adapters of two factors A and B alone, as LoRA has them; ${method} has none.`,
    ja: ({ part, method }) =>
      `${part} は LoRA のように因子 A と B だけからなるアダプター用です。${method} は違います。`,
  },
  needsGates: {
    en: ({ part, method }: { readonly part: string; readonly method: string }) =>
      `${part} is for adapters with a gate over the slots of their rank; ${method} has none.`,
    ja: ({ part, method }) => `${part} はランクの各枠にゲートを持つアダプター用です。${method} にはありません。`,
  },
  unknownGroups: {
    en: ({ method, unknown, groups }: Groups) =>
      `${method} has no parameter group ${unknown.join(', ')}; it has: ${groups.join(', ')}.`,
    ja: ({ method, unknown, groups }) =>
      `${method} にパラメーターグループ ${unknown.join('、')} はありません。あるのは ${groups.join('、')} です。`,
  },
  unknownOption: {
    en: ({ method, option }: { readonly method: string; readonly option: string }) =>
      `${method} has no option ${option}.`,
    ja: ({ method, option }) => `${method} に ${option} という設定はありません。`,
  },
  longerThanModel: {
    en: ({ length, positions }: Positions) =>
      `A maximum length of ${length} is more than the model's ${positions} positions.`,
    ja: ({ length, positions }) => `最大長 ${length} は、モデルの位置数 ${positions} を超えています。`,
  },
  earlyStopNeedsRows: {
    en: 'Early stop needs rows to evaluate on: set an evaluation split.',
    ja: '早期終了には評価用の行が必要です。評価用の割合を設定してください。',
  },
  taskOfWriter: {
    en: 'This model writes text; a task is for encoders.',
    ja: 'このモデルは文章を生成します。タスクはエンコーダーのための設定です。',
  },
  headOfWriter: {
    en: 'This model has no classification head; that is for encoders.',
    ja: 'このモデルに分類ヘッドはありません。エンコーダーのための設定です。',
  },
  metricOfWriter: {
    en: 'Metrics are of encoders; a model that writes has its loss alone.',
    ja: '指標はエンコーダーのためのものです。文章を生成するモデルにあるのは損失だけです。',
  },
  promptsOfEncoder: { en: 'An encoder answers no prompts.', ja: 'エンコーダーはプロンプトに答えません。' },
  bestNeedsRows: {
    en: 'The best by a metric needs rows to evaluate on: set an evaluation split.',
    ja: '指標で最良を選ぶには評価用の行が必要です。評価用の割合を設定してください。',
  },
});
