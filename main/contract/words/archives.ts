/** Of archives of adapters. */
import { wordsOf } from './words.ts';

export const archiveWords = wordsOf('archives', {
  several: { en: '{count} adapters', ja: 'アダプター {count} 件' },
  readCancelled: {
    en: 'Cancelled; nothing of the archive was kept.',
    ja: 'キャンセルしました。アーカイブからは何も残っていません。',
  },
  entryNoFile: { en: 'the entry {name} is no plain file', ja: '項目 {name} が通常のファイルではありません' },
  doesNotBegin: { en: 'it does not begin with {listEntry}', ja: '{listEntry} で始まっていません' },
  entryNotListed: {
    en: 'the entry {name} is not in its list, or there twice',
    ja: '項目 {name} が一覧にないか、2 つあります',
  },
  entrySize: {
    en: '{name} has {size} bytes instead of {sizeBytes}',
    ja: '{name} が {sizeBytes} バイトではなく {size} バイトです',
  },
  entryDiffers: { en: '{name} differs from its checksum', ja: '{name} がチェックサムと異なります' },
  empty: { en: 'it is empty', ja: '空です' },
  entryMissing: { en: '{missing} is missing', ja: '{missing} がありません' },
  listDoesNotHold: {
    en: 'its list {listEntry} does not hold ({field}: {message})',
    ja: '一覧 {listEntry} が正しくありません（{field}: {message}）',
  },
  onlyOwn: {
    en: 'Open only archives that Graft wrote. Nothing was added.',
    ja: 'Graft が作ったアーカイブだけを開いてください。何も追加していません。',
  },
  noArchive: {
    en: '{file} is no archive of adapters: {why}.',
    ja: '{file} はアダプターのアーカイブではありません。{why}。',
  },
  askAgain: {
    en: 'Ask for the archive again. Nothing was added.',
    ja: 'アーカイブをもう一度作ってもらってください。何も追加していません。',
  },
  damaged: { en: 'The archive {file} is damaged: {what}.', ja: 'アーカイブ {file} が壊れています。{what}。' },
  writeCancelled: { en: 'Cancelled; nothing was written.', ja: 'キャンセルしました。何も書き出していません。' },
});
