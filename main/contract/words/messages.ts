/** Rows that are conversations: their messages, calls of tools, weights. */
import { wordsOf } from './words.ts';

interface Title {
  readonly title: string;
}

interface OfRole {
  readonly number: number;
  readonly role: string;
}

const roles: Readonly<Record<string, string>> = {
  system: 'システム',
  user: 'ユーザー',
  assistant: 'アシスタント',
  tool: 'ツール',
};
const roleJa = (role: string): string => roles[role] ?? role;

export const messageWords = wordsOf('messages', {
  message: { en: 'message {number}', ja: 'メッセージ {number} ' },
  messageOf: {
    en: ({ number, role }: OfRole) => `message ${number} (${role})`,
    ja: ({ number, role }) => `メッセージ ${number}（${roleJa(role)}）`,
  },
  turn: { en: 'turn {number}', ja: '発言 {number} ' },
  fieldOf: { en: '{field} of {title}', ja: '{title}の {field} ' },
  unreadField: { en: 'The field "{name}" of messages is left aside.', ja: 'メッセージの項目「{name}」は使いません。' },
  noTrainedAnswer: { en: 'every answer has weight 0', ja: 'どの答えも weight が 0 です' },
  toolsTwice: {
    en: 'tools stand twice: beside the messages and in the system message',
    ja: 'tools がメッセージの横とシステムメッセージの両方にあります',
  },
  toolsNoList: { en: 'tools is not a list', ja: 'tools がリストではありません' },
  toolsNoName: {
    en: 'tools holds something without the name of a function',
    ja: 'tools に関数の名前のないものがあります',
  },
  callNoName: {
    en: '{title} has a tool call without the name of a function',
    ja: '{title}のツール呼び出しに関数の名前がありません',
  },
  emptyAnswer: { en: 'empty answer: {title}', ja: '答えが空です: {title}' },
  weight: {
    en: '{title} has the weight {weight}; only 0 and 1 are known',
    ja: '{title}の weight が {weight} です。使えるのは 0 と 1 だけです',
  },
  thoughtsTwice: {
    en: ({ title, names }: Title & { readonly names: readonly string[] }) =>
      `${title} has thoughts twice: ${names.join(' and ')}`,
    ja: ({ title, names }) => `${title}に思考が複数あります: ${names.join(' と ')}`,
  },
  wrongOrder: {
    en: ({ number, role, expected }: OfRole & { readonly expected: readonly string[] }) =>
      `wrong role order: message ${number} is the ${role}'s, expected ${expected.map((each) => `the ${each}'s`).join(' or ')}`,
    ja: ({ number, role, expected }) =>
      `発言の順序が違います: メッセージ ${number} は${roleJa(role)}ですが、${expected.map(roleJa).join('か')}のはずです`,
  },
  endsWithTool: {
    en: "wrong role order: the last message is a tool's, without an answer",
    ja: '発言の順序が違います: 最後がツールの結果で、答えがありません',
  },
  endsWithQuestion: {
    en: 'wrong role order: the last question has no answer',
    ja: '発言の順序が違います: 最後の質問に答えがありません',
  },
  noExchange: { en: 'no question and answer', ja: '質問と答えがありません' },
  notList: { en: '{name} is not a list', ja: '{name} がリストではありません' },
  jsonNotList: { en: '{name} is JSON, but not a list', ja: '{name} は JSON ですが、リストではありません' },
  pythonList: {
    en: "{name} is a list in Python's notation; write it as JSON",
    ja: '{name} が Python の書き方のリストです。JSON で書いてください',
  },
  textNotList: {
    en: '{name} is text, neither a list nor JSON',
    ja: '{name} が文字列で、リストでも JSON でもありません',
  },
  notRoleObject: {
    en: '{title} is not an object with role and content',
    ja: '{title}が role と content を持つオブジェクトではありません',
  },
  noRole: { en: '{title} has no role', ja: '{title}に role がありません' },
  otherRole: {
    en: '{title} has the role "{role}"; only system, user, assistant and tool can be trained',
    ja: '{title}の役割「{role}」は学習できません（使えるのは system、user、assistant、tool）',
  },
  notTextPart: { en: '{title} has a part that is not text', ja: '{title}に文字列でない部分があります' },
  notFromObject: {
    en: '{title} is not an object with from and value',
    ja: '{title}が from と value を持つオブジェクトではありません',
  },
  otherSpeaker: {
    en: '{title} is from "{from}"; only human, gpt, system and tools can be trained',
    ja: '{title}の話し手「{from}」は学習できません（使えるのは human、gpt、system とツール）',
  },
  notACall: {
    en: '{title} is from "{from}", but is not JSON of a call',
    ja: '{title}は「{from}」からですが、呼び出しの JSON ではありません',
  },
  inPart: { en: '{part}: {reason}', ja: '{part} の{reason}' },
});
