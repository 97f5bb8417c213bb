/** Of the libraries that compute. */
import { wordsOf } from './words.ts';

export const engineBackendWords = wordsOf('engineBackends', {
  over4gb: {
    en: 'The model does not fit into the 4 GB that WebAssembly can use.',
    ja: 'モデルが、WebAssembly の使える 4 GB に収まりません。',
  },
  useSmaller: {
    en: 'Use the precision nf4 or int8, the backend tensorflow, or a smaller model.',
    ja: '精度 nf4 か int8、またはバックエンド tensorflow を使うか、小さいモデルを選んでください。',
  },
  wasmNotStarted: {
    en: 'The WebAssembly backend could not be started.',
    ja: 'WebAssembly のバックエンドを開始できませんでした。',
  },
  reinstall: {
    en: 'Run `doctor`; reinstall the dependencies with `npm ci`.',
    ja: '`doctor` を実行してください。依存パッケージは `npm ci` で入れ直せます。',
  },
  runDoctor: { en: 'Run `doctor`.', ja: '`doctor` を実行してください。' },
  wasmDevice: { en: 'CPU (1 thread), WebAssembly', ja: 'CPU（1 スレッド）、WebAssembly' },
  javascriptDevice: { en: 'CPU (1 thread), plain JavaScript', ja: 'CPU（1 スレッド）、JavaScript のみ' },
  otherPrecision: {
    en: 'Use the precision float32, int8 or nf4, or the backend tensorflow.',
    ja: '精度 float32、int8、nf4 のどれか、またはバックエンド tensorflow を使ってください。',
  },
  unknownAttribute: {
    en: 'Attribute {name} has the unknown kind {type}.',
    ja: '属性 {name} の種類 {type} は不明です。',
  },
  noReadingWhileRecording: {
    en: 'A recorded function may not read tensor values.',
    ja: '記録中の関数はテンソルの値を読めません。',
  },
  tensorflowNotLoaded: {
    en: 'The TensorFlow runtime in {dir} could not be loaded: {why}',
    ja: '{dir} の TensorFlow ランタイムを読み込めませんでした: {why}',
  },
  reinstallTensorflow: {
    en: 'Remove the TensorFlow runtime and install it again; the doctor says what is there.',
    ja: 'TensorFlow ランタイムを削除して入れ直してください。何が入っているかは診断に表示されます。',
  },
  lowerBatch: {
    en: 'Lower the batch size or maximum length, or turn on recompute.',
    ja: 'バッチサイズか最大長を下げるか、再計算をオンにしてください。',
  },
  outOfMemory: {
    en: 'TensorFlow ran out of memory: {message}',
    ja: 'TensorFlow のメモリが足りなくなりました: {message}',
  },
  deviceLost: { en: 'The device stopped answering: {message}', ja: 'デバイスが応答しなくなりました: {message}' },
  tensorflowSays: { en: 'TensorFlow: {message}', ja: 'TensorFlow: {message}' },
  noDevice: { en: 'TensorFlow sees no {wanted} device.', ja: 'TensorFlow から {wanted} デバイスが見えません。' },
  because: { en: '{said} {why}', ja: '{said}{why}' },
  noCudaDriver: {
    en: "The library of NVIDIA's driver cannot be loaded: {message}",
    ja: 'NVIDIA のドライバーのライブラリを読み込めません: {message}',
  },
  installDriver: {
    en: "Install NVIDIA's driver, 525 or newer (nvidia-smi shows it); or use --device cpu.",
    ja: 'NVIDIA のドライバー（525 以降）を入れてください（nvidia-smi で確かめられます）。--device cpu も使えます。',
  },
  oldDriver: {
    en: "NVIDIA's driver is too old: it runs CUDA {version}, and this TensorFlow needs CUDA 12.",
    ja: 'NVIDIA のドライバーが古すぎます。CUDA {version} までしか動かず、この TensorFlow には CUDA 12 が要ります。',
  },
  updateDriver: {
    en: "Update NVIDIA's driver to 525 or newer; or use --device cpu.",
    ja: 'NVIDIA のドライバーを 525 以降に更新してください。--device cpu も使えます。',
  },
  driverMismatch: {
    en: "NVIDIA's driver in the kernel and its library are of different versions, as after an update.",
    ja: 'NVIDIA のドライバーの、カーネル側とライブラリの版が違います（更新の直後に起こります）。',
  },
  restart: {
    en: 'Restart the machine; or use --device cpu.',
    ja: 'マシンを再起動してください。--device cpu も使えます。',
  },
  driverError: {
    en: "NVIDIA's driver does not start: error {code} of cuInit.",
    ja: 'NVIDIA のドライバーが始まりません（cuInit のエラー {code}）。',
  },
  noCard: { en: "NVIDIA's driver sees no card.", ja: 'NVIDIA のドライバーから GPU が見えません。' },
  showCard: {
    en: 'Check that CUDA_VISIBLE_DEVICES hides none and that a container was given the card; or use --device cpu.',
    ja: 'CUDA_VISIBLE_DEVICES で隠していないか、コンテナに GPU を渡したか確かめてください。--device cpu も使えます。',
  },
  unusedCard: {
    en: "NVIDIA's driver sees a card (CUDA {version}), and TensorFlow does not take it.",
    ja: 'NVIDIA のドライバーからは GPU が見えますが（CUDA {version}）、TensorFlow が使いません。',
  },
  newerCard: {
    en: 'It needs compute capability 6.0 (Pascal) or more. If the card has it, reinstall the runtime tensorflow-cuda; or use --device cpu.',
    ja: 'compute capability 6.0（Pascal）以上の GPU が要ります。満たしている場合は、ランタイム tensorflow-cuda を入れ直してください。--device cpu も使えます。',
  },
  checkDriver: {
    en: 'Check that an NVIDIA driver is installed (nvidia-smi), then run `doctor`; or use --backend tensorflow without CUDA.',
    ja: 'NVIDIA のドライバーが入っているか（nvidia-smi で）確かめ、`doctor` を実行してください。CUDA なしの --backend tensorflow も使えます。',
  },
  notAlive: { en: 'Tensor {id} is not alive.', ja: 'テンソル {id} はすでにありません。' },
  tooManyBytes: {
    en: 'A tensor was given more bytes than it has.',
    ja: 'テンソルに、その大きさを超えるバイト数が渡されました。',
  },
  otherSettings: {
    en: 'TensorFlow is open in this process with other settings.',
    ja: 'このプロセスでは、TensorFlow が別の設定で開かれています。',
  },
  newProcess: { en: 'Start a new engine process for them.', ja: '新しいエンジンプロセスを開始してください。' },
  noTensorflow: { en: 'No TensorFlow runtime is installed.', ja: 'TensorFlow ランタイムが入っていません。' },
  installTensorflow: {
    en: 'Install the runtime tensorflow-cpu, or use the backend wasm.',
    ja: 'ランタイム tensorflow-cpu をインストールするか、バックエンド wasm を使ってください。',
  },
  cpuThreads: { en: 'CPU ({threads} threads)', ja: 'CPU（{threads} スレッド）' },
  tensorflowDevice: { en: '{place}, TensorFlow {version}', ja: '{place}、TensorFlow {version}' },
  shapeNotKnown: {
    en: 'The shape of {name} is not known while recording.',
    ja: '{name} の形状が記録中に分かりません。',
  },
});
