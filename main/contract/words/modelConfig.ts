/** Configurations of models: what does not hold, and what is not computed. */
import { wordsOf } from './words.ts';

interface Invalid {
  readonly file: string;
  readonly title: string;
  readonly problems: readonly string[];
}

interface Divides {
  readonly count: number;
  readonly size: number;
  readonly field: string;
}

interface Value {
  readonly value: string;
}

export const modelConfigWords = wordsOf('modelConfig', {
  invalid: {
    en: ({ file, title, problems }: Invalid) =>
      `${file} is not a valid ${title} configuration: ${problems.join('; ')}.`,
    ja: ({ file, title, problems }) => `${file} は正しい ${title} の設定ではありません。${problems.join('／')}。`,
  },
  unsupported: {
    en: ({ file, problems }: Omit<Invalid, 'title'>) =>
      `${file} describes a model that Graft cannot run yet: ${problems.join('; ')}.`,
    ja: ({ file, problems }) => `${file} のモデルは Graft ではまだ使えません。${problems.join('／')}。`,
  },
  fetchOrCorrect: {
    en: 'Fetch the model again, or correct the file.',
    ja: 'モデルをもう一度取得するか、ファイルを直してください。',
  },
  chooseOther: { en: 'Choose another model.', ja: '別のモデルを選んでください。' },
  notDividing: {
    en: ({ count, field, size }: Divides) => `${count} does not divide ${field} ${size}`,
    ja: ({ count, field, size }) => `${field} の ${size} は ${count} で割り切れません`,
  },
  oddHead: {
    en: ({ size }: { readonly size: number }) => `${size} is odd, rotary embeddings need pairs`,
    ja: ({ size }) => `${size} は奇数です。回転位置埋め込みには偶数が必要です`,
  },
  activation: {
    en: ({ value, known }: Value & { readonly known: string }) =>
      `the activation ${value} is not supported, only ${known}`,
    ja: ({ value, known }) => `活性化関数 ${value} は使えません（使えるのは ${known} だけ）`,
  },
  positionType: {
    en: ({ value }: Value) => `positions of type "${value}" are not supported, only "absolute"`,
    ja: ({ value }) => `位置の種類「${value}」は使えません（使えるのは「absolute」だけ）`,
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
  noPosition: {
    en: ({ positions }: { readonly positions: number }) => `${positions} leaves no position for a token`,
    ja: ({ positions }) => `${positions} ではトークンの位置が残りません`,
  },
  idsInOrder: { en: 'its ids are not 0, 1, 2, …', ja: 'ID が 0、1、2、… になっていません' },
  biases: { en: 'biases are not supported for Gemma', ja: 'Gemma のバイアスには対応していません' },
  laterTokens: {
    en: 'attention to later tokens is not supported',
    ja: '後のトークンへのアテンションには対応していません',
  },
  isMissing: { en: 'it is missing', ja: '値がありません' },
  partOfHead: {
    en: ({ share }: { readonly share: number }) => `${share} of a head is not an even number of numbers within it`,
    ja: ({ share }) => `ヘッドの ${share} では、回転させる個数が偶数になりません`,
  },
  partialRotation: {
    en: 'rotating a part of each head is not supported',
    ja: 'ヘッドの一部だけの回転には対応していません',
  },
  ropeKind: {
    en: ({ value, known }: Value & { readonly known: string }) =>
      `rope scaling "${value}" is not supported, only ${known}`,
    ja: ({ value, known }) => `RoPE スケーリング「${value}」は使えません（使えるのは ${known}）`,
  },
  ropeNeeds: {
    en: ({ value }: Value) => `rope scaling "${value}" needs it`,
    ja: ({ value }) => `RoPE スケーリング「${value}」に必要です`,
  },
  ropeFactors: {
    en: ({ factors, frequencies }: { readonly factors: number; readonly frequencies: number }) =>
      `it has ${factors} factors for ${frequencies} frequencies`,
    ja: ({ factors, frequencies }) => `周波数 ${frequencies} 個に対して係数が ${factors} 個です`,
  },
  layerCount: {
    en: ({ named, layers }: { readonly named: number; readonly layers: number }) =>
      `it names ${named} layers of ${layers}`,
    ja: ({ named, layers }) => `${layers} 層のうち ${named} 層しか挙げていません`,
  },
  layerType: {
    en: ({ value, known }: Value & { readonly known: string }) =>
      `layers of type "${value}" are not supported, only ${known}`,
    ja: ({ value, known }) => `種類「${value}」の層は使えません（使えるのは ${known}）`,
  },
  experts: { en: 'mixtures of experts are not supported', ja: 'MoE（混合エキスパート）には対応していません' },
  otherValueSize: {
    en: 'values of another size than keys are not supported',
    ja: 'キーと値の大きさが違うモデルには対応していません',
  },
  familyNotSaid: {
    en: ({
      file,
      field,
      known,
    }: {
      readonly file: string;
      readonly field: string;
      readonly known: readonly string[];
    }) => `${file} does not say its ${field}. Known: ${known.join(', ')}.`,
    ja: ({ file, field, known }) => `${file} に ${field} がありません。使えるもの: ${known.join('、')}。`,
  },
  familyUnknown: {
    en: ({
      file,
      field,
      value,
      known,
    }: Value & { readonly file: string; readonly field: string; readonly known: readonly string[] }) =>
      `${file} is of ${field} "${value}", which Graft does not know yet. Known: ${known.join(', ')}.`,
    ja: ({ file, field, value, known }) =>
      `${file} の ${field} は「${value}」で、Graft はまだ対応していません。使えるもの: ${known.join('、')}。`,
  },
  chooseFamily: {
    en: ({ field, known }: { readonly field: string; readonly known: readonly string[] }) =>
      `Choose a model whose ${field} is one of: ${known.join(', ')}.`,
    ja: ({ field, known }) => `${field} が次のどれかのモデルを選んでください: ${known.join('、')}。`,
  },
  theModel: { en: 'The model', ja: 'モデル' },
});
