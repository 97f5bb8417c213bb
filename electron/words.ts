/**
 * The few words that the shell says itself, outside its window: Electron leaves the menu to us in every language but
 * English.
 */
import type { RunState } from '../main/contract/entities.ts';

export type ShellLanguage = 'en' | 'ja';

export type ScreenName = 'home' | 'datasets' | 'models' | 'train' | 'runs' | 'adapters' | 'chat' | 'classify';

export interface ShellWords {
  readonly file: string;
  readonly edit: string;
  readonly view: string;
  readonly window: string;
  readonly help: string;
  readonly newChat: string;
  readonly newRun: string;
  readonly importDataset: string;
  readonly settings: string;
  readonly go: string;
  readonly screens: Readonly<Record<ScreenName, string>>;
  readonly doctor: string;
  readonly roles: Readonly<Record<RoleName, string>>;
  readonly quitTitle: string;
  readonly quitDetail: string;
  readonly quit: string;
  readonly keepOpen: string;
  readonly ended: Readonly<Record<RunState, string>>;
  readonly pausedOnBattery: string;
}

export type RoleName = keyof typeof enRoles;

const enRoles = {
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  pasteAndMatchStyle: 'Paste as plain text',
  selectAll: 'Select all',
  resetZoom: 'Actual size',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  togglefullscreen: 'Full screen',
  toggleDevTools: 'Developer tools',
  minimize: 'Minimise',
  zoom: 'Zoom',
  front: 'Bring all to front',
  close: 'Close window',
  about: 'About Graft',
  services: 'Services',
  hide: 'Hide Graft',
  hideOthers: 'Hide others',
  unhide: 'Show all',
  quit: 'Quit Graft',
} as const;

const en: ShellWords = {
  file: 'File',
  edit: 'Edit',
  view: 'View',
  window: 'Window',
  help: 'Help',
  newChat: 'New chat',
  newRun: 'New run',
  importDataset: 'Import a dataset…',
  settings: 'Settings…',
  go: 'Go',
  screens: {
    ...{ home: 'Home', datasets: 'Datasets', models: 'Models', train: 'Train' },
    ...{ runs: 'Runs', adapters: 'Adapters', chat: 'Chat', classify: 'Classify' },
  },
  doctor: 'Doctor',
  roles: enRoles,
  quitTitle: 'A run is training. Quit anyway?',
  quitDetail: 'It is saved where it is and goes on from there when you resume it.',
  quit: 'Save and quit',
  keepOpen: 'Keep training',
  ended: {
    queued: 'The run waits in the queue.',
    running: 'The run has started.',
    succeeded: 'The run has ended: its adapter is in the library.',
    failed: 'The run has failed.',
    cancelled: 'The run was stopped.',
    interrupted: 'The run was interrupted. It can go on from its last checkpoint.',
  },
  pausedOnBattery: 'Paused, because this machine runs on battery. It goes on with the charger.',
};

const ja: ShellWords = {
  file: 'ファイル',
  edit: '編集',
  view: '表示',
  window: 'ウィンドウ',
  help: 'ヘルプ',
  newChat: '新しいチャット',
  newRun: '新しい学習',
  importDataset: 'データセットを取り込む…',
  settings: '設定…',
  go: '移動',
  screens: {
    ...{ home: 'ホーム', datasets: 'データセット', models: 'モデル', train: '学習' },
    ...{ runs: '学習ジョブ', adapters: 'アダプター', chat: 'チャット', classify: '分類' },
  },
  doctor: '診断',
  roles: {
    undo: '元に戻す',
    redo: 'やり直す',
    cut: '切り取り',
    copy: 'コピー',
    paste: '貼り付け',
    pasteAndMatchStyle: 'プレーンテキストとして貼り付け',
    selectAll: 'すべて選択',
    resetZoom: '実際のサイズ',
    zoomIn: '拡大',
    zoomOut: '縮小',
    togglefullscreen: '全画面表示',
    toggleDevTools: '開発者ツール',
    minimize: '最小化',
    zoom: '拡大/縮小',
    front: 'すべてを手前に移動',
    close: 'ウィンドウを閉じる',
    about: 'Graft について',
    services: 'サービス',
    hide: 'Graft を隠す',
    hideOthers: 'ほかを隠す',
    unhide: 'すべてを表示',
    quit: 'Graft を終了',
  },
  quitTitle: '学習中です。終了しますか?',
  quitDetail: 'ここまでの学習は保存され、再開すると続きから始まります。',
  quit: '保存して終了',
  keepOpen: '学習を続ける',
  ended: {
    queued: '順番を待っています。',
    running: '学習が始まりました。',
    succeeded: '学習が終わりました。アダプターはライブラリにあります。',
    failed: '学習に失敗しました。',
    cancelled: '学習を停止しました。',
    interrupted: '学習が中断されました。最後のチェックポイントから再開できます。',
  },
  pausedOnBattery: 'バッテリーで動作しているため一時停止しました。電源につなぐと再開します。',
};

/** `locale` is the system's, used where the person chose none. */
export function shellWords(choice: 'system' | ShellLanguage, locale: string): ShellWords {
  const language = choice === 'system' ? (locale.startsWith('ja') ? 'ja' : 'en') : choice;
  return { en, ja }[language];
}
