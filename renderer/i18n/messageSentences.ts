/** Sentences on the messages of a conversation that the studio writes in English, and their Japanese: see labelSentences.ts. */
import type { Sentence } from './labelSentences.ts';

const roles: Readonly<Record<string, string>> = { system: 'システム', user: 'ユーザー', assistant: 'アシスタント', tool: 'ツール' };
const roleOf = (role = ''): string => roles[role] ?? role;
/** `message 2 (assistant)`, `turn 3`. */
const titleOf = (title = ''): string =>
  title
    .replace(/message (\d+)/, 'メッセージ $1')
    .replace(/turn (\d+)/, '発言 $1')
    .replace(/\((\w+)\)/, (_, role: string) => `（${roleOf(role)}）`);
const expectedRoles = (text: string): string => text.replace(/the (\w+)'s/g, (_, role: string) => roleOf(role)).replace(' or ', 'か');

/** What a template does not show. */
const hidden: readonly Sentence[] = [
  { english: /^tools$/, ja: () => 'ツールの説明' },
  { english: /^the tool calls of (.*)$/, ja: (title) => `${titleOf(title)}のツール呼び出し` },
  { english: /^the name of (.*)$/, ja: (title) => `${titleOf(title)}の名前` },
  { english: /^the text of (.*)$/, ja: (title) => `${titleOf(title)}の本文` },
  { english: /^the answer of (.*)$/, ja: (title) => `${titleOf(title)}の答え` },
  { english: /^the thoughts of the (\w+) \(reasoning_content\)$/, ja: (role) => `${roleOf(role)}の思考（reasoning_content）` },
  { english: /^what (.*) says beside its tool calls$/, ja: (title) => `${titleOf(title)}がツール呼び出しのほかに述べたこと` },
];

function hiddenPart(text = ''): string {
  for (const { english, ja } of hidden) {
    const [found, ...parts] = english.exec(text) ?? [];
    if (found !== undefined) return ja(...parts);
  }
  return text;
}

export const messageSentences: readonly Sentence[] = [
  { english: /^The field "(.*)" of messages is left aside\.$/s, ja: (name) => `メッセージのフィールド「${name}」は使いません。` },
  {
    english: /^(.*) has the weight (.*); only 0 and 1 are known$/s,
    ja: (title, weight) => `${titleOf(title)}の weight が ${weight} です。使えるのは 0 と 1 だけです`,
  },
  { english: /^every answer has weight 0$/, ja: () => 'どの答えも weight が 0 です' },
  { english: /^none of its answers is to be trained \(weight 0\)$/, ja: () => '学習する答えがありません（weight 0）' },
  {
    english: /^(.*) has thoughts twice: (\w+) and (.*)$/,
    ja: (title, one, other) => `${titleOf(title)}に思考が 2 つあります: ${one} と ${other}`,
  },
  {
    english: /^(.*) has a tool call without the name of a function$/,
    ja: (title) => `${titleOf(title)}のツール呼び出しに関数の名前がありません`,
  },
  {
    english: /^(.*) is from "(\w+)", but is not JSON of a call$/,
    ja: (title, from) => `${titleOf(title)}は「${from}」からですが、呼び出しの JSON ではありません`,
  },
  { english: /^tools is not a list$/, ja: () => 'tools がリストではありません' },
  { english: /^tools holds something without the name of a function$/, ja: () => 'tools に関数の名前のないものがあります' },
  { english: /^tools stand twice: .*$/, ja: () => 'tools がメッセージの横とシステムメッセージの両方にあります' },
  {
    english: /^wrong role order: message (\d+) is the (\w+)'s, expected (.*)$/,
    ja: (number, role, expected = '') =>
      `発言の順序が違います: メッセージ ${number} は${roleOf(role)}ですが、${expectedRoles(expected)}のはずです`,
  },
  { english: /^wrong role order: the last question has no answer$/, ja: () => '発言の順序が違います: 最後の質問に答えがありません' },
  {
    english: /^wrong role order: the last message is a tool's, without an answer$/,
    ja: () => '発言の順序が違います: 最後がツールの結果で、答えがありません',
  },
  { english: /^no question and answer$/, ja: () => '質問と答えがありません' },
  { english: /^empty answer: (.*)$/, ja: (title) => `答えが空です: ${titleOf(title)}` },
  { english: /^(message \d+ \(\w+\)|messages|conversations) is empty$/, ja: (title) => `${titleOf(title)}が空です` },
  { english: /^(message \d+ \(\w+\)|messages|conversations) is missing$/, ja: (title) => `${titleOf(title)}がありません` },
  {
    english: /^(\w+ of message \d+ \(\w+\)|message \d+ \(\w+\)) is (null|an? .*), not text$/,
    ja: (title) => `${titleOf(title).replace(' of ', ': ')}が文字列ではありません`,
  },
  {
    english: /^(messages|conversations) is (not a list|JSON, but not a list|text, neither a list nor JSON)$/,
    ja: (name) => `${name} がリストでも、リストの JSON でもありません`,
  },
  {
    english: /^(messages|conversations) is a list in Python's notation; write it as JSON$/,
    ja: (name) => `${name} が Python の書き方のリストです。JSON で書いてください`,
  },
  {
    english: /^(prompt|completion): (message \d+) has the role "(.*)"; only .*$/s,
    ja: (name, title, role) => `${name} の${titleOf(title)}の役割「${role}」は学習できません`,
  },
  { english: /^(message \d+) has the role "(.*)"; only .*$/s, ja: (title, role) => `${titleOf(title)}の役割「${role}」は学習できません` },
  { english: /^(turn \d+) is from "(.*)"; only .*$/s, ja: (title, from) => `${titleOf(title)}の話し手「${from}」は学習できません` },
  {
    english: /^the model's chat template does not show (.*)$/,
    ja: (what) => `モデルのチャットテンプレートは${hiddenPart(what)}を示しません`,
  },
  {
    english: /^the plain layout \(the model has no chat template\) does not show (.*)$/,
    ja: (what) => `テンプレートのないモデルの書式は${hiddenPart(what)}を示しません`,
  },
  {
    english: /^message (\d+) has weight 0, and the chat template writes it otherwise .*$/,
    ja: (number) => `メッセージ ${number} は weight が 0 ですが、会話全体の中ではチャットテンプレートが別の形で書きます`,
  },
  {
    english: /^The chat template refused this conversation: (.*)$/s,
    ja: (why) => `チャットテンプレートがこの会話を受け付けません: ${why}`,
  },
  { english: /^The chat template could not be rendered: (.*)$/s, ja: (why) => `チャットテンプレートを適用できません: ${why}` },
];
