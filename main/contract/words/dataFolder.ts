/** Of the data folder: opening, moving, backing up and restoring it. */
import { wordsOf } from './words.ts';

export const dataFolderWords = wordsOf('dataFolder', {
  usedByAnother: {
    en: 'Another Graft uses this data folder.',
    ja: '別の Graft がこのデータフォルダーを使っています。',
  },
  closeIt: { en: 'Close it and try again.', ja: 'それを閉じてから、もう一度試してください。' },
  moved: {
    en: 'The data folder {home} was moved, and its new place is not there.',
    ja: 'データフォルダー {home} は移動されていますが、移動先がありません。',
  },
  connectDisk: {
    en: 'Connect the disk it is on, or name the folder with --home.',
    ja: '移動先のディスクを接続するか、--home でフォルダーを指定してください。',
  },
  cannotBeUsed: {
    en: 'The data folder {home} cannot be used: {message}',
    ja: 'データフォルダー {home} を使えません: {message}',
  },
  nameAnother: { en: 'Name another folder with --home.', ja: '--home で別のフォルダーを指定してください。' },
  insideGraft: {
    en: "The data folder {home} lies inside Graft's own folder.",
    ja: 'データフォルダー {home} は Graft 自身のフォルダーの中にあります。',
  },
  nameElsewhere: {
    en: 'Name a folder elsewhere with --home or GRAFT_HOME.',
    ja: '--home か GRAFT_HOME で別の場所のフォルダーを指定してください。',
  },
  isThere: { en: '{toFile} is there already.', ja: '{toFile} はすでにあります。' },
  newFile: { en: 'Name a new file.', ja: '新しいファイルを指定してください。' },
  backupCancelled: {
    en: 'The backup was cancelled; nothing of it was kept.',
    ja: 'バックアップをキャンセルしました。何も残っていません。',
  },
  strangeEntry: {
    en: 'The backup holds an entry that {why}: {name}.',
    ja: 'バックアップに不正な項目があります（{why}）: {name}。',
  },
  onlyOwn: {
    en: 'Restore only backups that Graft wrote. Nothing was changed.',
    ja: 'Graft が作ったバックアップだけを復元してください。何も変更していません。',
  },
  noPlainFile: { en: 'is no plain file but a {type}', ja: '通常のファイルではなく {type}' },
  leadsOut: {
    en: 'leads out of the data folder or has an unsafe name',
    ja: 'データフォルダーの外を指すか、安全でない名前',
  },
  doesNotBelong: { en: 'does not belong there', ja: 'ここにあるべきでない' },
  moveCancelled: {
    en: 'Moving was cancelled; nothing was changed.',
    ja: '移動をキャンセルしました。何も変更していません。',
  },
  intoItself: {
    en: 'A data folder cannot move into itself or around itself.',
    ja: 'データフォルダーをそれ自身の中や外側に移動することはできません。',
  },
  elsewhere: { en: 'Name a folder elsewhere.', ja: '別の場所のフォルダーを指定してください。' },
  notEmpty: { en: '{toDir} is not empty.', ja: '{toDir} は空ではありません。' },
  emptyFolder: { en: 'Name a new or empty folder.', ja: '新しいフォルダーか空のフォルダーを指定してください。' },
  copyDiffers: {
    en: 'The copy of {from} has {copied} bytes instead of {expected}.',
    ja: '{from} のコピーが {expected} バイトではなく {copied} バイトです。',
  },
  checkDisk: { en: 'Check the disk.', ja: 'ディスクを確かめてください。' },
  stillStarting: {
    en: 'Another Graft is still starting, restoring or moving this data folder.',
    ja: '別の Graft がこのデータフォルダーを起動、復元、または移動しています。',
  },
  waitOrClose: {
    en: 'Wait for it, or close it, and run the same command again.',
    ja: '終わるのを待つか、それを閉じてから、もう一度実行してください。',
  },
  restoreCancelled: {
    en: 'Restoring was cancelled; nothing was changed.',
    ja: '復元をキャンセルしました。何も変更していません。',
  },
  entryTwice: { en: 'the entry {name} is there twice', ja: '項目 {name} が 2 つあります' },
  listMissing: {
    en: 'its list of files is missing, so it was not written to the end',
    ja: 'ファイルの一覧がありません。最後まで書かれていません',
  },
  listWrong: { en: 'its list of files does not hold', ja: 'ファイルの一覧が正しくありません' },
  fileDiffers: {
    en: '{name} is missing or differs from its checksum',
    ja: '{name} がないか、チェックサムと異なります',
  },
  notListed: { en: '{extra} is not in its list of files', ja: '{extra} がファイルの一覧にありません' },
  noDatabase: { en: 'it holds no database', ja: 'データベースがありません' },
  newerBackup: { en: 'The backup was written by a newer Graft.', ja: 'バックアップは新しい Graft で作られています。' },
  updateFirst: {
    en: 'Update Graft first. Nothing was changed.',
    ja: '先に Graft を更新してください。何も変更していません。',
  },
  databaseWrong: { en: 'its database does not hold: {answer}', ja: 'データベースが正しくありません: {answer}' },
  backupDamaged: { en: 'The backup is damaged: {what}.', ja: 'バックアップが壊れています。{what}。' },
  otherBackup: {
    en: 'Use another backup. Nothing was changed.',
    ja: '別のバックアップを使ってください。何も変更していません。',
  },
});
