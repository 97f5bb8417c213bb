/** Of exports as the studio makes them. */
import { wordsOf } from './words.ts';

export const studioExportWords = wordsOf('exportsStudio', {
  copied: {
    en: 'Copied as it is: without its base model it cannot be compared.',
    ja: 'そのままのコピーです。ベースモデルがないため、比べられません。',
  },
  baseMissing: {
    en: 'The base model of {title} is not in the library, and converting needs it.',
    ja: '{title} のベースモデルがライブラリにありません。変換にはベースモデルが必要です。',
  },
  fetchBase: {
    en: 'Fetch or import its base model again; where it was never named, import the adapter again and name it.',
    ja: 'ベースモデルをもう一度取得するか取り込んでください。ベースモデルが指定されていなかった場合は、アダプターを取り込み直して指定してください。',
  },
  isThere: { en: '{dir} is there already and not empty.', ja: '{dir} はすでにあり、空ではありません。' },
  newFolder: { en: 'Name a new folder.', ja: '新しいフォルダーを指定してください。' },
  unknownTemplate: {
    en: 'The chat template is of a shape that Ollama’s language was not found for: the Modelfile has no TEMPLATE, write one before chatting there.',
    ja: 'チャットテンプレートが、Ollama の書き方に直せない形です。Modelfile に TEMPLATE がないので、Ollama でチャットする前に書いてください。',
  },
  noTemplate: {
    en: 'The model has no chat template: the Modelfile has no TEMPLATE.',
    ja: 'モデルにチャットテンプレートがないため、Modelfile に TEMPLATE がありません。',
  },
});
