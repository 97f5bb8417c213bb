/**
 * Of the backends: which is here, and why one was chosen. Pieces of sentences, put together by `because` and its kin.
 */
import { wordsOf } from './words.ts';

export const backendWords = wordsOf('backends', {
  installCpu: {
    en: 'Install the runtime tensorflow-cpu.',
    ja: 'ランタイム tensorflow-cpu をインストールしてください。',
  },
  installLlamaCpp: { en: 'Install the runtime llama.cpp.', ja: 'ランタイム llama.cpp をインストールしてください。' },
  installCuda: {
    en: 'Install the runtime tensorflow-cuda.',
    ja: 'ランタイム tensorflow-cuda をインストールしてください。',
  },
  askedFor: { en: 'asked for', ja: '指定されました' },
  noCuda: { en: '{why}; no CUDA: {more}', ja: '{why}。CUDA なし: {more}' },
  fallback: {
    en: 'always there; TensorFlow is faster, but {why}',
    ja: 'いつでも使えます。TensorFlow のほうが速いですが、{why}',
  },
  noDriver: { en: 'no NVIDIA driver was found', ja: 'NVIDIA のドライバーが見つかりません' },
  oldDriver: {
    en: "NVIDIA's driver {driver} is too old for CUDA 12",
    ja: 'NVIDIA のドライバー {driver} は古く、CUDA 12 が動きません',
  },
  updateDriver: {
    en: "Update NVIDIA's driver to 525 or newer.",
    ja: 'NVIDIA のドライバーを 525 以降に更新してください。',
  },
  cudaNotInstalled: {
    en: 'there is an NVIDIA GPU, but the runtime tensorflow-cuda is not installed',
    ja: 'NVIDIA の GPU はありますが、ランタイム tensorflow-cuda が入っていません',
  },
  cudaInstalled: {
    en: 'TensorFlow {version} with CUDA is installed and there is an NVIDIA GPU (experimental)',
    ja: 'CUDA 対応の TensorFlow {version} が入っていて、NVIDIA の GPU があります（実験的）',
  },
  cpuNotInstalled: {
    en: 'the runtime tensorflow-cpu is not installed',
    ja: 'ランタイム tensorflow-cpu が入っていません',
  },
  cpuInstalled: { en: 'TensorFlow {version} is installed', ja: 'TensorFlow {version} が入っています' },
  comesWithGraft: { en: 'comes with Graft', ja: 'Graft に付属しています' },
  plainForTests: {
    en: 'comes with Graft; plain JavaScript, for tests only',
    ja: 'Graft に付属しています。JavaScript のみで動き、テスト専用です',
  },
  llamaCppNotInstalled: {
    en: 'the runtime llama.cpp is not installed; for chats alone',
    ja: 'ランタイム llama.cpp が入っていません。チャット専用です',
  },
  llamaCppInstalled: {
    en: 'node-llama-cpp {version} is installed; for chats alone',
    ja: 'node-llama-cpp {version} が入っています。チャット専用です',
  },
  withThreads: {
    en: '{why}; threads by the width of the model, for answers and prompts: {threads}',
    ja: '{why}。モデルの幅ごとのスレッド数（回答、プロンプト）: {threads}',
  },
  withBusyThreads: {
    en: '{why}; threads by the width of the model, for answers and prompts: {threads}, measured while the machine was busy and measured again before a later chat',
    ja: '{why}。モデルの幅ごとのスレッド数（回答、プロンプト）: {threads}。コンピューターが忙しいときの測定なので、後のチャットの前に測り直します',
  },
  askedAnd: { en: 'asked for; {why}', ja: '指定されました。{why}' },
  tensorflowOnCuda: { en: 'TensorFlow on CUDA', ja: 'CUDA の TensorFlow' },
  plainJavaScript: { en: 'Plain JavaScript', ja: 'JavaScript のみの計算' },
  notHere: { en: '{what} was asked for, but {why}.', ja: '{what} が指定されましたが、{why}。' },
  noSuchDevice: {
    en: 'The backend {backend} does not compute on {device}.',
    ja: 'バックエンド {backend} は {device} では計算できません。',
  },
  cudaFailed: {
    en: 'TensorFlow {version} with CUDA did not pass its test on this machine: {why}',
    ja: 'CUDA 対応の TensorFlow {version} は、このマシンでのテストに合格しませんでした: {why}',
  },
  runDoctor: { en: 'Run `doctor` for another test.', ja: '`doctor` を実行すると、もう一度テストします。' },
  leaveToGraft: {
    en: 'Leave the backend to Graft (auto).',
    ja: 'バックエンドの選択を Graft に任せてください（auto）。',
  },
  runtimeGone: { en: 'The runtime {runtime} is gone.', ja: 'ランタイム {runtime} がなくなっています。' },
  tensorflowOn: { en: 'tensorflow on {device}, {precision}', ja: 'tensorflow（{device}）、{precision}' },
  inPrecision: { en: '{backend}, {precision}', ja: '{backend}、{precision}' },
  noBf16: {
    en: 'The {backend} backend has no {precision}.',
    ja: 'バックエンド {backend} では {precision} を使えません。',
  },
  otherPrecision: {
    en: 'Leave the precision open, use nf4 or int8 to save memory, or use the backend tensorflow.',
    ja: '精度を指定しないか、メモリを節約する nf4 か int8 にするか、バックエンド tensorflow を使ってください。',
  },
  chosen: {
    en: 'Backend: {label}, {threads} threads ({why}).',
    ja: 'バックエンド: {label}、{threads} スレッド（{why}）。',
  },
});
