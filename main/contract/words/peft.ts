/** Adapter folders, as PEFT and mlx-lm save them. */
import { wordsOf } from './words.ts';

interface InFile {
  readonly file: string;
}

interface OfField {
  readonly field: string;
}

export const peftWords = wordsOf('peft', {
  doesNotHold: {
    en: '{file} does not hold: {problems, clauses}.',
    ja: '{file} が正しくありません。{problems, clauses}。',
  },
  savedByPeft: {
    en: 'Check that this is an adapter that PEFT saved.',
    ja: 'PEFT が保存したアダプターか確かめてください。',
  },
  otherType: {
    en: '{file} is an adapter of type {type}, which Graft does not know. Known: {known, list}.',
    ja: '{file} は種類 {type} のアダプターで、Graft は対応していません。使えるもの: {known, list}。',
  },
  chooseKnown: { en: 'Choose an adapter of a known type.', ja: '対応している種類のアダプターを選んでください。' },
  noFolder: { en: '{dir} is not a folder.', ja: '{dir} はフォルダーではありません。' },
  nameConfigFolder: {
    en: 'Name the folder that holds adapter_config.json.',
    ja: 'adapter_config.json のあるフォルダーを選んでください。',
  },
  deadLink: { en: '{file} is a link to nothing.', ja: '{file} のリンク先がありません。' },
  copyFile: { en: 'Copy the file itself into the folder.', ja: 'ファイルそのものをフォルダーにコピーしてください。' },
  linkOut: {
    en: "{file} is a link that leads out of the adapter's folder.",
    ja: '{file} はアダプターのフォルダーの外へのリンクです。',
  },
  copyIfTrusted: {
    en: 'Copy the file itself into the folder, if you trust it.',
    ja: '信頼できるなら、ファイルそのものをフォルダーにコピーしてください。',
  },
  notAdapter: {
    en: '{dir} is not an adapter: it holds no {config}.',
    ja: '{dir} はアダプターではありません。{config} がありません。',
  },
  nameSaved: {
    en: 'Name the folder that PEFT saved the adapter into.',
    ja: 'PEFT がアダプターを保存したフォルダーを選んでください。',
  },
  noWeights: { en: '{dir} holds no {name}.', ja: '{dir} に {name} がありません。' },
  saveOrFetch: { en: 'Save or fetch the adapter again.', ja: 'アダプターを保存し直すか、もう一度取得してください。' },
  saveSafely: {
    en: 'Save the adapter again with save_pretrained(dir, safe_serialization=True), which writes safetensors.',
    ja: 'save_pretrained(dir, safe_serialization=True) で safetensors として保存し直してください。',
  },
  keyTwice: {
    en: "{file} holds {field} twice, with and without the adapter's name.",
    ja: '{file} に {field} が、アダプターの名前の付いたものと付かないものの 2 つあります。',
  },
  saveAgain: {
    en: 'Save the adapter again with save_pretrained.',
    ja: 'save_pretrained でアダプターを保存し直してください。',
  },
  unusable: { en: 'The adapter in {dir} cannot be used: {why}.', ja: '{dir} のアダプターは使えません。{why}。' },
  mergeIt: {
    en: 'Merge it into its base with PEFT (merge_and_unload) and import the model, or train an adapter without it.',
    ja: 'PEFT（merge_and_unload）でベースモデルに統合してからモデルを取り込むか、それを使わないアダプターを学習してください。',
  },
  headAdapters: {
    en: 'adapters on the output head are not supported',
    ja: '出力ヘッドへのアダプターには対応していません',
  },
  embeddingAdapters: {
    en: 'adapters on the embedding are not supported',
    ja: '埋め込みへのアダプターには対応していません',
  },
  dora: { en: 'DoRA is not supported', ja: 'DoRA には対応していません' },
  resized: {
    en: 'its {name} has {rows} rows where its base has {vocabulary}: a resized vocabulary is not supported',
    ja: '{name} の行数は {rows} で、ベースの {vocabulary} と異なります。語彙の大きさを変えたアダプターには対応していません',
  },
  trainedTokens: {
    en: 'trained token embeddings are not supported',
    ja: '学習されたトークン埋め込みには対応していません',
  },
  noMlxConfig: {
    en: '{file} is no configuration of mlx-lm: {problem}.',
    ja: '{file} は mlx-lm の設定ではありません。{problem}。',
  },
  nameMlxFolder: {
    en: 'Name the folder that mlx-lm saved the adapter into.',
    ja: 'mlx-lm がアダプターを保存したフォルダーを選んでください。',
  },
  mlxMeans: {
    en: '{file}: {field} means {what}, which is not supported.',
    ja: '{file}: {field} は{what}を表し、対応していません。',
  },
  insteadOfLora: { en: '{type} instead of LoRA', ja: ' LoRA ではなく {type} ' },
  oldScale: {
    en: 'the scale of an old mlx-lm, which is not known for certain',
    ja: '古い mlx-lm のスケール（正確には分からないもの）',
  },
  currentMlx: {
    en: 'Train it as LoRA with a current mlx-lm, or save it for PEFT.',
    ja: '新しい mlx-lm で LoRA として学習するか、PEFT 用に保存してください。',
  },
  notTakenOver: {
    en: ({ file, field, problem, more }: InFile & OfField & { readonly problem: string; readonly more: number }) =>
      `${file} cannot be taken over: ${field} ${problem}${more > 0 ? ` (and ${more} more)` : ''}.`,
    ja: ({ file, field, problem, more }) =>
      `${file} を取り込めません。${field}: ${problem}${more > 0 ? `（ほか ${more} 件）` : ''}。`,
  },
  linearLora: {
    en: 'Use an adapter that mlx-lm trained as LoRA of linear layers.',
    ja: 'mlx-lm が線形層の LoRA として学習したアダプターを使ってください。',
  },
  doraMagnitude: { en: 'is a magnitude of DoRA, which is not supported', ja: 'DoRA の大きさで、対応していません' },
  noFactor: { en: 'is no factor of LoRA', ja: 'LoRA の因子ではありません' },
  experts: {
    en: 'has shape ({shape}); experts of a mixture are not supported',
    ja: '形が ({shape}) です。MoE のエキスパートには対応していません',
  },
  otherRank: {
    en: 'has shape ({shape}), and the configuration says rank {rank}',
    ja: '形が ({shape}) ですが、設定のランクは {rank} です',
  },
});
