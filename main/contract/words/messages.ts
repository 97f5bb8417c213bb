/** Rows that are conversations: their messages, calls of tools, weights. */
import { wordsOf } from './words.ts';

interface Title {
  readonly title: string;
}

interface OfRole {
  readonly number: number;
  readonly role: string;
}

interface Named {
  readonly name: string;
}

const roles: Readonly<Record<string, string>> = {
  system: 'システム',
  user: 'ユーザー',
  assistant: 'アシスタント',
  tool: 'ツール',
};
const roleJa = (role: string): string => roles[role] ?? role;

export const messageWords = wordsOf('messages', {
  message: {
    en: ({ number }: { readonly number: number }) => `message ${number}`,
    ja: ({ number }) => `メッセージ ${number} `,
  },
  messageOf: {
    en: ({ number, role }: OfRole) => `message ${number} (${role})`,
    ja: ({ number, role }) => `メッセージ ${number}（${roleJa(role)}）`,
  },
  turn: { en: ({ number }: { readonly number: number }) => `turn ${number}`, ja: ({ number }) => `発言 ${number} ` },
  fieldOf: {
    en: ({ field, title }: Title & { readonly field: string }) => `${field} of ${title}`,
    ja: ({ field, title }) => `${title}の ${field} `,
  },
  unreadField: {
    en: ({ name }: Named) => `The field "${name}" of messages is left aside.`,
    ja: ({ name }) => `メッセージの項目「${name}」は使いません。`,
  },
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
    en: ({ title }: Title) => `${title} has a tool call without the name of a function`,
    ja: ({ title }) => `${title}のツール呼び出しに関数の名前がありません`,
  },
  emptyAnswer: { en: ({ title }: Title) => `empty answer: ${title}`, ja: ({ title }) => `答えが空です: ${title}` },
  weight: {
    en: ({ title, weight }: Title & { readonly weight: string }) =>
      `${title} has the weight ${weight}; only 0 and 1 are known`,
    ja: ({ title, weight }) => `${title}の weight が ${weight} です。使えるのは 0 と 1 だけです`,
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
  notList: { en: ({ name }: Named) => `${name} is not a list`, ja: ({ name }) => `${name} がリストではありません` },
  jsonNotList: {
    en: ({ name }: Named) => `${name} is JSON, but not a list`,
    ja: ({ name }) => `${name} は JSON ですが、リストではありません`,
  },
  pythonList: {
    en: ({ name }: Named) => `${name} is a list in Python's notation; write it as JSON`,
    ja: ({ name }) => `${name} が Python の書き方のリストです。JSON で書いてください`,
  },
  textNotList: {
    en: ({ name }: Named) => `${name} is text, neither a list nor JSON`,
    ja: ({ name }) => `${name} が文字列で、リストでも JSON でもありません`,
  },
  notRoleObject: {
    en: ({ title }: Title) => `${title} is not an object with role and content`,
    ja: ({ title }) => `${title}が role と content を持つオブジェクトではありません`,
  },
  noRole: { en: ({ title }: Title) => `${title} has no role`, ja: ({ title }) => `${title}に role がありません` },
  otherRole: {
    en: ({ title, role }: Title & { readonly role: string }) =>
      `${title} has the role "${role}"; only system, user, assistant and tool can be trained`,
    ja: ({ title, role }) => `${title}の役割「${role}」は学習できません（使えるのは system、user、assistant、tool）`,
  },
  notTextPart: {
    en: ({ title }: Title) => `${title} has a part that is not text`,
    ja: ({ title }) => `${title}に文字列でない部分があります`,
  },
  notFromObject: {
    en: ({ title }: Title) => `${title} is not an object with from and value`,
    ja: ({ title }) => `${title}が from と value を持つオブジェクトではありません`,
  },
  otherSpeaker: {
    en: ({ title, from }: Title & { readonly from: string }) =>
      `${title} is from "${from}"; only human, gpt, system and tools can be trained`,
    ja: ({ title, from }) => `${title}の話し手「${from}」は学習できません（使えるのは human、gpt、system とツール）`,
  },
  notACall: {
    en: ({ title, from }: Title & { readonly from: string }) => `${title} is from "${from}", but is not JSON of a call`,
    ja: ({ title, from }) => `${title}は「${from}」からですが、呼び出しの JSON ではありません`,
  },
  inPart: {
    en: ({ part, reason }: { readonly part: string; readonly reason: string }) => `${part}: ${reason}`,
    ja: ({ part, reason }) => `${part} の${reason}`,
  },
});
