/** Of archives of adapters. */
import { wordsOf } from './words.ts';

export const archiveWords = wordsOf('archives', {
  several: {
    en: ({ count }: { readonly count: number }) => `${count} adapters`,
    ja: ({ count }) => `アダプター ${count} 件`,
  },
  readCancelled: {
    en: 'Cancelled; nothing of the archive was kept.',
    ja: 'キャンセルしました。アーカイブからは何も残っていません。',
  },
  entryNoFile: {
    en: ({ name }: { readonly name: string }) => `the entry ${name} is no plain file`,
    ja: ({ name }) => `項目 ${name} が通常のファイルではありません`,
  },
  doesNotBegin: {
    en: ({ listEntry }: { readonly listEntry: string }) => `it does not begin with ${listEntry}`,
    ja: ({ listEntry }) => `${listEntry} で始まっていません`,
  },
  entryNotListed: {
    en: ({ name }: { readonly name: string }) => `the entry ${name} is not in its list, or there twice`,
    ja: ({ name }) => `項目 ${name} が一覧にないか、2 つあります`,
  },
  entrySize: {
    en: ({ name, size, sizeBytes }: { readonly name: string; readonly size: number; readonly sizeBytes: number }) =>
      `${name} has ${size} bytes instead of ${sizeBytes}`,
    ja: ({ name, sizeBytes, size }) => `${name} が ${sizeBytes} バイトではなく ${size} バイトです`,
  },
  entryDiffers: {
    en: ({ name }: { readonly name: string }) => `${name} differs from its checksum`,
    ja: ({ name }) => `${name} がチェックサムと異なります`,
  },
  empty: { en: 'it is empty', ja: '空です' },
  entryMissing: {
    en: ({ missing }: { readonly missing: string }) => `${missing} is missing`,
    ja: ({ missing }) => `${missing} がありません`,
  },
  listDoesNotHold: {
    en: ({
      listEntry,
      field,
      message,
    }: {
      readonly listEntry: string;
      readonly field: string;
      readonly message: string;
    }) => `its list ${listEntry} does not hold (${field}: ${message})`,
    ja: ({ listEntry, field, message }) => `一覧 ${listEntry} が正しくありません（${field}: ${message}）`,
  },
  onlyOwn: {
    en: 'Open only archives that Graft wrote. Nothing was added.',
    ja: 'Graft が作ったアーカイブだけを開いてください。何も追加していません。',
  },
  noArchive: {
    en: ({ file, why }: { readonly file: string; readonly why: string }) =>
      `${file} is no archive of adapters: ${why}.`,
    ja: ({ file, why }) => `${file} はアダプターのアーカイブではありません。${why}。`,
  },
  askAgain: {
    en: 'Ask for the archive again. Nothing was added.',
    ja: 'アーカイブをもう一度作ってもらってください。何も追加していません。',
  },
  damaged: {
    en: ({ file, what }: { readonly file: string; readonly what: string }) =>
      `The archive ${file} is damaged: ${what}.`,
    ja: ({ file, what }) => `アーカイブ ${file} が壊れています。${what}。`,
  },
  writeCancelled: { en: 'Cancelled; nothing was written.', ja: 'キャンセルしました。何も書き出していません。' },
});
