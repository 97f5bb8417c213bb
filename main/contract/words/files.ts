/** Of files, folders and disks, where no closer domain says it better. */
import { wordsOf } from './words.ts';

export const fileWords = wordsOf('files', {
  diskFull: { en: 'The disk is full.', ja: 'ディスクに空きがありません。' },
  freeSpace: {
    en: 'Free some space and run the same command again.',
    ja: '空きを作ってから、もう一度実行してください。',
  },
  noFile: { en: 'There is no file {file}.', ja: 'ファイル {file} がありません。' },
  checkPath: { en: 'Check the path.', ja: 'パスを確かめてください。' },
  noPermission: { en: 'No permission to use {file}.', ja: '{file} を使う権限がありません。' },
  aFile: { en: 'a file', ja: 'ファイル' },
  changePermissions: {
    en: 'Change its permissions or choose another place.',
    ja: '権限を変えるか、別の場所を選んでください。',
  },
  notAFile: { en: '{file} is not a file.', ja: '{file} はファイルではありません。' },
  giveFile: { en: 'Give the path of a file.', ja: 'ファイルのパスを指定してください。' },
  endsBefore: {
    en: '{file} ends before byte {position}.',
    ja: '{file} が {position} バイト目より前で終わっています。',
  },
  fetchOrCopyAgain: {
    en: 'The file is incomplete: fetch or copy it again.',
    ja: 'ファイルが途中までしかありません。もう一度取得するか、コピーし直してください。',
  },
  notWritten: { en: 'Could not write {file}: {why}', ja: '{file} に書き込めませんでした。{why}' },
  needsSpace: {
    en: '{path} has {free} free, and {needed} are needed.',
    ja: '{path} の空きは {free} で、{needed} が必要です。',
  },
  otherDisk: {
    en: 'Free some space, or choose a place on another disk.',
    ja: '空きを作るか、別のディスクの場所を選んでください。',
  },
  unreadable: { en: '{file} cannot be read: {why}.', ja: '{file} を読めません: {why}。' },
  saveAgain: { en: 'Fetch or save the file again.', ja: 'ファイルをもう一度取得するか、保存し直してください。' },
  noJsonObject: { en: 'it is not a JSON object', ja: 'JSON のオブジェクトではありません' },
  noJson: { en: 'it is not JSON', ja: 'JSON ではありません' },
  tooLarge: {
    en: 'it has {bytes} bytes, too many for such a file',
    ja: '{bytes} バイトもあり、このようなファイルとしては大きすぎます',
  },
  noUtf8: { en: 'it is not UTF-8 text', ja: 'UTF-8 のテキストではありません' },
  keyTwice: { en: 'the key {key} is there twice', ja: 'キー {key} が 2 回あります' },
  tooDeep: { en: 'it is nested more than {most} deep', ja: '入れ子が {most} 段を超えています' },
});
