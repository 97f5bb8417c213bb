/** Rows of token ids, and what of rows a model cannot take. */
import { wordsOf } from './words.ts';

export const tokenRowWords = wordsOf('tokenRows', {
  idsMissing: { en: 'input_ids is missing', ja: 'input_ids がありません' },
  idsNoList: { en: 'input_ids is not a list of whole numbers', ja: 'input_ids が整数のリストではありません' },
  idsEmpty: { en: 'input_ids is empty', ja: 'input_ids が空です' },
  noTokenId: {
    en: 'input_ids[{index}] is {value}, not a token id',
    ja: 'input_ids[{index}] の {value} はトークン ID ではありません',
  },
  padding: {
    en: 'attention_mask is not 1 for every token: give rows without padding',
    ja: 'attention_mask に 1 でないものがあります。パディングのない行にしてください',
  },
  labelsNoList: { en: 'labels is not a list of whole numbers', ja: 'labels が整数のリストではありません' },
  labelsCount: {
    en: 'labels has {labels} values for {ids} input_ids',
    ja: 'labels が {labels} 個で、input_ids の {ids} 個と合いません',
  },
  otherLabel: {
    en: 'labels[{index}] is {value}; it must be {id} as in input_ids, or -100',
    ja: 'labels[{index}] が {value} です。input_ids と同じ {id} か -100 でなければなりません',
  },
  isConversation: { en: 'it is a conversation', ja: '会話です' },
  notLabelled: { en: 'it is a conversation, not a text with a label', ja: '会話で、ラベル付きの文章ではありません' },
  notRendered: { en: 'it was not rendered', ja: '書式を適用できませんでした' },
  noTokens: { en: 'it has no tokens', ja: 'トークンがありません' },
  outOfVocabulary: {
    en: 'token id {id} is not in the vocabulary of {model}, which ends at {last}',
    ja: 'トークン ID {id} は {model} の語彙（{last} まで）にありません',
  },
  cannotTrain: {
    en: 'The dataset {dataset} cannot train {model}: {why}.',
    ja: 'データセット {dataset} では {model} を学習できません。{why}。',
  },
  noRowUsable: { en: 'no row can be used ({reasons})', ja: '使える行がありません（{reasons}）' },
  noTokenTrained: { en: 'no token of it is trained', ja: '学習するトークンがありません' },
  otherRows: {
    en: 'Use a model made for such rows, or correct the rows.',
    ja: 'このような行に合うモデルを使うか、行を直してください。',
  },
  longerOrAll: {
    en: 'Give a greater maximum length, or train on all tokens.',
    ja: '最大長を大きくするか、すべてのトークンを学習するようにしてください。',
  },
  noTokenizer: {
    en: 'The model {model} has no tokenizer and takes token ids alone.',
    ja: 'モデル {model} にはトークナイザーがなく、トークン ID だけを受け取ります。',
  },
  giveTokenizer: {
    en: 'Use a dataset of input_ids, or import the model with its tokenizer.json.',
    ja: 'input_ids のデータセットを使うか、tokenizer.json と一緒にモデルを取り込んでください。',
  },
  noLabels: {
    en: 'The dataset {dataset} has no labels: {model} is an encoder and learns to label texts.',
    ja: 'データセット {dataset} にはラベルがありません。{model} はエンコーダーで、文章のラベルを学習します。',
  },
  useLabels: {
    en: 'Use a dataset of texts with labels (import it with the format classification), or choose a model that writes text.',
    ja: 'ラベル付きの文章のデータセットを使うか（形式 classification で取り込みます）、文章を生成するモデルを選んでください。',
  },
  tooManyTokens: {
    en: 'The dataset has more than {most} tokens.',
    ja: 'データセットのトークンが {most} 個を超えています。',
  },
  splitDataset: { en: 'Split it into several datasets.', ja: 'いくつかのデータセットに分けてください。' },
  unreadable: { en: '{file} cannot be read.', ja: '{file} を読めません。' },
  damagedLine: { en: '{file}, line {line} is damaged.', ja: '{file} の {line} 行目が壊れています。' },
  importAgain: { en: 'Import the dataset again.', ja: 'データセットをもう一度取り込んでください。' },
});
