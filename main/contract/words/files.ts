/** Of files, folders and disks, where no closer domain says it better. */
import { wordsOf } from './words.ts';

export const fileWords = wordsOf('files', {
  diskFull: { en: 'The disk is full.', ja: 'ディスクに空きがありません。' },
  freeSpace: { en: 'Free some space and run the same command again.', ja: '空きを作ってから、もう一度実行してください。' },
  noFile: {
    en: ({ file }: { readonly file: string }) => `There is no file ${file}.`,
    ja: ({ file }) => `ファイル ${file} がありません。`,
  },
  checkPath: { en: 'Check the path.', ja: 'パスを確かめてください。' },
  noPermission: {
    en: ({ file }: { readonly file: string }) => `No permission to use ${file}.`,
    ja: ({ file }) => `${file} を使う権限がありません。`,
  },
  aFile: { en: 'a file', ja: 'ファイル' },
  changePermissions: {
    en: 'Change its permissions or choose another place.',
    ja: '権限を変えるか、別の場所を選んでください。',
  },
});
