/** What is wrong with a value that somebody gave: a setting, a field of a request or of a file. */
import { wordsOf } from './words.ts';

interface Bound {
  readonly limit: number;
}

export const validationWords = wordsOf('validation', {
  missing: { en: 'This is missing.', ja: '値がありません。' },
  notEmpty: { en: 'This must not be empty.', ja: '空にはできません。' },
  kind: {
    en: ({ kind }: { readonly kind: string }) => `This must be ${kind}.`,
    ja: ({ kind }) => `${kind}でなければなりません。`,
  },
  wholeNumber: { en: 'a whole number', ja: '整数' },
  number: { en: 'a number', ja: '数値' },
  text: { en: 'text', ja: '文字列' },
  yesOrNo: { en: 'yes or no', ja: '「はい」か「いいえ」（true か false）' },
  list: { en: 'a list', ja: 'リスト' },
  group: { en: 'a group of settings', ja: '設定のまとまり（オブジェクト）' },
  namedValues: { en: 'a list of names with values', ja: '名前と値の組' },
  otherKind: { en: ({ kind }: { readonly kind: string }) => `a ${kind}`, ja: ({ kind }) => `${kind} 型の値` },
  oneOf: {
    en: ({ values }: { readonly values: readonly string[] }) => `This must be one of ${values.join(', ')}.`,
    ja: ({ values }) => `次のどれかでなければなりません: ${values.join('、')}。`,
  },
  moreThan: {
    en: ({ limit }: Bound) => `This must be more than ${limit}.`,
    ja: ({ limit }) => `${limit} より大きくなければなりません。`,
  },
  atLeast: {
    en: ({ limit }: Bound) => `This must be at least ${limit}.`,
    ja: ({ limit }) => `${limit} 以上でなければなりません。`,
  },
  lessThan: {
    en: ({ limit }: Bound) => `This must be less than ${limit}.`,
    ja: ({ limit }) => `${limit} より小さくなければなりません。`,
  },
  atMost: {
    en: ({ limit }: Bound) => `This must be at most ${limit}.`,
    ja: ({ limit }) => `${limit} 以下でなければなりません。`,
  },
  charactersAtLeast: {
    en: ({ limit }: Bound) => `This must have at least ${limit} characters.`,
    ja: ({ limit }) => `${limit} 文字以上でなければなりません。`,
  },
  charactersAtMost: {
    en: ({ limit }: Bound) => `This must have at most ${limit} characters.`,
    ja: ({ limit }) => `${limit} 文字以下でなければなりません。`,
  },
  entriesAtLeast: {
    en: ({ limit }: Bound) => `This must have at least ${limit} entries.`,
    ja: ({ limit }) => `${limit} 個以上の要素が必要です。`,
  },
  entriesAtMost: {
    en: ({ limit }: Bound) => `This must have at most ${limit} entries.`,
    ja: ({ limit }) => `要素は ${limit} 個までです。`,
  },
  unknownFields: {
    en: ({ fields }: { readonly fields: readonly string[] }) => `Unknown: ${fields.join(', ')}.`,
    ja: ({ fields }) => `知らない項目があります: ${fields.join('、')}。`,
  },
  otherForm: { en: 'This has not the expected form.', ja: '期待される形ではありません。' },
  multipleOf: {
    en: ({ divisor }: { readonly divisor: number }) => `This must be a multiple of ${divisor}.`,
    ja: ({ divisor }) => `${divisor} の倍数でなければなりません。`,
  },
  projectName: { en: 'A project needs a name.', ja: 'プロジェクトには名前が必要です。' },
  requestDoesNotHold: { en: 'The request does not hold.', ja: '要求の内容が正しくありません。' },
});
