/** What is wrong with a value that somebody gave: a setting, a field of a request or of a file. */
import { wordsOf } from './words.ts';

export const validationWords = wordsOf('validation', {
  missing: { en: 'This is missing.', ja: '値がありません。' },
  notEmpty: { en: 'This must not be empty.', ja: '空にはできません。' },
  kind: { en: 'This must be {kind}.', ja: '{kind}でなければなりません。' },
  wholeNumber: { en: 'a whole number', ja: '整数' },
  number: { en: 'a number', ja: '数値' },
  text: { en: 'text', ja: '文字列' },
  yesOrNo: { en: 'yes or no', ja: '「はい」か「いいえ」（true か false）' },
  list: { en: 'a list', ja: 'リスト' },
  group: { en: 'a group of settings', ja: '設定のまとまり（オブジェクト）' },
  namedValues: { en: 'a list of names with values', ja: '名前と値の組' },
  otherKind: { en: 'a {kind}', ja: '{kind} 型の値' },
  oneOf: { en: 'This must be one of {values, list}.', ja: '次のどれかでなければなりません: {values, list}。' },
  moreThan: { en: 'This must be more than {limit}.', ja: '{limit} より大きくなければなりません。' },
  atLeast: { en: 'This must be at least {limit}.', ja: '{limit} 以上でなければなりません。' },
  lessThan: { en: 'This must be less than {limit}.', ja: '{limit} より小さくなければなりません。' },
  atMost: { en: 'This must be at most {limit}.', ja: '{limit} 以下でなければなりません。' },
  charactersAtLeast: {
    en: 'This must have at least {limit} characters.',
    ja: '{limit} 文字以上でなければなりません。',
  },
  charactersAtMost: { en: 'This must have at most {limit} characters.', ja: '{limit} 文字以下でなければなりません。' },
  entriesAtLeast: { en: 'This must have at least {limit} entries.', ja: '{limit} 個以上の要素が必要です。' },
  entriesAtMost: { en: 'This must have at most {limit} entries.', ja: '要素は {limit} 個までです。' },
  unknownFields: { en: 'Unknown: {fields, list}.', ja: '知らない項目があります: {fields, list}。' },
  otherForm: { en: 'This has not the expected form.', ja: '期待される形ではありません。' },
  multipleOf: { en: 'This must be a multiple of {divisor}.', ja: '{divisor} の倍数でなければなりません。' },
  projectName: { en: 'A project needs a name.', ja: 'プロジェクトには名前が必要です。' },
  requestDoesNotHold: { en: 'The request does not hold.', ja: '要求の内容が正しくありません。' },
});
