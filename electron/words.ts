/** The few words that the shell says itself, outside its window. */
import type { RunState } from '../main/contract/entities.ts';

export type ShellLanguage = 'en' | 'ja';

export interface ShellWords {
  readonly file: string;
  readonly edit: string;
  readonly view: string;
  readonly window: string;
  readonly help: string;
  readonly newChat: string;
  readonly train: string;
  readonly importDataset: string;
  readonly settings: string;
  readonly go: string;
  readonly screens: Readonly<Record<'home' | 'datasets' | 'models' | 'runs' | 'adapters' | 'chat', string>>;
  readonly doctor: string;
  readonly quitTitle: string;
  readonly quitDetail: string;
  readonly quit: string;
  readonly keepOpen: string;
  readonly ended: Readonly<Record<RunState, string>>;
  readonly pausedOnBattery: string;
}

const en: ShellWords = {
  file: 'File',
  edit: 'Edit',
  view: 'View',
  window: 'Window',
  help: 'Help',
  newChat: 'New chat',
  train: 'Train an adapter',
  importDataset: 'Import a dataset…',
  settings: 'Settings…',
  go: 'Go',
  screens: { home: 'Home', datasets: 'Datasets', models: 'Models', runs: 'Runs', adapters: 'Adapters', chat: 'Chat' },
  doctor: 'Doctor',
  quitTitle: 'A run is training. Quit anyway?',
  quitDetail: 'It is saved at its last checkpoint and goes on from there when you resume it.',
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
  train: 'アダプターを学習',
  importDataset: 'データセットを取り込む…',
  settings: '設定…',
  go: '移動',
  screens: { home: 'ホーム', datasets: 'データセット', models: 'モデル', runs: '実行', adapters: 'アダプター', chat: 'チャット' },
  doctor: '診断',
  quitTitle: '学習中です。終了しますか?',
  quitDetail: '最後のチェックポイントに保存され、再開するとそこから続きます。',
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
