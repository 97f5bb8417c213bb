/** Of WebGPU: where it is, and what goes wrong on it. */
import { wordsOf } from './words.ts';

export const webgpuWords = wordsOf('webgpu', {
  notInstalled: {
    en: 'the runtime webgpu is not installed (graphics cards of every maker)',
    ja: 'ランタイム webgpu が入っていません（各社の GPU で計算できます）',
  },
  install: { en: 'Install the runtime webgpu.', ja: 'ランタイム webgpu をインストールしてください。' },
  needsNode: {
    en: "npm's webgpu does not run inside Electron, and the packaged window has no Node beside it",
    ja: 'npm の webgpu は Electron の中では動かず、パッケージ版のウィンドウには Node が付いていません',
  },
  startByNpm: {
    en: 'Start Graft with `npm start` from its folder (window or browser), or use another backend.',
    ja: 'Graft のフォルダーで `npm start` から起動するか（ウィンドウでもブラウザーでも可）、別のバックエンドを使ってください。',
  },
  untested: {
    en: 'webgpu {version} is installed; not tested on this machine yet, so it is used only where it is asked for',
    ja: 'webgpu {version} が入っています。このマシンでまだテストしていないため、指定されたときだけ使います',
  },
  test: {
    en: 'Run the self-test (`doctor`, or Settings → Doctor).',
    ja: '自己テストを実行してください（`doctor`、または「設定」→「診断」）。',
  },
  isSoftware: {
    en: 'webgpu {version} computes on {device}, which is software and no graphics card: used only where it is asked for',
    ja: 'webgpu {version} の計算先は {device} です。GPU ではなくソフトウェアなので、指定されたときだけ使います',
  },
  failed: {
    en: 'webgpu {version} did not pass its test on {device}: {why}',
    ja: 'webgpu {version} は {device} でのテストに合格しませんでした: {why}',
  },
  passed: {
    en: 'webgpu {version} passed its test on {device} (float32, run eagerly)',
    ja: 'webgpu {version} は {device} でのテストに合格しました（float32、逐次実行）',
  },
  on: { en: 'webgpu, {precision}', ja: 'webgpu、{precision}' },
  device: { en: '{name}, WebGPU', ja: '{name}、WebGPU' },
  softwareDevice: { en: '{name} (software), WebGPU', ja: '{name}（ソフトウェア）、WebGPU' },
  onlySoftware: {
    en: 'WebGPU finds no graphics card here, only {name}, which is software.',
    ja: 'WebGPU から GPU が見つかりません。あるのはソフトウェアの {name} だけです。',
  },
  askByName: {
    en: 'Check the driver of the graphics card; or ask for it by name (--backend webgpu), slow as it is.',
    ja: 'GPU のドライバーを確かめてください。遅くてもよければ、名前で指定すると使えます（--backend webgpu）。',
  },
  noAdapter: { en: 'WebGPU finds no graphics card.', ja: 'WebGPU から GPU が見つかりません。' },
  noDevice: { en: 'WebGPU could not open {adapter}: {message}', ja: 'WebGPU で {adapter} を開けません: {message}' },
  checkDriver: {
    en: 'Check the driver of the graphics card (Vulkan on Linux, Direct3D 12 on Windows), or use another backend.',
    ja: 'GPU のドライバー（Linux は Vulkan、Windows は Direct3D 12）を確かめるか、別のバックエンドを使ってください。',
  },
  notLoaded: { en: '{module} could not be loaded: {message}', ja: '{module} を読み込めません: {message}' },
  insideElectron: {
    en: 'This engine was started before the runtime webgpu was installed, as a process in which it cannot run.',
    ja: 'このエンジンはランタイム webgpu を入れる前に起動したため、webgpu が動かないプロセスです。',
  },
  askAgain: {
    en: 'Ask again: a new engine takes its place.',
    ja: 'もう一度実行してください。新しいエンジンに替わります。',
  },
  reinstall: {
    en: 'Remove the runtime webgpu and install it again.',
    ja: 'ランタイム webgpu を削除して入れ直してください。',
  },
  noRuntime: { en: 'No runtime webgpu is installed.', ja: 'ランタイム webgpu が入っていません。' },
  lost: { en: 'The graphics card stopped answering: {message}', ja: 'GPU が応答しなくなりました: {message}' },
  refused: {
    en: 'WebGPU refused a computation, so that nothing after it can be trusted: {message}',
    ja: 'WebGPU が計算を拒否しました。それ以後の結果は信頼できません: {message}',
  },
  memoryFull: {
    en: "The graphics card's memory is full: {message}",
    ja: 'GPU のメモリがいっぱいです: {message}',
  },
  needLess: {
    en: 'Lower the batch size or maximum length, use the precision int8, or another backend.',
    ja: 'バッチサイズか最大長を下げるか、精度 int8 または別のバックエンドを使ってください。',
  },
  otherBackend: {
    en: 'Use another backend (tensorflow or wasm), and report this with the output of `doctor --json`.',
    ja: '別のバックエンド（tensorflow か wasm）を使い、`doctor --json` の出力を添えて報告してください。',
  },
  matrixTooLarge: {
    en: 'A matrix of {megabytes} MB is more than the {limit} MB that {device} binds at once.',
    ja: '{megabytes} MB の行列は、{device} が一度に扱える {limit} MB を超えています。',
  },
  otherTfjs: {
    en: '{file} is not the file that this version of Graft knows.',
    ja: '{file} は、この版の Graft が知っているファイルではありません。',
  },
  noReadingAtOnce: {
    en: 'WebGPU gives values only to those who wait for them.',
    ja: 'WebGPU の値は非同期でしか読めません。',
  },
});
