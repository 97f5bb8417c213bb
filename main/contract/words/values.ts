/** What a value of a file is, and why a text of it is none. */
import { wordsOf } from './words.ts';

/** What JavaScript says of a text that is no JSON, in Japanese. */
function jsonFaultJa(why: string): string {
  const place = /at position (\d+)/.exec(why)?.[1];
  const where = place === undefined ? '' : `${Number(place) + 1} 文字目: `;
  const token = /Unexpected token '?(.*?)'?(?:, | in JSON|$)/s.exec(why)?.[1];
  if (/Unexpected end|Unterminated/.test(why)) return `${where}途中で終わっています`;
  if (/control character/.test(why)) return `${where}文字列に制御文字があります`;
  if (/escape/.test(why)) return `${where}エスケープが正しくありません`;
  if (/Expected/.test(why)) return `${where}区切りかかっこが足りません`;
  if (/non-whitespace/.test(why)) return `${where}JSON の後に文字が続いています`;
  return token === undefined ? `${where}書き方が正しくありません` : `${where}「${token}」は使えません`;
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
  other: { en: 'a {type}', ja: '{type} 型の値' },
  /** A name that only a program has for it. */
  plain: { en: '{type}', ja: '{type}' },
  notText: { en: '{name} is {kind}, not text', ja: '{name}が文字列ではありません（{kind}）' },
  control: { en: '{name} holds the control character {character}', ja: '{name}に制御文字 {character} があります' },
  halfPair: {
    en: '{name} holds half of a surrogate pair, which is no character',
    ja: '{name}にサロゲートペアの片方だけがあり、文字になりません',
  },
  empty: { en: '{name} is empty', ja: '{name}が空です' },
  isMissing: { en: '{name} is missing', ja: '{name}がありません' },
  jsonFault: { en: ({ why }: { readonly why: string }) => why, ja: ({ why }) => jsonFaultJa(why) },
  /** Columns and fields, between other words. */
  column: { en: '{name}', ja: '「{name}」' },
  aColumnNoText: { en: 'a column is not text', ja: '文字列ではない列があります' },
});
