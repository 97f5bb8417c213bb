/** Configurations of models: what does not hold, and what is not computed. */
import { wordsOf } from './words.ts';

export const modelConfigWords = wordsOf('modelConfig', {
  invalid: {
    en: '{file} is not a valid {title} configuration: {problems, clauses}.',
    ja: '{file} は正しい {title} の設定ではありません。{problems, clauses}。',
  },
  unsupported: {
    en: '{file} describes a model that Graft cannot run yet: {problems, clauses}.',
    ja: '{file} のモデルは Graft ではまだ使えません。{problems, clauses}。',
  },
  fetchOrCorrect: {
    en: 'Fetch the model again, or correct the file.',
    ja: 'モデルをもう一度取得するか、ファイルを直してください。',
  },
  chooseOther: { en: 'Choose another model.', ja: '別のモデルを選んでください。' },
  notDividing: { en: '{count} does not divide {field} {size}', ja: '{field} の {size} は {count} で割り切れません' },
  oddHead: {
    en: '{size} is odd, rotary embeddings need pairs',
    ja: '{size} は奇数です。回転位置埋め込みには偶数が必要です',
  },
  activation: {
    en: 'the activation {value} is not supported, only {known}',
    ja: '活性化関数 {value} は使えません（使えるのは {known} だけ）',
  },
  positionType: {
    en: 'positions of type "{value}" are not supported, only "absolute"',
    ja: '位置の種類「{value}」は使えません（使えるのは「absolute」だけ）',
  },
  decoderOfEncoder: {
    en: 'a decoder of this family is not supported, only its encoder',
    ja: 'このファミリーのデコーダーは使えません（使えるのはエンコーダーだけ）',
  },
  crossAttention: { en: 'cross-attention is not supported', ja: 'クロスアテンションには対応していません' },
  severalLabels: {
    en: 'several labels for one row are not supported',
    ja: '1 行に複数のラベルを付けるモデルには対応していません',
  },
  noPosition: { en: '{positions} leaves no position for a token', ja: '{positions} ではトークンの位置が残りません' },
  idsInOrder: { en: 'its ids are not 0, 1, 2, …', ja: 'ID が 0、1、2、… になっていません' },
  biases: { en: 'biases are not supported for Gemma', ja: 'Gemma のバイアスには対応していません' },
  laterTokens: {
    en: 'attention to later tokens is not supported',
    ja: '後のトークンへのアテンションには対応していません',
  },
  isMissing: { en: 'it is missing', ja: '値がありません' },
  partOfHead: {
    en: '{share} of a head is not an even number of numbers within it',
    ja: 'ヘッドの {share} では、回転させる個数が偶数になりません',
  },
  partialRotation: {
    en: 'rotating a part of each head is not supported',
    ja: 'ヘッドの一部だけの回転には対応していません',
  },
  ropeKind: {
    en: 'rope scaling "{value}" is not supported, only {known}',
    ja: 'RoPE スケーリング「{value}」は使えません（使えるのは {known}）',
  },
  ropeNeeds: { en: 'rope scaling "{value}" needs it', ja: 'RoPE スケーリング「{value}」に必要です' },
  ropeFactors: {
    en: 'it has {factors} factors for {frequencies} frequencies',
    ja: '周波数 {frequencies} 個に対して係数が {factors} 個です',
  },
  layerCount: { en: 'it names {named} layers of {layers}', ja: '{layers} 層のうち {named} 層しか挙げていません' },
  layerType: {
    en: 'layers of type "{value}" are not supported, only {known}',
    ja: '種類「{value}」の層は使えません（使えるのは {known}）',
  },
  experts: { en: 'mixtures of experts are not supported', ja: 'MoE（混合エキスパート）には対応していません' },
  otherValueSize: {
    en: 'values of another size than keys are not supported',
    ja: 'キーと値の大きさが違うモデルには対応していません',
  },
  familyNotSaid: {
    en: '{file} does not say its {field}. Known: {known, list}.',
    ja: '{file} に {field} がありません。使えるもの: {known, list}。',
  },
  familyUnknown: {
    en: '{file} is of {field} "{value}", which Graft does not know yet. Known: {known, list}.',
    ja: '{file} の {field} は「{value}」で、Graft はまだ対応していません。使えるもの: {known, list}。',
  },
  chooseFamily: {
    en: 'Choose a model whose {field} is one of: {known, list}.',
    ja: '{field} が次のどれかのモデルを選んでください: {known, list}。',
  },
  theModel: { en: 'The model', ja: 'モデル' },
});
