/** What long work is called, by its kind. */
import type { TaskKind } from '../../main/contract/tasks.ts';
import { catalogue } from './catalogue.ts';

export const taskWords = catalogue(
  {
    importModel: 'Importing a model',
    fetchModel: 'Fetching a model',
    correctModel: 'Correcting a model',
    importDataset: 'Importing a dataset',
    countTokens: 'Counting tokens',
    importAdapter: 'Importing an adapter',
    exportAdapter: 'Exporting an adapter',
    exportModel: 'Exporting a model',
    archiveAdapters: 'Writing an archive',
    unarchiveAdapters: 'Reading an archive',
    installRuntime: 'Installing TensorFlow',
    compareWithBase: 'Comparing with the base',
    prepareLlamaCpp: 'Preparing for llama.cpp',
    selfTest: 'Testing the backends',
    prepareFirstRun: 'Preparing the first run',
    backup: 'Backing up',
    clearDisk: 'Clearing space',
  } satisfies Record<TaskKind, string>,
  {
    importModel: 'モデルを取り込み中',
    fetchModel: 'モデルを取得中',
    correctModel: 'モデルを修正中',
    importDataset: 'データセットを取り込み中',
    countTokens: 'トークンを計算中',
    importAdapter: 'アダプターを取り込み中',
    exportAdapter: 'アダプターを書き出し中',
    exportModel: 'モデルを書き出し中',
    archiveAdapters: 'アーカイブを作成中',
    unarchiveAdapters: 'アーカイブを読み込み中',
    installRuntime: 'TensorFlow をインストール中',
    compareWithBase: 'ベースと比較中',
    prepareLlamaCpp: 'llama.cpp 用に準備中',
    selfTest: 'バックエンドをテスト中',
    prepareFirstRun: '最初の学習を準備中',
    backup: 'バックアップ中',
    clearDisk: '空き容量を確保中',
  },
);
