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
  slidingWindow: {
    en: 'llama.cpp takes no notice of its sliding window of {window, token|tokens}',
    ja: 'llama.cpp はこのモデルのスライディングウィンドウ（{window} トークン）を考慮しません',
  },
  longFactors: {
    en: 'llama.cpp takes its long rotation factors for short texts too',
    ja: 'llama.cpp は短い文章にも長文用の回転係数を使います',
  },
  exactEnoughMeans: {
    en: 'Exact enough is: logits within 2e-2 of the largest of those of float32 for bf16 (6e-2 for q8_0, 1e-1 for a GGUF that is quantised itself), and the same likeliest token after 95 % of 2,000 tokens of real text, for the base and each method; for each adapter 32 tokens besides.',
    ja: '精度が十分とは、float32 とのロジットの差が最大値に対して bf16 で 2e-2 以内（q8_0 は 6e-2、もともと量子化された GGUF は 1e-1）で、実際の文章 2,000 トークンの 95 % で最有力トークンが一致することです（ベースと手法ごと）。アダプターごとにさらに 32 トークンを確認します。',
  },
  offer: {
    en: 'llama.cpp usually answers faster on a processor: `runtime install llama.cpp` fetches it ({size}), `model prepare` converts and checks a model for it, `runtime decline llama.cpp` puts this line away.',
    ja: 'CPU では通常 llama.cpp のほうが速く回答します：`runtime install llama.cpp` で取得し（{size}）、`model prepare` でモデルを変換・確認します。`runtime decline llama.cpp` でこの案内を表示しなくなります。',
  },
  notInstalledYet: {
    en: 'llama.cpp, which usually writes faster on a processor, is not installed',
    ja: 'CPU では通常より速い llama.cpp がインストールされていません',
  },
  /** Why `auto` takes llama.cpp: figures of its check. */
  exactEnough: {
    en: 'the faster engine here, and exact enough: logits within {difference} of the largest, the same likeliest token {same} of the time',
    ja: 'ここでより速く、精度も十分です：ロジットの差は最大値の {difference} 以内、最有力トークンの一致率 {same}',
  },
  notLlamaCpp: { en: '{why}; not llama.cpp: {because}', ja: '{why}。llama.cpp でない理由：{because}' },
  noExactFactors: {
    en: 'what {method} changes cannot be said exactly as LoRA',
    ja: '{method} の変化は LoRA の形では正確に表せません',
  },
  gettingReady: {
    en: 'this model is being converted and checked for it',
    ja: 'このモデルを変換して確認しています',
  },
  adapterGettingReady: {
    en: 'the adapter {adapter} is being converted and checked for it',
    ja: 'アダプター {adapter} を変換して確認しています',
  },
  notPrepared: {
    en: 'nobody has converted and checked this model for it yet (model prepare)',
    ja: 'このモデルはまだ変換と確認がされていません（model prepare）',
  },
  adapterNotPrepared: {
    en: 'nobody has converted and checked the adapter {adapter} for it yet (model prepare --adapter)',
    ja: 'アダプター {adapter} はまだ変換と確認がされていません（model prepare --adapter）',
  },
  asksForDisk: {
    en: 'converting this model needs {size} of disk, which is asked for first',
    ja: 'このモデルの変換にはディスクが {size} 必要なので、先に確認します',
  },
  wasDeclined: {
    en: 'converting this model, which needs {size} of disk, was declined',
    ja: 'このモデルの変換（ディスク {size}）は見送られました',
  },
  wasCancelled: {
    en: 'converting and checking this model was cancelled',
    ja: 'このモデルの変換と確認はキャンセルされました',
  },
  differsBy: {
    en: 'with {what} its logits are {difference} of the largest from float32, and {bound} is the most',
    ja: '{what} ではロジットが float32 から最大値の {difference} ずれ、上限の {bound} を超えます',
  },
  topDiffers: {
    en: 'with {what} it finds the same likeliest token {same} of the time, and {bound} is the least',
    ja: '{what} では最有力トークンの一致率が {same} で、下限の {bound} に届きません',
  },
  theBase: { en: 'the base', ja: 'ベース' },
  theMethod: { en: 'adapters of {method}', ja: '{method} のアダプター' },
  theAdapter: { en: 'the adapter {adapter}', ja: 'アダプター {adapter}' },
  goneAdapter: {
    en: 'an adapter that is changed or gone since ({hash})',
    ja: '以後に変更または削除されたアダプター（{hash}）',
  },
  isSlower: {
    en: 'it writes {llamaCpp} tokens a second here, and the tensors {tensors}',
    ja: 'ここでの速さは毎秒 {llamaCpp} トークンで、テンソルは {tensors} です',
  },
  noMemoryToCheck: {
    en: 'checking it needs {needed} of memory, and {free} are free',
    ja: '確認にはメモリが {needed} 必要ですが、空きは {free} です',
  },
  couldNot: { en: 'it could not be made ready: {why}', ja: '準備できませんでした：{why}' },
  selfTestFailed: { en: 'its self-test failed: {what}', ja: '自己テストに失敗しました：{what}' },
  noMemoryRemedy: {
    en: 'Close other programs, or chat with the tensors.',
    ja: 'ほかのプログラムを閉じるか、テンソルでチャットしてください。',
  },
  ggufAlone: {
    en: 'llama.cpp reads GGUF models alone, and {name} is in {format} and not converted for it yet.',
    ja: 'llama.cpp が読めるのは GGUF のモデルだけですが、{name} は {format} で、まだ変換されていません。',
  },
  useTensors: {
    en: 'Use the tensor engine, or convert the model (model prepare).',
    ja: 'テンソルエンジンを使うか、モデルを変換してください（model prepare）。',
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
