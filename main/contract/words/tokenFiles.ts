/** Files of a dataset's tokens: made here, so that a fault is damage. */
import { wordsOf } from './words.ts';

export const tokenFileWords = wordsOf('tokenFiles', {
  invalid: {
    en: '{file} is not a token file: {fault}.',
    ja: '{file} は正しいトークンファイルではありません: {fault}。',
  },
  notWritten: { en: 'Cannot write {file}: {fault}.', ja: '{file} を書けません: {fault}。' },
  deleteIt: {
    en: 'Delete it; it is made again from the dataset.',
    ja: '削除してください。データセットから作り直されます。',
  },
  /** A fault in the terms of the file's own format, which only programmers meet. */
  fault: { en: '{detail}', ja: '内部の不整合（詳細: {detail}）' },
});
