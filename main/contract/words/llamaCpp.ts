/** Of llama.cpp as the second engine for chats. */
import { wordsOf } from './words.ts';

export const llamaCppWords = wordsOf('llamaCpp', {
  noMemory: { en: 'There is not enough memory for this model.', ja: 'このモデルにはメモリが足りません。' },
  closePrograms: {
    en: 'Close other programs, or choose a smaller model.',
    ja: 'ほかのプログラムを閉じるか、小さいモデルを選んでください。',
  },
  notOpened: {
    en: 'llama.cpp could not open {modelPath}: {why}',
    ja: 'llama.cpp で {modelPath} を開けませんでした: {why}',
  },
  useTensors: { en: 'Chat with the tensor engine.', ja: 'テンソルエンジンでチャットしてください。' },
  noLoraForm: {
    en: 'llama.cpp takes adapters as LoRA, and what {method} changes is none, or not exactly.',
    ja: 'llama.cpp が使えるアダプターは LoRA だけです。{method} の変化は LoRA の形では正確に表せません。',
  },
  adapterNotAdded: {
    en: 'llama.cpp could not add the adapter: {why}',
    ja: 'llama.cpp にアダプターを追加できませんでした: {why}',
  },
  onCpu: {
    en: 'llama.cpp on CPU, {threads, thread|threads}',
    ja: 'llama.cpp（CPU、{threads} スレッド）',
  },
  onCpuReading: {
    en: 'llama.cpp on CPU, {threads, thread|threads}, {prompt} for prompts',
    ja: 'llama.cpp（CPU、{threads} スレッド、プロンプトは {prompt}）',
  },
  onGpu: { en: 'llama.cpp on {gpu}', ja: 'llama.cpp（{gpu}）' },
  noVocabulary: {
    en: 'This GGUF has no vocabulary, and llama.cpp’s binding cannot open it without one.',
    ja: 'この GGUF には語彙がなく、llama.cpp のバインディングでは開けません。',
  },
  exportWithTokenizer: {
    en: 'Chat with the tensor engine, or export the model with its tokenizer.',
    ja: 'テンソルエンジンでチャットするか、トークナイザー付きでモデルを書き出してください。',
  },
  ggufAlone: {
    en: 'llama.cpp reads GGUF models alone, and this one is in safetensors.',
    ja: 'llama.cpp が読めるのは GGUF のモデルだけですが、このモデルは safetensors です。',
  },
  exportAsGguf: {
    en: 'Chat with the tensor engine, or export the model as GGUF and import that.',
    ja: 'テンソルエンジンでチャットするか、モデルを GGUF として書き出してそれを取り込んでください。',
  },
  noMemoryForConversation: {
    en: 'There is no memory for a conversation of {contextSize} tokens with this model.',
    ja: 'このモデルで {contextSize} トークンの会話をするにはメモリが足りません。',
  },
  shorten: {
    en: 'Shorten the conversation, or close other programs.',
    ja: '会話を短くするか、ほかのプログラムを閉じてください。',
  },
  noPadding: { en: 'llama.cpp takes rows without padding.', ja: 'llama.cpp が扱えるのはパディングのない行だけです。' },
  eachAlone: {
    en: 'Ask for each row alone, or use the tensor engine.',
    ja: '1 行ずつ求めるか、テンソルエンジンを使ってください。',
  },
  reinstall: {
    en: 'Remove the runtime llama.cpp and install it again.',
    ja: 'ランタイム llama.cpp を削除して、もう一度インストールしてください。',
  },
  libraryNotOpened: { en: 'llama.cpp could not be opened: {reason}', ja: 'llama.cpp を開けませんでした: {reason}' },
  cannotSwap: {
    en: 'This version of the binding for llama.cpp cannot swap adapters.',
    ja: 'このバージョンの llama.cpp バインディングではアダプターを切り替えられません。',
  },
  replacesWeights: {
    en: 'The adapter replaces whole weights of its base ({first}), which llama.cpp takes from no adapter.',
    ja: 'アダプターはベースモデルの重み（{first}）全体を置き換えますが、llama.cpp はアダプターからそれを受け取れません。',
  },
  exportMerged: {
    en: 'Chat with the tensor engine, or export the adapter as merged-gguf and import that.',
    ja: 'テンソルエンジンでチャットするか、アダプターを merged-gguf として書き出してそれを取り込んでください。',
  },
});
