/** Weights of a model folder: which files they are, and whether they fit its configuration. */
import { wordsOf } from './words.ts';

interface InDir {
  readonly dir: string;
}

interface InFile {
  readonly file: string;
}

export const weightWords = wordsOf('weights', {
  neither: {
    en: '{file} is neither a model folder nor a GGUF file.',
    ja: '{file} はモデルのフォルダーでも GGUF ファイルでもありません。',
  },
  nameModel: {
    en: 'Name the folder that holds config.json and the weights, or a file that ends in .gguf.',
    ja: 'config.json と重みのあるフォルダーか、.gguf で終わるファイルを選んでください。',
  },
  weightMap: {
    en: 'must map tensor names to file names',
    ja: 'テンソルの名前からファイル名への対応でなければなりません',
  },
  noShardName: {
    en: '{name} is not the name of a safetensors file in this folder',
    ja: '{name} はこのフォルダーの safetensors ファイルの名前ではありません',
  },
  indexDoesNotHold: { en: '{file} does not hold: {problem}.', ja: '{file} が正しくありません。{problem}。' },
  fetchModel: { en: 'Fetch the model again.', ja: 'モデルをもう一度取得してください。' },
  severalGgufs: {
    en: ({ dir, files }: InDir & { readonly files: readonly string[] }) =>
      `${dir} holds ${files.length} GGUF files: ${files.join(', ')}.`,
    ja: ({ dir, files }) => `${dir} に GGUF ファイルが ${files.length} 個あります: ${files.join('、')}。`,
  },
  nameOne: { en: 'Name the one file you want.', ja: '使うファイルを 1 つ選んでください。' },
  isAdapter: { en: '{dir} is an adapter, not a model.', ja: '{dir} はモデルではなくアダプターです。' },
  importAdapter: { en: 'Import it as an adapter.', ja: 'アダプターとして取り込んでください。' },
  none: {
    en: ({ dir, files }: InDir & { readonly files: readonly string[] }) =>
      `${dir} holds no weights: ${files.map((file) => `no ${file}`).join(', ')}, no .gguf file.`,
    ja: ({ dir, files }) => `${dir} に重みがありません（${files.join('、')}、.gguf ファイルのどれもありません）。`,
  },
  nameWhole: { en: 'Name a folder that holds a whole model.', ja: 'モデル全体のあるフォルダーを選んでください。' },
  pickle: {
    en: '{file} is a pickle, a file that can run any program when it is opened. Graft does not open pickles.',
    ja: '{file} は pickle です。開くと任意のプログラムを実行できるため、Graft は pickle を開きません。',
  },
  modelWithoutPickle: {
    en: 'Fetch the model in safetensors or GGUF form, or convert it with save_pretrained(dir, safe_serialization=True).',
    ja: 'safetensors か GGUF のモデルを取得するか、save_pretrained(dir, safe_serialization=True) で変換してください。',
  },
  noConfig: {
    en: '{dir} holds weights but no config.json.',
    ja: '{dir} に重みはありますが、config.json がありません。',
  },
  fetchWhole: {
    en: 'Fetch the whole model folder, config.json included.',
    ja: 'config.json を含むモデルのフォルダー全体を取得してください。',
  },
  otherGguf: {
    en: '{file} is a GGUF of type {type}, not a model.',
    ja: '{file} は種類 {type} の GGUF で、モデルではありません。',
  },
  nameModelGguf: { en: 'Name the GGUF file of the model itself.', ja: 'モデル自体の GGUF ファイルを選んでください。' },
  onePart: {
    en: '{file} is one of {parts} parts of a model.',
    ja: '{file} は {parts} 個に分割されたモデルの一部です。',
  },
  joinParts: {
    en: 'Join the parts with llama.cpp (llama-gguf-split --merge), or take the model as one file.',
    ja: 'llama.cpp（llama-gguf-split --merge）で結合するか、1 ファイルのモデルを使ってください。',
  },
  isMissing: { en: 'is missing', ja: 'ありません' },
  isTwice: { en: 'is there twice: {name} is the same weight', ja: '同じ重みの {name} もあります' },
  stranger: { en: 'does not belong to a model of this configuration', ja: 'この設定のモデルのものではありません' },
  otherShape: {
    en: 'has shape [{shape}], expected [{expected}]',
    ja: '形が [{shape}] ですが、[{expected}] のはずです',
  },
  storedAs: {
    en: 'is stored as {type}, which cannot be read as weights',
    ja: '{type} で保存されていて、重みとして読めません',
  },
  misfit: {
    en: 'The weights of {dir} do not fit its configuration: {problems}.',
    ja: '{dir} の重みが設定に合いません。{problems}。',
  },
  checkSame: {
    en: 'Fetch the model again; check that config and weights are of the same model.',
    ja: 'モデルをもう一度取得し、設定と重みが同じモデルのものか確かめてください。',
  },
  noWeight: { en: '{dir} holds no weight {name}.', ja: '{dir} に重み {name} はありません。' },
  noHead: {
    en: '{dir} holds a decoder without its output head ({head}), and its configuration does not say that the embedding is the head.',
    ja: '{dir} のデコーダーに出力ヘッド（{head}）がなく、埋め込みをヘッドとする設定もありません。',
  },
  takeWithHead: {
    en: 'Take the model with its head, as AutoModelForCausalLM saves it.',
    ja: 'AutoModelForCausalLM が保存する、ヘッドのあるモデルを使ってください。',
  },
  llamaCppAlone: {
    en: '{file} holds weights in {types, list}, which llama.cpp alone reads.',
    ja: '{file} の重みは {types, list} で、llama.cpp だけが読めます。',
  },
  chatOrOtherType: {
    en: 'Chat with it through llama.cpp (runtime install llama.cpp); for anything else take a file of this model in one of {types, list}.',
    ja: 'チャットには llama.cpp を使ってください（runtime install llama.cpp）。それ以外には、このモデルの次のどれかの型のファイルを使ってください: {types, list}。',
  },
  alsoIn: {
    en: ({ file, others }: InFile & { readonly others: readonly string[] }) =>
      `is in ${file} and once more in ${others.join(' and ')}`,
    ja: ({ file, others }) => `${file} のほか ${others.join('、')} にもあります`,
  },
  notWhereIndexSays: {
    en: ({ file, others }: InFile & { readonly others: readonly string[] }) =>
      `is not in ${file}, where the index places it${others.length > 0 ? `; it is in ${others.join(' and ')}` : ''}`,
    ja: ({ file, others }) =>
      `索引では ${file} にあるはずですが、ありません${others.length > 0 ? `（${others.join('、')} にあります）` : ''}`,
  },
  notListed: { en: 'is in {file}, but the index does not list it', ja: '{file} にありますが、索引に載っていません' },
  noBlocks: {
    en: 'The precision packed keeps the blocks of a GGUF, and {name} is in {format}.',
    ja: '精度 packed は GGUF のブロックをそのまま保つものですが、{name} は {format} です。',
  },
  useNf4: {
    en: 'Use nf4 (4 bits) or int8, or leave the precision open.',
    ja: 'nf4（4 ビット）か int8 を使うか、精度を指定しないでください。',
  },
});
