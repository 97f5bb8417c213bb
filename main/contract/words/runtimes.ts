/** Of runtimes: what there is, installing and removing. */
import { wordsOf } from './words.ts';

export const runtimeWords = wordsOf('runtimes', {
  cancelledWaiting: {
    en: 'Cancelled while another installation was running.',
    ja: '別のインストールを待つ間にキャンセルしました。',
  },
  noRuntime: { en: 'There is no runtime called {id}.', ja: '{id} というランタイムはありません。' },
  chooseOne: { en: 'Choose one of: {known}.', ja: '{known} から選んでください。' },
  notForPlatform: {
    en: '{id} is not available for {platform}, only for {platforms, list}.',
    ja: '{id} は {platform} では使えません。使えるのは {platforms, list} です。',
  },
  useInstead: { en: 'Use {otherwise}.', ja: '{otherwise}を使ってください。' },
  notFromWheel: {
    en: '{title} is not installed from a wheel.',
    ja: '{title} はホイールからはインストールできません。',
  },
  leaveWheelOut: { en: 'Leave --wheel out.', ja: '--wheel を外してください。' },
  lacks: {
    en: 'What was fetched for {id} {version} lacks {missing}.',
    ja: '取得した {id} {version} に {missing} がありません。',
  },
  wrongPackage: {
    en: 'Report this: the pinned package is wrong.',
    ja: '固定されたパッケージが誤っています。報告をお願いします。',
  },
  needsSpace: {
    en: '{id} needs {needed} in {cacheDir}, where {free} are free.',
    ja: '{id} には {cacheDir} に {needed} 必要ですが、空きは {free} です。',
  },
  freeSpaceOrCache: {
    en: 'Free some space, or set GRAFT_CACHE to a folder on a larger disk.',
    ja: '空きを作るか、GRAFT_CACHE に大きいディスクのフォルダーを指定してください。',
  },
  llamaCppTitle: { en: 'llama.cpp for chats', ja: 'チャット用の llama.cpp' },
  tensorsAlways: { en: 'the tensor engine, which is always there', ja: 'テンソルエンジン（いつでも使えます）' },
  wasmAlways: { en: 'the wasm backend, which is always there', ja: 'バックエンド wasm（いつでも使えます）' },
  tensorflowCpu: { en: 'TensorFlow for the processor', ja: 'プロセッサー用の TensorFlow' },
  tensorflowCuda: { en: 'TensorFlow for NVIDIA graphics cards', ja: 'NVIDIA グラフィックスカード用の TensorFlow' },
  webgpu: { en: 'WebGPU for graphics cards of every maker', ja: '各社の GPU 用の WebGPU' },
  noneForPlatform: {
    en: 'There is no {title} for {platform}; Graft uses {otherwise}.',
    ja: '{platform} 用の{title}はありません。Graft は{otherwise}を使います。',
  },
  noGraphicsCard: {
    en: 'No NVIDIA graphics card with its driver was found here.',
    ja: 'ドライバーの入った NVIDIA のグラフィックスカードが見つかりません。',
  },
  notInstalled: { en: 'The runtime {id} is not installed.', ja: 'ランタイム {id} は入っていません。' },
  lookAtList: { en: 'Look at the list of runtimes.', ja: 'ランタイムの一覧を確かめてください。' },
});
