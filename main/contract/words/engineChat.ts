/** Of answering, classifying and serving in the engine. */
import { wordsOf } from './words.ts';

export const engineChatWords = wordsOf('engineChat', {
  noModel: { en: 'No model is loaded.', ja: 'モデルが読み込まれていません。' },
  loadModel: { en: 'Load a model first.', ja: '先にモデルを読み込んでください。' },
  noAdapter: {
    en: ({ key }: { readonly key: string }) => `No adapter is loaded as ${key}.`,
    ja: ({ key }) => `${key} として読み込まれたアダプターはありません。`,
  },
  loadFirst: { en: 'Load it first.', ja: '先に読み込んでください。' },
  rowTooLong: {
    en: ({ count, maxPositions }: { readonly count: number; readonly maxPositions: number }) =>
      `A row has ${count} tokens; this model has ${maxPositions} positions.`,
    ja: ({ count, maxPositions }) =>
      `行が ${count} トークンありますが、このモデルが扱えるのは ${maxPositions} 個までです。`,
  },
  shorterRows: { en: 'Give shorter rows.', ja: 'もっと短い行を渡してください。' },
  noEncoder: { en: 'No encoder is loaded.', ja: 'エンコーダーが読み込まれていません。' },
  loadEncoder: { en: 'Load a model that classifies first.', ja: '先に分類用のモデルを読み込んでください。' },
  noHeadInBoth: {
    en: 'Neither this adapter nor its base has classification head of its own.',
    ja: 'このアダプターにもベースモデルにも、分類ヘッドがありません。',
  },
  noHead: {
    en: 'This base has no classification head of its own.',
    ja: 'このベースモデルには分類ヘッドがありません。',
  },
  trainHead: {
    en: 'Train an adapter on texts with labels: it brings a head.',
    ja: 'ラベル付きのテキストでアダプターを学習してください。ヘッドが付きます。',
  },
  notATokenId: {
    en: ({ id }: { readonly id: number }) => `${id} is not a token id of this model.`,
    ja: ({ id }) => `${id} は、このモデルのトークン ID ではありません。`,
  },
  rowDoesNotFit: {
    en: ({ count }: { readonly count: number }) => `A row of ${count} tokens does not fit into this model.`,
    ja: ({ count }) => `${count} トークンの行は、このモデルに収まりません。`,
  },
  giveIds: {
    en: ({ maxPositions, vocabSize }: { readonly maxPositions: number; readonly vocabSize: number }) =>
      `Give 1 to ${maxPositions} ids below ${vocabSize}.`,
    ja: ({ vocabSize, maxPositions }) => `${vocabSize} 未満の ID を 1 個から ${maxPositions} 個まで渡してください。`,
  },
  tokenIdOutside: {
    en: ({ id, last }: { readonly id: number; readonly last: number }) =>
      `${id} is not a token id of this model: they go from 0 to ${last}.`,
    ja: ({ id, last }) => `${id} は、このモデルのトークン ID ではありません。ID は 0 から ${last} までです。`,
  },
  ownTokenizer: {
    en: 'Use ids of this model’s own tokenizer.',
    ja: 'このモデル自身のトークナイザーの ID を使ってください。',
  },
  emptyPrompt: { en: 'The prompt is empty.', ja: 'プロンプトが空です。' },
  promptTooLong: {
    en: ({ count, contextLength }: { readonly count: number; readonly contextLength: number }) =>
      `The prompt has ${count} tokens; the model holds ${contextLength} together with the answer.`,
    ja: ({ count, contextLength }) =>
      `プロンプトが ${count} トークンありますが、モデルが扱えるのは回答と合わせて ${contextLength} トークンです。`,
  },
  shortenConversation: {
    en: 'Shorten the conversation or open the model with a longer context.',
    ja: '会話を短くするか、コンテキストを長くしてモデルを開いてください。',
  },
  maskShape: {
    en: 'The attention mask has another shape than the ids.',
    ja: 'アテンションマスクの形が ID と異なります。',
  },
  rowsOneLength: {
    en: ({ field }: { readonly field: string }) =>
      `The rows of ${field} must not be empty and must all have one length.`,
    ja: ({ field }) => `${field} の行は空であってはならず、すべて同じ長さでなければなりません。`,
  },
  padRows: {
    en: 'Pad shorter rows and give an attention mask.',
    ja: '短い行はパディングし、アテンションマスクを渡してください。',
  },
  writesText: {
    en: ({ modelDir, family }: { readonly modelDir: string; readonly family: string }) =>
      `${modelDir} is a ${family} model, which writes text and classifies nothing.`,
    ja: ({ modelDir, family }) => `${modelDir} は ${family} のモデルです。文章を書くモデルで、分類はできません。`,
  },
  chooseEncoder: {
    en: ({ known }: { readonly known: readonly string[] }) => `Choose an encoder: ${known.join(', ')}.`,
    ja: ({ known }) => `エンコーダー（${known.join('、')}）を選んでください。`,
  },
  familyNotRun: {
    en: ({ family }: { readonly family: string }) => `Models of the family ${family} cannot be run yet.`,
    ja: ({ family }) => `${family} 系列のモデルはまだ実行できません。`,
  },
  knownFamilies: {
    en: ({ known }: { readonly known: readonly string[] }) => `Known: ${known.join(', ')}.`,
    ja: ({ known }) => `使えるのは ${known.join('、')} です。`,
  },
  isEncoder: {
    en: ({ modelDir, family }: { readonly modelDir: string; readonly family: string }) =>
      `${modelDir} is a ${family} model, an encoder: it classifies text and writes none.`,
    ja: ({ modelDir, family }) =>
      `${modelDir} は ${family} のモデルです。テキストを分類するエンコーダーで、文章は書きません。`,
  },
  useToClassify: {
    en: 'Use it to classify, or choose a model that writes text, such as Llama.',
    ja: '分類に使うか、Llama のような文章を書くモデルを選んでください。',
  },
});
