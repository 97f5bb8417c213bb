/** Of answering, classifying and serving in the engine. */
import { wordsOf } from './words.ts';

export const engineChatWords = wordsOf('engineChat', {
  noModel: { en: 'No model is loaded.', ja: 'モデルが読み込まれていません。' },
  loadModel: { en: 'Load a model first.', ja: '先にモデルを読み込んでください。' },
  noAdapter: { en: 'No adapter is loaded as {key}.', ja: '{key} として読み込まれたアダプターはありません。' },
  loadFirst: { en: 'Load it first.', ja: '先に読み込んでください。' },
  rowTooLong: {
    en: 'A row has {count} tokens; this model has {maxPositions} positions.',
    ja: '行が {count} トークンありますが、このモデルが扱えるのは {maxPositions} 個までです。',
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
  notATokenId: { en: '{id} is not a token id of this model.', ja: '{id} は、このモデルのトークン ID ではありません。' },
  rowDoesNotFit: {
    en: 'A row of {count} tokens does not fit into this model.',
    ja: '{count} トークンの行は、このモデルに収まりません。',
  },
  giveIds: {
    en: 'Give 1 to {maxPositions} ids below {vocabSize}.',
    ja: '{vocabSize} 未満の ID を 1 個から {maxPositions} 個まで渡してください。',
  },
  tokenIdOutside: {
    en: '{id} is not a token id of this model: they go from 0 to {last}.',
    ja: '{id} は、このモデルのトークン ID ではありません。ID は 0 から {last} までです。',
  },
  ownTokenizer: {
    en: 'Use ids of this model’s own tokenizer.',
    ja: 'このモデル自身のトークナイザーの ID を使ってください。',
  },
  emptyPrompt: { en: 'The prompt is empty.', ja: 'プロンプトが空です。' },
  promptTooLong: {
    en: 'The prompt has {count} tokens; the model holds {contextLength} together with the answer.',
    ja: 'プロンプトが {count} トークンありますが、モデルが扱えるのは回答と合わせて {contextLength} トークンです。',
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
    en: 'The rows of {field} must not be empty and must all have one length.',
    ja: '{field} の行は空であってはならず、すべて同じ長さでなければなりません。',
  },
  padRows: {
    en: 'Pad shorter rows and give an attention mask.',
    ja: '短い行はパディングし、アテンションマスクを渡してください。',
  },
  writesText: {
    en: '{modelDir} is a {family} model, which writes text and classifies nothing.',
    ja: '{modelDir} は {family} のモデルです。文章を書くモデルで、分類はできません。',
  },
  chooseEncoder: { en: 'Choose an encoder: {known, list}.', ja: 'エンコーダー（{known, list}）を選んでください。' },
  familyNotRun: {
    en: 'Models of the family {family} cannot be run yet.',
    ja: '{family} 系列のモデルはまだ実行できません。',
  },
  knownFamilies: { en: 'Known: {known, list}.', ja: '使えるのは {known, list} です。' },
  isEncoder: {
    en: '{modelDir} is a {family} model, an encoder: it classifies text and writes none.',
    ja: '{modelDir} は {family} のモデルです。テキストを分類するエンコーダーで、文章は書きません。',
  },
  useToClassify: {
    en: 'Use it to classify, or choose a model that writes text, such as Llama.',
    ja: '分類に使うか、Llama のような文章を書くモデルを選んでください。',
  },
});
