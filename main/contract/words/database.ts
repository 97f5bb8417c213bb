/** The data folder's database, and finding a row of it by a person's word. */
import { wordsOf } from './words.ts';

interface Word {
  readonly kind: string;
  readonly word: string;
}

export const databaseWords = wordsOf('database', {
  unknownKind: {
    en: ({ id, word }: { readonly id: string; readonly word: string }) =>
      `The message ${id} in the database is of a kind that is not known: ${word}.`,
    ja: ({ id, word }) => `データベースのメッセージ ${id} は知らない種類です: ${word}。`,
  },
  noDatabase: {
    en: ({ file }: { readonly file: string }) => `${file} is not a database.`,
    ja: ({ file }) => `${file} はデータベースではありません。`,
  },
  otherColumn: {
    en: ({ column }: { readonly column: string }) => `The database column ${column} does not hold what it should.`,
    ja: ({ column }) => `データベースの列 ${column} の内容が正しくありません。`,
  },
  notMigrated: {
    en: 'The database could not be brought to this version of Graft.',
    ja: 'データベースをこのバージョンの Graft に移行できませんでした。',
  },
  unchanged: { en: 'Nothing was changed.', ja: '何も変更していません。' },
  unchangedWithCopy: {
    en: ({ copy }: { readonly copy: string }) => `Nothing was changed; a copy from before is ${copy}.`,
    ja: ({ copy }) => `何も変更していません。以前の写しは ${copy} にあります。`,
  },
  newer: {
    en: ({ version, known }: { readonly version: number; readonly known: number }) =>
      `The data folder was written by a newer Graft (database version ${version}, this one knows ${known}).`,
    ja: ({ version, known }) =>
      `このデータフォルダーは新しい Graft で書かれています（データベースのバージョン ${version}、この Graft が扱えるのは ${known} まで）。`,
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
  damagedBy: {
    en: ({ answer }: { readonly answer: string }) => `The database is damaged: ${answer}.`,
    ja: ({ answer }) => `データベースが壊れています: ${answer}。`,
  },
  damagedAndOpen: {
    en: 'The database is damaged, and another Graft has it open.',
    ja: 'データベースが壊れていて、別の Graft が開いています。',
  },
  closeEvery: {
    en: 'Close every Graft and start again: the damaged file is then set aside.',
    ja: 'すべての Graft を終了して、もう一度起動してください。壊れたファイルは脇に移されます。',
  },
  held: { en: 'Another program holds the database.', ja: '別のプログラムがデータベースを使っています。' },
  notOpened: {
    en: ({ why }: { readonly why: string }) => `The database cannot be opened: ${why}.`,
    ja: ({ why }) => `データベースを開けません: ${why}。`,
  },
  checkFolder: { en: 'Check the folder and its permissions.', ja: 'フォルダーと権限を確かめてください。' },
  setAside: {
    en: ({ aside }: { readonly aside: string }) =>
      `The database was damaged. It was set aside as ${aside} and a new one was started.`,
    ja: ({ aside }) => `データベースが壊れていたため、${aside} に移して新しく作りました。`,
  },
  migrated: {
    en: ({ version, copy }: { readonly version: number; readonly copy: string }) =>
      `The database was brought to version ${version}; a copy from before is ${copy}.`,
    ja: ({ version, copy }) => `データベースをバージョン ${version} に移行しました。以前の写しは ${copy} にあります。`,
  },
  projectTaken: {
    en: ({ name }: { readonly name: string }) => `There is already a project "${name}".`,
    ja: ({ name }) => `プロジェクト「${name}」はすでにあります。`,
  },
  otherName: { en: 'Choose another name.', ja: '別の名前を選んでください。' },
  none: {
    en: ({ kind, word }: Word) => `There is no ${kind} "${word}".`,
    ja: ({ kind, word }) => `${kind}「${word}」はありません。`,
  },
  lookInList: {
    en: ({ kind }: { readonly kind: string }) => `Look in the list of ${kind}s: it may have been renamed or removed.`,
    ja: ({ kind }) => `${kind}の一覧を見てください。名前が変わったか、取り除かれた可能性があります。`,
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
