/** Of serving a model to other programs. */
import { wordsOf } from './words.ts';

export const servingWords = wordsOf('serving', {
  modelNotServed: {
    en: 'The model {name} does not exist or is not served.',
    ja: 'モデル {name} は存在しないか、提供されていません。',
  },
  listServed: { en: 'GET /v1/models lists what is served.', ja: 'GET /v1/models で、提供中のモデルを確かめられます。' },
  noModel: { en: 'No model is served.', ja: '提供中のモデルがありません。' },
  startServer: { en: 'Start the server.', ja: 'サーバーを開始してください。' },
  ambiguous: {
    en: '"{name}" could be {count} adapters: {ids, list}.',
    ja: '「{name}」に当てはまるアダプターが {count} 個あります: {ids, list}。',
  },
  giveId: {
    en: 'Give the id of one of them as the model, or rename one.',
    ja: 'そのうち 1 つの ID をモデルとして指定するか、名前を変更してください。',
  },
  serveOther: {
    en: 'Serve the model {modelId}, or leave the adapter out.',
    ja: 'モデル {modelId} を提供するか、このアダプターを外してください。',
  },
  fullNotBeside: {
    en: '{name} is a fully trained model: it cannot be served beside its base.',
    ja: '{name} は全体を学習したモデルです。ベースと同時には提供できません。',
  },
  methodNotBeside: {
    en: '{name} is an adapter of {method}, which is not computed in one batch with others.',
    ja: '{name} は {method} のアダプターです。ほかの回答と同時には計算できません。',
  },
  chatWithIt: { en: 'Chat with it.', ja: 'チャットで使ってください。' },
  mergeAndServe: {
    en: 'Export it merged (adapter export NAME --to merged), import that as a model, and serve the model.',
    ja: '統合モデルとして書き出し（adapter export 名前 --to merged）、それをモデルとして取り込んで提供してください。',
  },
  noTokens: { en: 'The prompt has no tokens.', ja: 'プロンプトにトークンがありません。' },
  promptTooLong: {
    en: 'The prompt has {promptTokens} tokens; the model holds {contextLength} together with the answer.',
    ja: 'プロンプトが {promptTokens} トークンありますが、モデルが扱えるのは回答と合わせて {contextLength} トークンです。',
  },
  shortenPrompt: {
    en: 'Shorten it, or serve with a longer context.',
    ja: '短くするか、コンテキストを長くして提供してください。',
  },
  beyondBudget: {
    en: '{name} takes {size} of memory, and adapters have {budget} together.',
    ja: '{name} にはメモリーが {size} 必要ですが、アダプター全体で使えるのは {budget} です。',
  },
  moreMemory: {
    en: 'Give adapters more memory (--adapter-memory), or free some before the server starts.',
    ja: 'アダプター用のメモリーを増やす（--adapter-memory）か、メモリーを空けてからサーバーを開始してください。',
  },
  pinsBeyondBudget: {
    en: 'The pinned adapters ({names, list}) take {size} of memory together, and adapters have {budget}.',
    ja: '常に残すアダプター（{names, list}）には合わせて {size} のメモリーが必要ですが、アダプター全体で使えるのは {budget} です。',
  },
  besidePins: {
    en: '{name} takes {size} of memory, and {budget} is left for adapters beside the pinned ones.',
    ja: '{name} にはメモリーが {size} 必要ですが、常に残すアダプターのほかに使えるのは {budget} です。',
  },
  fewerPins: {
    en: 'Pin fewer adapters (--pin), or give adapters more memory (--adapter-memory).',
    ja: '常に残すアダプター（--pin）を減らすか、アダプター用のメモリーを増やしてください（--adapter-memory）。',
  },
  isOn: { en: 'The server is on, or on its way.', ja: 'サーバーはすでにオンか、開始の途中です。' },
  stopFirst: { en: 'Stop it first.', ja: '先に停止してください。' },
  studioEnded: { en: 'The studio ended while the server started.', ja: 'サーバーの開始中にスタジオが終了しました。' },
  startAgain: { en: 'Start the server again.', ja: 'もう一度サーバーを開始してください。' },
});
