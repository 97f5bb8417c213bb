/** Of prompts and answers, in chats and of the server. */
import { wordsOf } from './words.ts';

export const answeringWords = wordsOf('answering', {
  cannotContinue: {
    en: 'The last message cannot be continued: the chat template does not show it as it stands.',
    ja: '最後のメッセージの続きを書くことはできません。チャットテンプレートがそのままの形で示さないためです。',
  },
  leaveContinuing: {
    en: 'Leave continue_final_message out, or change the message (templates drop thoughts, for instance).',
    ja: 'continue_final_message を外すか、メッセージを変えてください（たとえば、思考の部分はテンプレートが省きます）。',
  },
  textHidden: {
    en: 'The chat template does not show the text of message {number} ({role}), so the model would never see it.',
    ja: 'チャットテンプレートは {number} 番目のメッセージ（{role}）の本文を示さないため、モデルには届きません。',
  },
  intoQuestion: {
    en: 'Leave it out, or put what it says into the question.',
    ja: '外すか、その内容を質問の文に入れてください。',
  },
  nameHidden: {
    en: 'The chat template does not show the name in message {number} ({role}), so the model would never see it.',
    ja: 'チャットテンプレートは {number} 番目のメッセージ（{role}）の名前を示さないため、モデルには届きません。',
  },
  intoText: { en: 'Leave the name out, or write it into the text.', ja: '名前を外すか、本文に書いてください。' },
});
