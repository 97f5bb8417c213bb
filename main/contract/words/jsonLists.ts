/** JSON files that are one list of rows. */
import { wordsOf } from './words.ts';

export const jsonListWords = wordsOf('jsonLists', {
  at: { en: '{file}, line {line}: {what}.', ja: '{file}、{line} 行目: {what}。' },
  oneList: {
    en: 'The file must be one JSON list of rows, or an object with one such list; rows on lines of their own are JSON Lines (.jsonl).',
    ja: 'ファイルは行の JSON リスト 1 つか、そのようなリストを 1 つ持つオブジェクトにしてください。1 行に 1 件ずつ書いたものは JSON Lines（.jsonl）です。',
  },
  empty: { en: 'the file is empty', ja: 'ファイルが空です' },
  noList: { en: 'the object holds no list of rows', ja: 'オブジェクトに行のリストがありません' },
  endsWithin: { en: 'the file ends in the middle of the list', ja: 'ファイルがリストの途中で終わっています' },
  longRow: {
    en: 'the row that starts in line {line} has more than {characters} characters',
    ja: '{line} 行目に始まる行が {characters} 文字を超えています',
  },
  twoLists: {
    en: 'there are two lists of rows, {first} and {second}',
    ja: '行のリストが {first} と {second} の 2 つあります',
  },
  unexpected: { en: '{found} where {expected} should be', ja: '{expected}のはずの場所に {found} があります' },
  aList: { en: 'a list', ja: 'リスト' },
  aRow: { en: 'a row', ja: '行' },
  commaOrListEnd: { en: 'a comma or the end of the list', ja: 'カンマかリストの終わり' },
  fieldName: { en: 'a field name', ja: '項目の名前' },
  colon: { en: 'a colon', ja: 'コロン' },
  value: { en: 'a value', ja: '値' },
  commaOrObjectEnd: { en: 'a comma or the end of the object', ja: 'カンマかオブジェクトの終わり' },
  fileEnd: { en: 'the end of the file', ja: 'ファイルの終わり' },
});
