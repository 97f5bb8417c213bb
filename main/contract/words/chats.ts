/** Of chats and conversations. */
import { wordsOf } from './words.ts';

export const chatWords = wordsOf('chats', {
  otherBase: {
    en: 'The adapter {adapter} was trained on another base model ({base}), not on {model}.',
    ja: 'アダプター {adapter} は別のベースモデル（{base}）で学習されたもので、{model} 用ではありません。',
  },
  chooseModel: { en: 'Choose the model {modelId}.', ja: 'モデル {modelId} を選んでください。' },
  cancelledClassifying: {
    en: 'Cancelled before the texts were classified.',
    ja: 'テキストを分類する前にキャンセルしました。',
  },
  writesText: {
    en: '{name} is a {family} model: it writes text and sorts none.',
    ja: '{name} は {family} のモデルです。文章を書くモデルで、分類はできません。',
  },
  chatOrEncoder: {
    en: 'Chat with it, or choose an encoder such as minilm.',
    ja: 'チャットで使うか、minilm のようなエンコーダーを選んでください。',
  },
  closePrograms: {
    en: 'Close other programs or choose a smaller model, then ask again: the model is loaded anew.',
    ja: 'ほかのプログラムを閉じるか、小さいモデルを選んでから、もう一度質問してください。モデルは読み込み直されます。',
  },
  askAgain: {
    en: 'Ask again: the model is loaded anew. If it happens again, Settings → Doctor checks the backend.',
    ja: 'もう一度質問してください。モデルは読み込み直されます。繰り返し起きるときは、設定 → 診断でバックエンドを調べられます。',
  },
  checkDriver: {
    en: 'Check the graphics driver, then ask again.',
    ja: 'グラフィックスのドライバーを確かめてから、もう一度質問してください。',
  },
  emptyMessage: { en: 'The message is empty.', ja: 'メッセージが空です。' },
  writeSomething: { en: 'Write something.', ja: '何か書いてください。' },
  onlyMessages: {
    en: 'Only a message can be answered again, not an answer.',
    ja: 'もう一度回答できるのはメッセージに対してだけです。',
  },
  nameMessage: { en: 'Name the message before it.', ja: 'その前のメッセージを指定してください。' },
  failedAnswer: { en: 'This answer failed, and cannot be preferred.', ja: 'この回答は失敗したため、選べません。' },
  askAgainFirst: { en: 'Ask again, then compare.', ja: 'もう一度質問してから比較してください。' },
  voteBetween: { en: 'A vote is between two answers or more.', ja: '投票は 2 つ以上の回答の間で行います。' },
  compareFirst: { en: 'Compare first.', ja: '先に比較してください。' },
  notCompared: {
    en: 'This answer is not one of those that were compared.',
    ja: 'この回答は比較した回答ではありません。',
  },
  chooseCompared: { en: 'Choose one of them.', ja: '比較した回答から選んでください。' },
  modelAnswers: { en: 'The model is answering or being loaded.', ja: 'モデルが回答中か、読み込み中です。' },
  stopAnswers: { en: 'Stop the answers first.', ja: '先に回答を止めてください。' },
  chatWithoutModel: { en: 'This chat has no model.', ja: 'このチャットにはモデルがありません。' },
  chooseOne: { en: 'Choose one.', ja: 'モデルを選んでください。' },
  otherBaseModel: {
    en: 'The adapter {adapter} was trained on another base model, not on {model}.',
    ja: 'アダプター {adapter} は別のベースモデルで学習されたもので、{model} 用ではありません。',
  },
  chooseAdapter: {
    en: 'Choose an adapter of this model, or a chat with its model.',
    ja: 'このモデルのアダプターか、アダプターのモデルのチャットを選んでください。',
  },
  chatInTrash: { en: 'This chat is in the trash.', ja: 'このチャットはゴミ箱にあります。' },
  restoreFirst: { en: 'Restore it first.', ja: '先に元に戻してください。' },
  followsAnswer: {
    en: 'A message follows an answer of the same chat.',
    ja: 'メッセージは同じチャットの回答の後に続けます。',
  },
  nameAnswer: {
    en: 'Name that answer, or none to begin anew.',
    ja: 'その回答を指定するか、指定なしで新しく始めてください。',
  },
  messageGone: { en: 'This message is not there any more.', ja: 'このメッセージはもうありません。' },
  openAgain: { en: 'Open the chat again.', ja: 'チャットを開き直してください。' },
  lastTooLong: {
    en: 'The last message is too long: with the system prompt it has {kept} tokens, and the model holds {contextLength}, its answer among them.',
    ja: '最後のメッセージが長すぎます。システムプロンプトと合わせて {kept} トークンですが、モデルが扱えるのは回答を含めて {contextLength} トークンです。',
  },
  shortenMessage: {
    en: 'Shorten the message or the system prompt.',
    ja: 'メッセージかシステムプロンプトを短くしてください。',
  },
  templateSilent: { en: 'The chat template gave no answer.', ja: 'チャットテンプレートが何も返しませんでした。' },
  noScale: {
    en: '{name} is a fully trained model, no change to its base that could be scaled.',
    ja: '{name} は全体を学習したモデルです。ベースモデルへの変化ではないため、強さを変えられません。',
  },
  methodWithoutScale: {
    en: '{name} is an adapter of {method}, which cannot be made weaker or stronger.',
    ja: '{name} は {method} のアダプターです。この手法では強さを変えられません。',
  },
  leaveAtOne: { en: 'Leave its scale at 1.', ja: '強さを 1 のままにしてください。' },
  isEncoder: {
    en: '{name} is a {family} encoder: it sorts texts and writes none.',
    ja: '{name} は {family} のエンコーダーです。テキストを分類するモデルで、文章は書きません。',
  },
  classifyOrWriter: {
    en: 'Classify texts with it, or choose a model that writes.',
    ja: '分類に使うか、文章を書くモデルを選んでください。',
  },
});
