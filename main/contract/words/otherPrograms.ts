/** What of a model other programs' formats cannot say, and tensor types that are theirs alone. */
import { wordsOf } from './words.ts';

export const otherProgramWords = wordsOf('otherPrograms', {
  ropeScaling: {
    en: '{file} has rope scaling {value}, which is not supported.',
    ja: '{file} の RoPE スケーリング {value} には対応していません。',
  },
  otherFactors: {
    en: 'The frequency factors {tensor} of {file} are not those of rope scaling "llama3".',
    ja: '{file} の周波数係数 {tensor} が RoPE スケーリング「llama3」のものと違います。',
  },
  takeSafetensors: {
    en: 'Take the model in the safetensors format.',
    ja: 'safetensors 形式のモデルを使ってください。',
  },
  exportSafetensors: { en: 'Export it as safetensors.', ja: 'safetensors として書き出してください。' },
  gpt2Scaling: {
    en: 'This GPT-2 scales its attention in a way that llama.cpp has not ({field}).',
    ja: 'この GPT-2 のアテンションのスケーリングは llama.cpp にありません（{field}）。',
  },
  scaling: {
    en: 'This {title} scales its attention in a way that llama.cpp has not for its size.',
    ja: 'この {title} のアテンションのスケーリングは、この大きさでは llama.cpp にありません。',
  },
  ownHead: {
    en: 'llama.cpp takes the embedding of Gemma 2 for its output head; this model has a head of its own.',
    ja: 'llama.cpp は Gemma 2 の埋め込みを出力ヘッドとして使いますが、このモデルには独自のヘッドがあります。',
  },
  everyOther: {
    en: 'llama.cpp takes every other layer of Gemma 2 for one with a window; this model has others.',
    ja: 'llama.cpp は Gemma 2 の 1 層おきをウィンドウ付きとみなしますが、このモデルは違います。',
  },
  equalDistances: {
    en: 'llama.cpp wants layers without a window at equal distances; this model has them otherwise.',
    ja: 'llama.cpp ではウィンドウのない層が等間隔でなければなりませんが、このモデルは違います。',
  },
  encoderGguf: {
    en: 'Encoders are read and written as safetensors alone, not as GGUF.',
    ja: 'エンコーダーの読み書きは safetensors だけで、GGUF には対応していません。',
  },
  useFolder: {
    en: 'Use the model as a Hugging Face folder.',
    ja: 'Hugging Face 形式のフォルダーのモデルを使ってください。',
  },
  noWeight: { en: '{name} is not a weight of {family}.', ja: '{name} は{family}の重みではありません。' },
  gpt2Model: { en: 'a GPT-2 model', ja: ' GPT-2 のモデル' },
  thisFamily: { en: 'this model family', ja: 'このモデルファミリー' },
  quantised: {
    en: '{file}: the weights of this model were quantised by {quantiser}, and Graft does not read what it packs.',
    ja: '{file}: このモデルの重みは{quantiser}で量子化されていて、Graft では読めません。',
  },
  takeOriginal: {
    en: 'Take the original, of which this was made: safetensors in float32, bf16 or f16. A GGUF of it, too, is read.',
    ja: '元のモデル（float32、bf16、f16 の safetensors）を使ってください。その GGUF も読めます。',
  },
  namedQuantiser: { en: '{name}', ja: ' {name} ' },
  unnamedQuantiser: { en: 'a method that it does not name', ja: '名前のない方法' },
  quantiserStoring: { en: 'a method that stores {type}', ja: '{type} で保存する方法' },
  quantiserPacking: { en: 'a method that packs them as {type}', ja: '{type} に詰める方法' },
  llamaCppAlone: {
    en: '{model} holds weights in {types, list}, which llama.cpp alone reads: it cannot be {what}.',
    ja: '{model} の重みは {types, list} で、llama.cpp だけが読めます。{what}。',
  },
  run: { en: 'run by the tensor engine', ja: 'テンソルエンジンでは動かせません' },
  exported: { en: 'exported', ja: '書き出せません' },
  trained: { en: 'trained', ja: '学習できません' },
  served: { en: 'served', ja: 'サーバーでは使えません' },
  chatOnly: {
    en: 'Chat with it through llama.cpp; for anything else take the original model, or a GGUF of it in another type (Q8_0, Q6_K, Q4_K_M …).',
    ja: 'チャットには llama.cpp を使ってください。それ以外には、元のモデルか、別の型（Q8_0、Q6_K、Q4_K_M など）の GGUF を使ってください。',
  },
});
