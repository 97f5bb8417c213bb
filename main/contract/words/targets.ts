/** Methods, the layers that an adapter is for, and tasks made of labels. */
import { wordsOf } from './words.ts';

export const targetWords = wordsOf('targets', {
  noMethod: {
    en: 'There is no method {id}. There are: {known, list}.',
    ja: '手法 {id} はありません。あるのは {known, list} です。',
  },
  notForEncoders: {
    en: 'It trains models that write text, and this one is an encoder.',
    ja: '文章を生成するモデルを学習する手法で、このモデルはエンコーダーです。',
  },
  encodersAlone: {
    en: 'It trains encoders alone, and this model writes text.',
    ja: 'エンコーダー専用の手法で、このモデルは文章を生成します。',
  },
  chooseOne: { en: 'Choose one of these.', ja: 'このどれかを選んでください。' },
  noLayer: {
    en: 'No layer of this model matches the target modules {targets}. It has: {suffixes, list}.',
    ja: '対象モジュール {targets} に当てはまる層がこのモデルにありません。あるのは {suffixes, list} です。',
  },
  nameSome: { en: 'Name some of them, or use {all}.', ja: 'その中から選ぶか、{all} を使ってください。' },
  layersNeedList: {
    en: 'layersToTransform needs a list of target modules; a regular expression can name the layers itself.',
    ja: 'layersToTransform には対象モジュールのリストが必要です。正規表現なら、それ自体で層を指定できます。',
  },
  patternNeedsLayers: {
    en: 'layersPattern is only used together with layersToTransform.',
    ja: 'layersPattern は layersToTransform と一緒にだけ使えます。',
  },
  dangerous: {
    en: '{field}: the regular expression {pattern} {danger}.',
    ja: '{field}: 正規表現 {pattern} は{danger}。',
  },
  listNames: { en: 'List the module names instead.', ja: '代わりにモジュールの名前を並べてください。' },
  noRegex: {
    en: '{field}: {pattern} is not a regular expression.',
    ja: '{field}: {pattern} は正規表現ではありません。',
  },
  longerThan: { en: 'is longer than {most} characters', ja: ' {most} 文字を超えています' },
  repeatsGroup: { en: 'repeats a group that itself repeats', ja: '繰り返しを含むグループを繰り返しています' },
  manyRepeats: { en: 'has more than {most} repetitions', ja: '繰り返しが {most} 個を超えています' },
  topk: {
    en: "Top-k of {topk} is more than the bank's {vectors} vectors.",
    ja: 'Top-k の {topk} は、バンクのベクトル {vectors} 個を超えています。',
  },
  vectorLength: {
    en: 'A vector length of {length} does not divide the layer sizes {sizes}. These do: {fitting}.',
    ja: 'ベクトル長 {length} では層の大きさ {sizes} を割り切れません。割り切れるのは {fitting} です。',
  },
  needsNumbers: {
    en: 'A regression needs numbers; the dataset {dataset} has the label "{label}".',
    ja: '回帰には数値が必要ですが、データセット {dataset} にラベル「{label}」があります。',
  },
  asClassification: { en: 'Train it as a classification.', ja: '分類として学習してください。' },
  oneLabel: {
    en: 'Every row of the dataset {dataset} has the label "{label}": there is nothing to tell apart.',
    ja: 'データセット {dataset} のすべての行のラベルが「{label}」で、見分けるものがありません。',
  },
  addLabels: { en: 'Add rows with other labels.', ja: 'ほかのラベルの行を加えてください。' },
  tooManyClasses: {
    en: 'The dataset {dataset} has {labels} different labels; at most {most} can be classes.',
    ja: 'データセット {dataset} のラベルは {labels} 種類あります。クラスにできるのは {most} 種類までです。',
  },
  asRegression: { en: 'Train it as a regression.', ja: '回帰として学習してください。' },
  checkLabelColumn: { en: 'Check which column holds the label.', ja: 'どの列がラベルか確かめてください。' },
});
