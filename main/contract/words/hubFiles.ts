/** Which files of a hub's repository are a model or an adapter. */
import { wordsOf } from './words.ts';

export const hubFileWords = wordsOf('hubFiles', {
  missingShards: {
    en: '{id} has {shards} of its {expected} shards.',
    ja: '{id} のシャードは {expected} 個のうち {shards} 個しかありません。',
  },
  otherRevision: {
    en: 'Fetch it again, another revision of it, or another model.',
    ja: 'もう一度取得するか、別のリビジョンか別のモデルを使ってください。',
  },
  noFile: { en: '{id} has no file {path}.', ja: '{id} にファイル {path} はありません。' },
  severalGgufs: {
    en: '{id} has {count} GGUF files, each of them a whole model.',
    ja: '{id} には GGUF ファイルが {count} 個あり、それぞれが 1 つのモデルです。',
  },
  onePart: {
    en: '{path} of {id} is one of several parts of a model.',
    ja: '{id} の {path} は、分割されたモデルの一部です。',
  },
  joinParts: {
    en: 'Take a model whose GGUF is one file, or join the parts with llama.cpp (llama-gguf-split --merge) and import that.',
    ja: 'GGUF が 1 ファイルのモデルを使うか、llama.cpp（llama-gguf-split --merge）で結合してから取り込んでください。',
  },
  isAdapter: { en: '{id} is an adapter, not a model.', ja: '{id} はモデルではなくアダプターです。' },
  importAdapter: {
    en: 'Import it as an adapter: `adapter import {reference}`.',
    ja: 'アダプターとして取り込んでください（コマンドでは `adapter import {reference}`）。',
  },
  has: { en: '{id} has no {what}.', ja: '{id} に {what} がありません。' },
  weights: { en: 'weights as safetensors or GGUF', ja: 'safetensors か GGUF の重み' },
  chooseModel: {
    en: 'Choose a model in the transformers format, or one as a GGUF file.',
    ja: 'transformers 形式のモデルか、GGUF ファイルのモデルを選んでください。',
  },
  noAdapter: {
    en: '{place} is no adapter: it has no {config}.',
    ja: '{place} はアダプターではありません。{config} がありません。',
  },
  pathOf: { en: '{path} of {id}', ja: '{id} の {path}' },
  fetchAsModel: {
    en: 'A model is fetched as one: `model fetch`.',
    ja: 'モデルなら、モデルとして取得してください（コマンドでは `model fetch`）。',
  },
  severalAdapters: { en: '{id} has {count} adapters.', ja: '{id} にはアダプターが {count} 個あります。' },
  noWeights: {
    en: '{id} has the configuration of an adapter, but no weights.',
    ja: '{id} にアダプターの設定はありますが、重みがありません。',
  },
  uploadWhole: {
    en: 'Its owner has to upload the whole folder that was saved.',
    ja: '所有者が、保存したフォルダー全体をアップロードする必要があります。',
  },
  pickle: {
    en: '{id} has its weights as {path} alone, a pickle, which Graft does not open.',
    ja: '{id} の重みは pickle の {path} だけです。Graft は pickle を開きません。',
  },
  saveSafely: {
    en: 'Its owner has to save it with save_pretrained(dir, safe_serialization=True), which writes safetensors.',
    ja: '所有者が save_pretrained(dir, safe_serialization=True) で safetensors として保存し直す必要があります。',
  },
});
