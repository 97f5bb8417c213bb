/** Methods, the layers that an adapter is for, and tasks made of labels. */
import { wordsOf } from './words.ts';

interface Pattern {
  readonly field: string;
  readonly pattern: string;
}

interface OfDataset {
  readonly dataset: string;
}

export const targetWords = wordsOf('targets', {
  noMethod: {
    en: ({ id, known }: { readonly id: string; readonly known: readonly string[] }) =>
      `There is no method ${id}. There are: ${known.join(', ')}.`,
    ja: ({ id, known }) => `手法 ${id} はありません。あるのは ${known.join('、')} です。`,
  },
  chooseOne: { en: 'Choose one of these.', ja: 'このどれかを選んでください。' },
  noLayer: {
    en: ({ targets, suffixes }: { readonly targets: string; readonly suffixes: readonly string[] }) =>
      `No layer of this model matches the target modules ${targets}. It has: ${suffixes.join(', ')}.`,
    ja: ({ targets, suffixes }) =>
      `対象モジュール ${targets} に当てはまる層がこのモデルにありません。あるのは ${suffixes.join('、')} です。`,
  },
  nameSome: {
    en: ({ all }: { readonly all: string }) => `Name some of them, or use ${all}.`,
    ja: ({ all }) => `その中から選ぶか、${all} を使ってください。`,
  },
  layersNeedList: {
    en: 'layersToTransform needs a list of target modules; a regular expression can name the layers itself.',
    ja: 'layersToTransform には対象モジュールのリストが必要です。正規表現なら、それ自体で層を指定できます。',
  },
  patternNeedsLayers: {
    en: 'layersPattern is only used together with layersToTransform.',
    ja: 'layersPattern は layersToTransform と一緒にだけ使えます。',
  },
  dangerous: {
    en: ({ field, pattern, danger }: Pattern & { readonly danger: string }) =>
      `${field}: the regular expression ${pattern} ${danger}.`,
    ja: ({ field, pattern, danger }) => `${field}: 正規表現 ${pattern} は${danger}。`,
  },
  listNames: { en: 'List the module names instead.', ja: '代わりにモジュールの名前を並べてください。' },
  noRegex: {
    en: ({ field, pattern }: Pattern) => `${field}: ${pattern} is not a regular expression.`,
    ja: ({ field, pattern }) => `${field}: ${pattern} は正規表現ではありません。`,
  },
  longerThan: {
    en: ({ most }: { readonly most: number }) => `is longer than ${most} characters`,
    ja: ({ most }) => ` ${most} 文字を超えています`,
  },
  repeatsGroup: { en: 'repeats a group that itself repeats', ja: '繰り返しを含むグループを繰り返しています' },
  manyRepeats: {
    en: ({ most }: { readonly most: number }) => `has more than ${most} repetitions`,
    ja: ({ most }) => `繰り返しが ${most} 個を超えています`,
  },
  topk: {
    en: ({ topk, vectors }: { readonly topk: number; readonly vectors: number }) =>
      `Top-k of ${topk} is more than the bank's ${vectors} vectors.`,
    ja: ({ topk, vectors }) => `Top-k の ${topk} は、バンクのベクトル ${vectors} 個を超えています。`,
  },
  vectorLength: {
    en: ({ length, sizes, fitting }: { readonly length: number; readonly sizes: string; readonly fitting: string }) =>
      `A vector length of ${length} does not divide the layer sizes ${sizes}. These do: ${fitting}.`,
    ja: ({ length, sizes, fitting }) =>
      `ベクトル長 ${length} では層の大きさ ${sizes} を割り切れません。割り切れるのは ${fitting} です。`,
  },
  needsNumbers: {
    en: ({ dataset, label }: OfDataset & { readonly label: string }) =>
      `A regression needs numbers; the dataset ${dataset} has the label "${label}".`,
    ja: ({ dataset, label }) => `回帰には数値が必要ですが、データセット ${dataset} にラベル「${label}」があります。`,
  },
  asClassification: { en: 'Train it as a classification.', ja: '分類として学習してください。' },
  oneLabel: {
    en: ({ dataset, label }: OfDataset & { readonly label: string }) =>
      `Every row of the dataset ${dataset} has the label "${label}": there is nothing to tell apart.`,
    ja: ({ dataset, label }) =>
      `データセット ${dataset} のすべての行のラベルが「${label}」で、見分けるものがありません。`,
  },
  addLabels: { en: 'Add rows with other labels.', ja: 'ほかのラベルの行を加えてください。' },
  tooManyClasses: {
    en: ({ dataset, labels, most }: OfDataset & { readonly labels: number; readonly most: number }) =>
      `The dataset ${dataset} has ${labels} different labels; at most ${most} can be classes.`,
    ja: ({ dataset, labels, most }) =>
      `データセット ${dataset} のラベルは ${labels} 種類あります。クラスにできるのは ${most} 種類までです。`,
  },
  asRegression: { en: 'Train it as a regression.', ja: '回帰として学習してください。' },
  checkLabelColumn: { en: 'Check which column holds the label.', ja: 'どの列がラベルか確かめてください。' },
});
