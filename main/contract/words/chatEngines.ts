/** Of the two engines for chats: why one was chosen. */
import { wordsOf } from './words.ts';

export const chatEngineWords = wordsOf('chatEngines', {
  llamaCppReads: {
    en: 'its weights are in {types, list}, which llama.cpp alone reads',
    ja: '重みが llama.cpp だけの読める形式（{types, list}）です',
  },
  loadedThere: { en: 'the model is loaded there', ja: 'モデルがそこに読み込まれています' },
  loadedSo: { en: 'the model is loaded so', ja: 'モデルがその形で読み込まれています' },
  tooLarge: {
    en: 'the tensor engine would need {needed} for this model, and {free} are free',
    ja: 'テンソルエンジンではこのモデルに {needed} 必要ですが、空きは {free} です',
  },
  keptAsInt8: { en: '{why}: its weights are kept as int8', ja: '{why}。重みを int8 で保持します' },
  llamaCppNeedsLess: {
    en: '{why}; {tooLarge}: the runtime llama.cpp needs less',
    ja: '{why}。{tooLarge}。ランタイム llama.cpp ならもっと少なくて済みます',
  },
  ggufNeedsLess: {
    en: '{why}; {tooLarge}: as a GGUF, llama.cpp would need less',
    ja: '{why}。{tooLarge}。GGUF なら llama.cpp でもっと少なくて済みます',
  },
  ggufAlone: {
    en: 'llama.cpp reads GGUF models alone, and {name} is in {format}.',
    ja: 'llama.cpp が読めるのは GGUF のモデルだけですが、{name} は {format} です。',
  },
  useTensors: {
    en: 'Use the tensor engine, or export the model as GGUF and import that.',
    ja: 'テンソルエンジンを使うか、モデルを GGUF として書き出してそれを取り込んでください。',
  },
  install: {
    en: 'Install the runtime llama.cpp (runtime install llama.cpp).',
    ja: 'ランタイム llama.cpp をインストールしてください（runtime install llama.cpp）。',
  },
  installOrLeave: {
    en: 'Install the runtime llama.cpp (runtime install llama.cpp), or leave the engine to Graft (auto).',
    ja: 'ランタイム llama.cpp をインストールする（runtime install llama.cpp）か、エンジンの選択を Graft に任せてください（auto）。',
  },
  modelNeedsIt: {
    en: '{name} can be read by llama.cpp alone, and its runtime is not installed.',
    ja: '{name} は llama.cpp だけが読めますが、そのランタイムが入っていません。',
  },
  notInstalled: {
    en: 'llama.cpp was asked for, but its runtime is not installed.',
    ja: 'llama.cpp が指定されましたが、そのランタイムが入っていません。',
  },
  notTogether: {
    en: 'llama.cpp has no backend, device or precision to choose: those are of the tensor engine.',
    ja: 'llama.cpp にバックエンド、デバイス、精度の選択はありません。それらはテンソルエンジンのものです。',
  },
  leaveOut: {
    en: 'Leave them out, or use the tensor engine.',
    ja: '指定をやめるか、テンソルエンジンを使ってください。',
  },
});
