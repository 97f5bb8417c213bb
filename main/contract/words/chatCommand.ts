/** Of the command `chat`. */
import { wordsOf } from './words.ts';

export const chatCommandWords = wordsOf('chatCommand', {
  badAdapter: {
    en: ({ text }: { readonly text: string }) => `An adapter is NAME or NAME:SCALE, not ${text}.`,
    ja: ({ text }) => `アダプターは「名前」か「名前:強さ」で指定してください（${text} は読めません）。`,
  },
  leftOut: {
    en: ({ count }: { readonly count: number }) =>
      `The conversation is longer than the model holds: its ${count} oldest messages are left out from here on.`,
    ja: ({ count }) => `会話がモデルの扱える長さを超えたため、古いほうから ${count} 件のメッセージを省いて続けます。`,
  },
});
