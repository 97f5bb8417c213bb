/** Files of a dataset's tokens: made here, so that a fault is damage. */
import { wordsOf } from './words.ts';

interface Fault {
  readonly file: string;
  readonly fault: string;
}

export const tokenFileWords = wordsOf('tokenFiles', {
  invalid: {
    en: ({ file, fault }: Fault) => `${file} is not a token file: ${fault}.`,
    ja: ({ file, fault }) => `${file} は正しいトークンファイルではありません: ${fault}。`,
  },
  notWritten: {
    en: ({ file, fault }: Fault) => `Cannot write ${file}: ${fault}.`,
    ja: ({ file, fault }) => `${file} を書けません: ${fault}。`,
  },
  deleteIt: {
    en: 'Delete it; it is made again from the dataset.',
    ja: '削除してください。データセットから作り直されます。',
  },
  /** A fault in the terms of the file's own format, which only programmers meet. */
  fault: {
    en: ({ detail }: { readonly detail: string }) => detail,
    ja: ({ detail }) => `内部の不整合（詳細: ${detail}）`,
  },
});
