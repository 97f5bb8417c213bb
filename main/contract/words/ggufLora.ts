/** LoRA adapters as GGUF files. */
import { wordsOf } from './words.ts';

export const ggufLoraWords = wordsOf('ggufLora', {
  notAdapter: {
    en: '{file} is a GGUF of type {type}, not an adapter.',
    ja: '{file} は種類 {type} の GGUF で、アダプターではありません。',
  },
  importAsModel: { en: 'Import it as a model.', ja: 'モデルとして取り込んでください。' },
  nameLora: { en: 'Name the GGUF file of a LoRA adapter.', ja: 'LoRA アダプターの GGUF ファイルを選んでください。' },
  otherKind: { en: '{file} is {what}; plain LoRA is read.', ja: '{file} は{what}です。読めるのは通常の LoRA です。' },
  activated: { en: 'an activated LoRA', ja: '活性化型の LoRA（activated LoRA）' },
  ofType: { en: 'an adapter of type {type}', ja: '種類 {type} のアダプター' },
  takePlain: { en: 'Take a plain LoRA adapter.', ja: '通常の LoRA アダプターを使ってください。' },
  notSaid: { en: '{file} does not say its {field}.', ja: '{file} に {field} がありません。' },
  convertAgain: { en: 'Convert the adapter again.', ja: 'アダプターを変換し直してください。' },
  convertOrFetch: {
    en: 'Convert the adapter again, or fetch it again.',
    ja: 'アダプターを変換し直すか、もう一度取得してください。',
  },
  noFactor: { en: 'is no factor of a LoRA', ja: 'LoRA の因子ではありません' },
  otherRanks: {
    en: 'has factors of different ranks, {first} and {second}',
    ja: '因子のランクが {first} と {second} で違います',
  },
  areMissing: { en: 'are missing', ja: 'ありません' },
  factorMissing: { en: 'is missing: its other factor is there', ja: 'もう一方の因子だけがあり、これがありません' },
  noMatrix: { en: 'is not a matrix', ja: '行列ではありません' },
  notWhole: { en: 'The LoRA in {file} is not whole: {problems}.', ja: '{file} の LoRA が不完全です。{problems}。' },
  noLayer: { en: 'belongs to no linear layer of it', ja: 'このモデルのどの線形層のものでもありません' },
  otherLayer: {
    en: "is for a layer of {own}, the model's is {model}",
    ja: '{own} の層のものですが、モデルの層は {model} です',
  },
  otherArchitecture: {
    en: '{file} is a LoRA for models of the architecture "{own}"; {name} is "{model}".',
    ja: '{file} は構造「{own}」のモデル用の LoRA ですが、{name} は「{model}」です。',
  },
  otherBase: {
    en: 'The LoRA {file} is for another base than {name}: {problems}.',
    ja: 'LoRA {file} は {name} とは別のベースモデルのものです。{problems}。',
  },
  nameBase: { en: 'Name the model that it was trained on.', ja: '学習に使われたモデルを選んでください。' },
});
