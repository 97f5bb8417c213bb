/** The data folder's database, and finding a row of it by a person's word. */
import { wordsOf } from './words.ts';

interface Word {
  readonly kind: string;
  readonly word: string;
}

export const databaseWords = wordsOf('database', {
  unknownKind: {
    en: 'The message {id} in the database is of a kind that is not known: {word}.',
    ja: 'データベースのメッセージ {id} は知らない種類です: {word}。',
  },
  noDatabase: { en: '{file} is not a database.', ja: '{file} はデータベースではありません。' },
  otherColumn: {
    en: 'The database column {column} does not hold what it should.',
    ja: 'データベースの列 {column} の内容が正しくありません。',
  },
  notMigrated: {
    en: 'The database could not be brought to this version of Graft.',
    ja: 'データベースをこのバージョンの Graft に移行できませんでした。',
  },
  unchanged: { en: 'Nothing was changed.', ja: '何も変更していません。' },
  unchangedWithCopy: {
    en: 'Nothing was changed; a copy from before is {copy}.',
    ja: '何も変更していません。以前の写しは {copy} にあります。',
  },
  newer: {
    en: 'The data folder was written by a newer Graft (database version {version}, this one knows {known}).',
    ja: 'このデータフォルダーは新しい Graft で書かれています（データベースのバージョン {version}、この Graft が扱えるのは {known} まで）。',
  },
  updateGraft: {
    en: 'Update Graft, or choose another folder with --home. Nothing was changed.',
    ja: 'Graft を更新するか、--home で別のフォルダーを選んでください。何も変更していません。',
  },
  olderOpen: {
    en: 'An older Graft is using this data folder.',
    ja: '古い Graft がこのデータフォルダーを使っています。',
  },
  closeAndRepeat: {
    en: 'Close it and run the same command again.',
    ja: 'それを終了してから、もう一度実行してください。',
  },
  damagedBy: { en: 'The database is damaged: {answer}.', ja: 'データベースが壊れています: {answer}。' },
  damagedAndOpen: {
    en: 'The database is damaged, and another Graft has it open.',
    ja: 'データベースが壊れていて、別の Graft が開いています。',
  },
  closeEvery: {
    en: 'Close every Graft and start again: the damaged file is then set aside.',
    ja: 'すべての Graft を終了して、もう一度起動してください。壊れたファイルは脇に移されます。',
  },
  held: { en: 'Another program holds the database.', ja: '別のプログラムがデータベースを使っています。' },
  notOpened: { en: 'The database cannot be opened: {why}.', ja: 'データベースを開けません: {why}。' },
  checkFolder: { en: 'Check the folder and its permissions.', ja: 'フォルダーと権限を確かめてください。' },
  setAside: {
    en: 'The database was damaged. It was set aside as {aside} and a new one was started.',
    ja: 'データベースが壊れていたため、{aside} に移して新しく作りました。',
  },
  migrated: {
    en: 'The database was brought to version {version}; a copy from before is {copy}.',
    ja: 'データベースをバージョン {version} に移行しました。以前の写しは {copy} にあります。',
  },
  projectTaken: { en: 'There is already a project "{name}".', ja: 'プロジェクト「{name}」はすでにあります。' },
  otherName: { en: 'Choose another name.', ja: '別の名前を選んでください。' },
  none: { en: 'There is no {kind} "{word}".', ja: '{kind}「{word}」はありません。' },
  lookInList: {
    en: 'Look in the list of {kind}s: it may have been renamed or removed.',
    ja: '{kind}の一覧を見てください。名前が変わったか、取り除かれた可能性があります。',
  },
  several: {
    en: ({
      kind,
      word,
      count,
      rows,
      isCut,
    }: Word & { readonly count: number; readonly rows: readonly string[]; readonly isCut: boolean }) =>
      `"${word}" could be ${count} ${kind}s: ${rows.join(', ')}${isCut ? ', …' : ''}.`,
    ja: ({ kind, word, count, rows, isCut }) =>
      `「${word}」に当てはまる${kind}が ${count} 件あります: ${rows.join('、')}${isCut ? '、…' : ''}。`,
  },
  giveId: { en: 'Give the whole id.', ja: 'ID 全体を指定してください。' },
  dataset: { en: 'dataset', ja: 'データセット' },
  model: { en: 'model', ja: 'モデル' },
  project: { en: 'project', ja: 'プロジェクト' },
  adapter: { en: 'adapter', ja: 'アダプター' },
  run: { en: 'run', ja: '学習ジョブ' },
  chat: { en: 'chat', ja: 'チャット' },
});
