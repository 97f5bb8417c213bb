/** Of the command `chat`. */
import { wordsOf } from './words.ts';

export const chatCommandWords = wordsOf('chatCommand', {
  badAdapter: {
    en: 'An adapter is NAME or NAME:SCALE, not {text}.',
    ja: 'アダプターは「名前」か「名前:強さ」で指定してください（{text} は読めません）。',
  },
  leftOut: {
    en: 'The conversation is longer than the model holds: its {count} oldest messages are left out from here on.',
    ja: '会話がモデルの扱える長さを超えたため、古いほうから {count} 件のメッセージを省いて続けます。',
  },
});
