/** Chat templates: what they refuse, do not show, or take too long for. */
import { wordsOf } from './words.ts';

const roles: Readonly<Record<string, string>> = {
  system: 'システム',
  user: 'ユーザー',
  assistant: 'アシスタント',
  tool: 'ツール',
};

export const templateWords = wordsOf('templates', {
  plainLayout: { en: 'the plain layout (the model has no chat template)', ja: 'テンプレートのないモデルの書式' },
  modelTemplate: { en: "the model's chat template", ja: 'モデルのチャットテンプレート' },
  hides: { en: '{template} does not show {what}', ja: '{template}は{what}を示しません' },
  tools: { en: 'tools', ja: 'ツールの説明' },
  thoughts: {
    en: ({ role }: { readonly role: string }) => `the thoughts of the ${role} (reasoning_content)`,
    ja: ({ role }) => `${roles[role] ?? role}の思考（reasoning_content）`,
  },
  toolCalls: { en: 'the tool calls of {title}', ja: '{title}のツール呼び出し' },
  name: { en: 'the name of {title}', ja: '{title}の名前' },
  text: { en: 'the text of {title}', ja: '{title}の本文' },
  answer: { en: 'the answer of {title}', ja: '{title}の答え' },
  besideCalls: { en: 'what {title} says beside its tool calls', ja: '{title}がツール呼び出しのほかに述べたこと' },
  noSuchMessage: { en: 'there is no message {number}', ja: 'メッセージ {number} はありません' },
  noAnswer: { en: 'the chat template gave no answer', ja: 'チャットテンプレートから結果が返りませんでした' },
  noAnswerAtAll: { en: 'The chat template gave no answer.', ja: 'チャットテンプレートから結果が返りませんでした。' },
  noneToTrain: { en: 'none of its answers is to be trained (weight 0)', ja: '学習する答えがありません（weight 0）' },
  writtenOtherwise: {
    en: 'message {number} has weight 0, and the chat template writes it otherwise within the whole conversation',
    ja: 'メッセージ {number} は weight が 0 ですが、会話全体の中ではチャットテンプレートが別の形で書きます',
  },
  refused: {
    en: 'The chat template refused this conversation: {why}',
    ja: 'チャットテンプレートがこの会話を受け付けません: {why}',
  },
  changeConversation: {
    en: 'Change the conversation as the message says.',
    ja: '示された内容に従って会話を直してください。',
  },
  notRendered: {
    en: 'The chat template could not be rendered: {why}.',
    ja: 'チャットテンプレートを適用できません: {why}。',
  },
  checkTemplate: {
    en: 'Check the template and the roles of the messages.',
    ja: 'テンプレートとメッセージの役割を確かめてください。',
  },
  tooMuchMemory: {
    en: 'The chat template used too much memory and was stopped.',
    ja: 'チャットテンプレートがメモリーを使いすぎたため、止めました。',
  },
  processFailed: {
    en: 'The chat template process failed: {why}.',
    ja: 'チャットテンプレートのプロセスが失敗しました: {why}。',
  },
  tooSlow: {
    en: 'The chat template did not finish within {seconds} s and was stopped.',
    ja: 'チャットテンプレートが {seconds} 秒以内に終わらなかったため、止めました。',
  },
  tooLong: {
    en: 'The chat template has {characters} characters; at most {most} are allowed.',
    ja: 'チャットテンプレートが {characters} 文字あります。{most} 文字までです。',
  },
  useAnother: {
    en: 'Use a chat template that ends for every conversation, or import the model with another one.',
    ja: 'どの会話でも終わるチャットテンプレートを使うか、別のテンプレートと一緒にモデルを取り込んでください。',
  },
});
