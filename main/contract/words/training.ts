/** What of a training's settings does not go together. */
import { wordsOf } from './words.ts';

export const trainingWords = wordsOf('training', {
  noSuchPart: {
    en: 'There is no {id} for {field}; there is: {known, list}.',
    ja: '{field} に {id} はありません。あるのは {known, list} です。',
  },
  optionOfPart: { en: 'This is a setting of {titles, list} alone.', ja: 'これは {titles, list} だけの設定です。' },
  needsPairs: {
    en: '{part} is for adapters of two factors A and B alone, as LoRA has them; {method} has none. Choose LoRA, or leave {part} out.',
    ja: '{part} は LoRA のように因子 A と B だけからなるアダプター用です。{method} は違います。LoRA を選ぶか、{part} を外してください。',
  },
  needsGates: {
    en: '{part} is for adapters with a gate over the slots of their rank; {method} has none. Choose BeamLoRA as the method, or leave {part} out.',
    ja: '{part} はランクの各枠にゲートを持つアダプター用です。{method} にはありません。手法に BeamLoRA を選ぶか、{part} を外してください。',
  },
  unknownGroups: {
    en: '{method} has no parameter group {unknown, list}; it has: {groups, list}.',
    ja: '{method} にパラメーターグループ {unknown, list} はありません。あるのは {groups, list} です。',
  },
  unknownOption: { en: '{method} has no option {option}.', ja: '{method} に {option} という設定はありません。' },
  longerThanModel: {
    en: "A maximum length of {length} is more than the model's {positions} positions.",
    ja: '最大長 {length} は、モデルの位置数 {positions} を超えています。',
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
