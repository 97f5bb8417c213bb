/** What a value of a file is, and why a text of it is none. */
import { wordsOf } from './words.ts';

interface NoText {
  readonly name: string;
  readonly kind: string;
}

interface Named {
  readonly name: string;
}

export const valueWords = wordsOf('values', {
  missing: { en: 'missing', ja: '値なし' },
  nothing: { en: 'nothing', ja: '値なし' },
  null: { en: 'null', ja: '空の値（null）' },
  list: { en: 'a list', ja: 'リスト' },
  object: { en: 'an object', ja: 'オブジェクト' },
  number: { en: 'a number', ja: '数値' },
  boolean: { en: 'a boolean', ja: '真偽値' },
  trueOrFalse: { en: 'true or false', ja: '真偽値' },
  text: { en: 'text', ja: '文字列' },
  other: { en: ({ type }: { readonly type: string }) => `a ${type}`, ja: ({ type }) => `${type} 型の値` },
  /** A name that only a program has for it. */
  plain: { en: ({ type }: { readonly type: string }) => type, ja: ({ type }) => type },
  notText: {
    en: ({ name, kind }: NoText) => `${name} is ${kind}, not text`,
    ja: ({ name, kind }) => `${name}が文字列ではありません（${kind}）`,
  },
  control: {
    en: ({ name, character }: Named & { readonly character: string }) => `${name} holds the control character ${character}`,
    ja: ({ name, character }) => `${name}に制御文字 ${character} があります`,
  },
  halfPair: {
    en: ({ name }: Named) => `${name} holds half of a surrogate pair, which is no character`,
    ja: ({ name }) => `${name}にサロゲートペアの片方だけがあり、文字になりません`,
  },
  empty: { en: ({ name }: Named) => `${name} is empty`, ja: ({ name }) => `${name}が空です` },
  isMissing: { en: ({ name }: Named) => `${name} is missing`, ja: ({ name }) => `${name}がありません` },
  /** Columns and fields, between other words. */
  column: { en: ({ name }: Named) => name, ja: ({ name }) => `「${name}」` },
  aColumnNoText: { en: 'a column is not text', ja: '文字列ではない列があります' },
});
