/** Of fetching runtimes by npm and pip, and of wheels. */
import { wordsOf } from './words.ts';

export const runtimeFetchWords = wordsOf('runtimeFetches', {
  noNpm: { en: 'No npm was found.', ja: 'npm が見つかりません。' },
  installNpm: {
    en: 'Install Node with npm (any version from 20), or chat with the tensor engine, which is always there.',
    ja: 'Node と npm（バージョン 20 以降）をインストールするか、いつでも使えるテンソルエンジンでチャットしてください。',
  },
  diskFullFetching: {
    en: 'The disk filled up while fetching {id} {version}.',
    ja: '{id} {version} の取得中にディスクがいっぱいになりました。',
  },
  otherPackage: {
    en: 'npm fetched another package than the locked one. Its last words: {lastWords}',
    ja: 'npm が固定されたものとは別のパッケージを取得しました。最後の出力: {lastWords}',
  },
  checkNpmRegistry: {
    en: 'Check which registry npm uses (npm config get registry): it serves another file under this name.',
    ja: 'npm の取得先（`npm config get registry`）を確かめてください。この名前で別のファイルが配られています。',
  },
  npmFailed: {
    en: 'npm could not fetch {id} {version}. Its last words: {lastWords}',
    ja: 'npm で {id} {version} を取得できませんでした。最後の出力: {lastWords}',
  },
  checkNpm: {
    en: "Check the network and npm's own configuration (its registry, proxy and certificates), then try again.",
    ja: 'ネットワークと npm の設定（取得先、プロキシ、証明書）を確かめてから、もう一度試してください。',
  },
  cancelledFetching: {
    en: 'Fetching {id} was cancelled; nothing of it was kept.',
    ja: '{id} の取得をキャンセルしました。何も残っていません。',
  },
  noPython: { en: 'No Python with pip was found.', ja: 'pip の使える Python が見つかりません。' },
  installPython: {
    en: 'Install Python 3 with pip, or set GRAFT_PYTHON to a Python that has pip.',
    ja: 'Python 3 と pip をインストールするか、pip のある Python を GRAFT_PYTHON に指定してください。',
  },
  installPythonOr: {
    en: 'Install Python 3 with pip, or set GRAFT_PYTHON to a Python that has pip. Or {alternative}',
    ja: 'Python 3 と pip をインストールするか、pip のある Python を GRAFT_PYTHON に指定してください。または、{alternative}',
  },
  checkPip: {
    en: "Check the network and pip's own configuration (its index, proxy and certificates).",
    ja: 'ネットワークと pip の設定（取得先、プロキシ、証明書）を確かめてください。',
  },
  checkPipOr: {
    en: "Check the network and pip's own configuration (its index, proxy and certificates), or {alternative}.",
    ja: 'ネットワークと pip の設定（取得先、プロキシ、証明書）を確かめてください。または、{alternative}。',
  },
  pipFailed: {
    en: 'pip could not fetch {requirement}. Its last words: {lastWords}',
    ja: 'pip で {requirement} を取得できませんでした。最後の出力: {lastWords}',
  },
  otherWheel: {
    en: '{name} as pip fetched it is not the pinned file: its SHA-256 differs from {sha256}.',
    ja: 'pip が取得した {name} は固定されたファイルではありません。SHA-256 が {sha256} と異なります。',
  },
  checkPipIndex: {
    en: 'Check which index pip uses (pip config list): it serves another file under this name.',
    ja: 'pip の取得先（pip config list）を確かめてください。この名前で別のファイルが配られています。',
  },
  diskFullFetchingWheel: {
    en: 'The disk filled up while fetching {requirement}.',
    ja: '{requirement} の取得中にディスクがいっぱいになりました。',
  },
  cancelledFetchingWheel: {
    en: 'Fetching {requirement} was cancelled; nothing of it was kept.',
    ja: '{requirement} の取得をキャンセルしました。何も残っていません。',
  },
  cancelledChecking: { en: 'Checking {path} was cancelled.', ja: '{path} の確認をキャンセルしました。' },
  cancelledUnpacking: {
    en: 'Unpacking {wheel} was cancelled; nothing of it was kept.',
    ja: '{wheel} の展開をキャンセルしました。何も残っていません。',
  },
  diskFullUnpacking: {
    en: 'The disk filled up while unpacking {wheel}.',
    ja: '{wheel} の展開中にディスクがいっぱいになりました。',
  },
  notIntact: {
    en: '{wheel} is not an intact wheel: {message}.',
    ja: '{wheel} は正常なホイールではありません: {message}。',
  },
  fetchAgain: { en: 'Fetch it again.', ja: 'もう一度取得してください。' },
  bringWheel: {
    en: 'bring {fileName} from another machine and hand that file to the installation (--wheel FILE)',
    ja: '別のマシンから {fileName} を持ってきてインストールに渡してください（--wheel ファイル）',
  },
  checkWheelPath: { en: 'Check the path of the wheel.', ja: 'ホイールのパスを確かめてください。' },
  notThisWheel: {
    en: '{path} is not {fileName}: its SHA-256 is {found}, not {expected}.',
    ja: '{path} は {fileName} ではありません。SHA-256 が {found} で、{expected} と異なります。',
  },
  exactWheel: {
    en: 'Give exactly the file {fileName} ({requirement}), or none, to have pip fetch it.',
    ja: '{fileName}（{requirement}）そのものを渡すか、何も渡さず pip に取得させてください。',
  },
});
