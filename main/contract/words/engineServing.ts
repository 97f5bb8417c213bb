/** Of serving many adapters at once in the engine. */
import { wordsOf } from './words.ts';

export const engineServingWords = wordsOf('engineServing', {
  notInBatch: {
    en: 'The adapter {key} replaces whole weights of its base model, so it cannot run in one batch with others.',
    ja: 'アダプター {key} はベースモデルの重み全体を置き換えるため、ほかのアダプターと一つのバッチで処理できません。',
  },
  chatOrMerge: {
    en: 'Chat with it in the studio, or export it merged and serve that.',
    ja: 'スタジオのチャットで使うか、統合モデルとして書き出して提供してください。',
  },
  notFinite: {
    en: 'The adapter {key} holds values in {broken} that are not finite numbers.',
    ja: 'アダプター {key} の {broken} に、有限でない値があります。',
  },
  trainAgain: {
    en: 'Train it again, with a lower learning rate: its training did not converge.',
    ja: '学習が収束していません。学習率を下げて学習し直してください。',
  },
  adapterAnswers: {
    en: 'An answer is being written with the adapter {key}.',
    ja: 'アダプター {key} で回答を作成中です。',
  },
  tryLater: { en: 'Try again later.', ja: '後でもう一度試してください。' },
  notServed: { en: 'No adapter is served as {key}.', ja: '{key} として提供されているアダプターはありません。' },
  ended: { en: 'The server has ended.', ja: 'サーバーは終了しました。' },
  noModel: { en: 'No model is served.', ja: '提供中のモデルがありません。' },
  startFirst: { en: 'Start the server first.', ja: '先にサーバーを開始してください。' },
});
