/**
 * Of the backends: which is here, and why one was chosen. Pieces of sentences, put together by `because` and its kin.
 */
import { wordsOf } from './words.ts';

interface Version {
  readonly version: string;
}

interface Two {
  readonly why: string;
  readonly more: string;
}

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
  noCuda: {
    en: ({ why, more }: Two) => `${why}; no CUDA: ${more}`,
    ja: ({ why, more }) => `${why}。CUDA なし: ${more}`,
  },
  fallback: {
    en: ({ why }: { readonly why: string }) => `always there; TensorFlow is faster, but ${why}`,
    ja: ({ why }) => `いつでも使えます。TensorFlow のほうが速いですが、${why}`,
  },
  noDriver: { en: 'no NVIDIA driver was found', ja: 'NVIDIA のドライバーが見つかりません' },
  cudaNotInstalled: {
    en: 'there is an NVIDIA GPU, but the runtime tensorflow-cuda is not installed',
    ja: 'NVIDIA の GPU はありますが、ランタイム tensorflow-cuda が入っていません',
  },
  cudaInstalled: {
    en: ({ version }: Version) =>
      `TensorFlow ${version} with CUDA is installed and there is an NVIDIA GPU (experimental)`,
    ja: ({ version }) => `CUDA 対応の TensorFlow ${version} が入っていて、NVIDIA の GPU があります（実験的）`,
  },
  cpuNotInstalled: {
    en: 'the runtime tensorflow-cpu is not installed',
    ja: 'ランタイム tensorflow-cpu が入っていません',
  },
  cpuInstalled: {
    en: ({ version }: Version) => `TensorFlow ${version} is installed`,
    ja: ({ version }) => `TensorFlow ${version} が入っています`,
  },
  comesWithGraft: { en: 'comes with Graft', ja: 'Graft に付属しています' },
  plainForTests: {
    en: 'comes with Graft; plain JavaScript, for tests only',
    ja: 'Graft に付属しています。JavaScript のみで動き、テスト専用です',
  },
  llamaCppNotInstalled: {
    en: 'the runtime llama.cpp is not installed; for chats with GGUF models alone',
    ja: 'ランタイム llama.cpp が入っていません。GGUF モデルのチャット専用です',
  },
  llamaCppInstalled: {
    en: ({ version }: Version) => `node-llama-cpp ${version} is installed; for chats with GGUF models alone`,
    ja: ({ version }) => `node-llama-cpp ${version} が入っています。GGUF モデルのチャット専用です`,
  },
  askedAnd: {
    en: ({ why }: { readonly why: string }) => `asked for; ${why}`,
    ja: ({ why }) => `指定されました。${why}`,
  },
  tensorflowOnCuda: { en: 'TensorFlow on CUDA', ja: 'CUDA の TensorFlow' },
  plainJavaScript: { en: 'Plain JavaScript', ja: 'JavaScript のみの計算' },
  notHere: {
    en: ({ what, why }: { readonly what: string; readonly why: string }) => `${what} was asked for, but ${why}.`,
    ja: ({ what, why }) => `${what} が指定されましたが、${why}。`,
  },
  leaveToGraft: {
    en: 'Leave the backend to Graft (auto).',
    ja: 'バックエンドの選択を Graft に任せてください（auto）。',
  },
  runtimeGone: {
    en: ({ runtime }: { readonly runtime: string }) => `The runtime ${runtime} is gone.`,
    ja: ({ runtime }) => `ランタイム ${runtime} がなくなっています。`,
  },
  tensorflowOn: {
    en: ({ device, precision }: { readonly device: string; readonly precision: string }) =>
      `tensorflow on ${device}, ${precision}`,
    ja: ({ device, precision }) => `tensorflow（${device}）、${precision}`,
  },
  inPrecision: {
    en: ({ backend, precision }: { readonly backend: string; readonly precision: string }) =>
      `${backend}, ${precision}`,
    ja: ({ backend, precision }) => `${backend}、${precision}`,
  },
  noBf16: {
    en: ({ backend }: { readonly backend: string }) => `The ${backend} backend has no bf16.`,
    ja: ({ backend }) => `バックエンド ${backend} では bf16 を使えません。`,
  },
  otherPrecision: {
    en: 'Leave the precision open, use int8 to save memory, or use the backend tensorflow.',
    ja: '精度を指定しないか、メモリを節約する int8 にするか、バックエンド tensorflow を使ってください。',
  },
  chosen: {
    en: ({ label, threads, why }: { readonly label: string; readonly threads: number; readonly why: string }) =>
      `Backend: ${label}, ${threads} threads (${why}).`,
    ja: ({ label, threads, why }) => `バックエンド: ${label}、${threads} スレッド（${why}）。`,
  },
});
