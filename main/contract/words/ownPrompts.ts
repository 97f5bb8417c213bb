/** Of adapters that bring a chat template or a tokenizer of their own. */
import { wordsOf } from './words.ts';

export const ownPromptWords = wordsOf('ownPrompts', {
  noTraining: {
    en: "The adapter to start from has a chat template or tokens of its own, and a run writes its prompts with the base's.",
    ja: '開始点のアダプターには独自のチャットテンプレートかトークンがありますが、学習ではベースのものでプロンプトを作ります。',
  },
  correctTheBase: {
    en: 'Import its base once more with those files in place of its own, and the adapter for that model; then start from it.',
    ja: 'ベースモデルを、それらのファイルに差し替えてもう一度取り込み、アダプターもそのモデル用に取り込んでから、学習を始めてください。',
  },
});
