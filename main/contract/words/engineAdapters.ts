/** Of reading an adapter for its base model. */
import { wordsOf } from './words.ts';

export const engineAdapterWords = wordsOf('engineAdapters', {
  /** `problems`: sentences, `more` of them left out. */
  cannotBeUsed: {
    en: ({
      dir,
      problems,
      more,
    }: {
      readonly dir: string;
      readonly problems: readonly string[];
      readonly more: number;
    }) =>
      [`The adapter in ${dir} cannot be used.`, ...problems, ...(more > 0 ? [`… and ${more} more.`] : [])].join(' '),
    ja: ({ dir, problems, more }) =>
      [`${dir} のアダプターは使えません。`, ...problems, ...(more > 0 ? [`ほか ${more} 件。`] : [])].join(' '),
  },
  inField: { en: '{file}: {field}: {problem}', ja: '{file}: {field}: {problem}' },
  trainedBiases: { en: 'trained biases', ja: '学習されたバイアス' },
  trainedModules: { en: 'fully trained modules', ja: '全体を学習したモジュール' },
  otherTask: { en: 'a task that this base is not for', ja: 'このベースモデルの目的とは異なるタスク' },
  noTensor: { en: 'The file holds no tensor of this method.', ja: 'ファイルに、この方式のテンソルがありません。' },
  namesLayersWithoutTensors: {
    en: 'It names {layers}, for which the file has no tensors.',
    ja: '{layers}を指定していますが、ファイルにそのテンソルがありません。',
  },
  tensorsOfLayersNotNamed: {
    en: 'It does not name {layers}, for which the file has tensors.',
    ja: '{layers}を指定していませんが、ファイルにはそのテンソルがあります。',
  },
  notFloating: { en: 'It is {dtype}, not a floating-point type.', ja: '型が {dtype} で、浮動小数点型ではありません。' },
  notMatrix: {
    en: 'It has shape ({shape, sizes}), not that of a matrix.',
    ja: '形状が ({shape, sizes}) で、行列ではありません。',
  },
  notInteger: { en: 'It is {dtype}, not an integer type.', ja: '型が {dtype} で、整数型ではありません。' },
  indexOutside: { en: 'It holds an index outside 0 … {last}.', ja: '0 … {last} の範囲にないインデックスがあります。' },
  tensorNotDescribed: {
    en: 'This tensor belongs to nothing that the configuration describes.',
    ja: 'このテンソルは、設定に書かれたどの部分にも属しません。',
  },
  tensorMissing: { en: 'The file lacks this tensor.', ja: 'ファイルに、このテンソルがありません。' },
  otherShape: {
    en: 'It has shape ({found, sizes}); this base model and configuration need ({expected, sizes})',
    ja: '形状が ({found, sizes}) ですが、このベースモデルと設定に必要なのは ({expected, sizes}) です',
  },
  perhapsOtherBase: {
    en: '{shapes}: the adapter may have been made for another base model.',
    ja: '{shapes}。別のベースモデル用のアダプターかもしれません。',
  },
  noModules: {
    en: 'does not give each layer as its two sizes, [out, in]',
    ja: '各層が [out, in] の 2 つの大きさで書かれていません',
  },
  noSuchLayer: {
    en: 'This base model has no such linear layer: the adapter was made for another base.',
    ja: 'このベースモデルに、この名前の線形層はありません。別のベースモデル用のアダプターです。',
  },
  notSupported: {
    en: '{value} means {what}, which is not supported.',
    ja: '{value} は「{what}」を意味しますが、対応していません。',
  },
  takeMatching: {
    en: 'Use an adapter that was saved for this base model, without the options named here.',
    ja: 'このベースモデル用に保存され、ここに挙げた指定のないアダプターを使ってください。',
  },
  newerFolder: { en: 'a folder of a newer Graft', ja: '新しい Graft のフォルダー' },
  noLoraForm: {
    en: 'A fully trained model has no LoRA form: it is a model of its own.',
    ja: '全体を学習したモデルに LoRA の形はありません。それ自体が一つのモデルです。',
  },
  exportMerged: {
    en: 'Export it merged, import that as a model, and use the model; in a chat, the tensor engine takes it as it is.',
    ja: '統合モデルとして書き出し、それをモデルとして取り込んで使ってください。チャットでは、テンソルエンジンがこのまま使えます。',
  },
  labelsMisfit: { en: 'its labels do not go with {outputs} outputs', ja: 'ラベルが {outputs} 個の出力と合いません' },
  noHeadTensor: {
    en: 'the file lacks this tensor of the classification head',
    ja: 'ファイルに、分類ヘッドのこのテンソルがありません',
  },
  headShape: {
    en: 'it has shape ({shape, sizes}); this base model needs ({expected, sizes})',
    ja: '形状が ({shape, sizes}) ですが、このベースモデルに必要なのは ({expected, sizes}) です',
  },
  headNotFloating: {
    en: 'it is {dtype}, not a floating-point type',
    ja: '型が {dtype} で、浮動小数点型ではありません',
  },
  cannotBeUsedField: {
    en: 'The adapter in {dir} cannot be used: {field}: {message}.',
    ja: '{dir} のアダプターは使えません。{field}: {message}。',
  },
  takeOfThisBase: {
    en: 'Use an adapter that was saved for this base model.',
    ja: 'このベースモデル用に保存されたアダプターを使ってください。',
  },
  factorBiases: { en: 'biases of the factors', ja: '因子のバイアス' },
  layerReplication: { en: 'layers used several times', ja: '層の繰り返し使用' },
  bareParameters: { en: 'adapters on bare parameters', ja: 'パラメーターへの直接のアダプター' },
  tokenEmbeddings: { en: 'trained token embeddings', ja: '学習されたトークン埋め込み' },
  activatedLora: { en: 'activated LoRA', ja: 'activated LoRA（aLoRA）' },
  megatron: { en: 'Megatron layers', ja: 'Megatron の層' },
  arrow: { en: 'Arrow routing', ja: 'Arrow ルーティング' },
  changedBase: {
    en: 'an initialisation that may have changed the base model',
    ja: 'ベースモデルを変えた可能性のある初期化',
  },
  noMethod: {
    en: 'There is no method {id}. There are: {known, list}.',
    ja: '{id} という方式はありません。使えるのは {known, list} です。',
  },
  typeNotKnown: {
    en: 'The adapter in {dir} is of type {type}. Known are: {known, list}.',
    ja: '{dir} のアダプターの型は {type} です。読めるのは {known, list} です。',
  },
  tiedEmbedding: {
    en: 'This base has one matrix for embedding and head, and the adapter replaces the embedding alone, which is not supported.',
    ja: 'このベースモデルは埋め込みとヘッドが同じ行列ですが、アダプターは埋め込みだけを置き換えます。これには対応していません。',
  },
  notFinite: {
    en: 'The adapter in {dir} holds values that are no finite numbers: {tensors}.',
    ja: '{dir} のアダプターに、有限でない値があります: {tensors}。',
  },
  holdsNotFinite: { en: 'holds values that are no finite numbers', ja: '有限でない値があります' },
  brokeDown: {
    en: 'Its training may have broken down: use an earlier checkpoint, or train it anew with a lower rate.',
    ja: '学習が発散した可能性があります。以前のチェックポイントを使うか、学習率を下げて学習し直してください。',
  },
  projectionShapes: {
    en: 'They have shapes ({shapeA, sizes}) and ({shapeB, sizes}); needed are ({rank}, {inMax}) and ({outMax}, {rank})',
    ja: '形状が ({shapeA, sizes}) と ({shapeB, sizes}) ですが、必要なのは ({rank}, {inMax}) と ({outMax}, {rank}) です',
  },
});
