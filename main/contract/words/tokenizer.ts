/** Tokenizers: files that do not hold, and steps that are not done here. */
import { wordsOf } from './words.ts';

interface InFile {
  readonly file: string;
}

interface Kind {
  readonly kind: string;
}

export const tokenizerWords = wordsOf('tokenizer', {
  unusable: {
    en: ({ file, field, problem }: InFile & { readonly field: string; readonly problem: string }) =>
      `The tokenizer in ${file} cannot be used: ${field} ${problem}.`,
    ja: ({ file, field, problem }) => `${file} のトークナイザーは使えません。${field}: ${problem}。`,
  },
  takeFiles: {
    en: 'Fetch the model again, or take its tokenizer files from where it was published.',
    ja: 'モデルをもう一度取得するか、公開元からトークナイザーのファイルを取得してください。',
  },
  uses: {
    en: ({ file, what }: InFile & { readonly what: string }) =>
      `The tokenizer in ${file} uses ${what}, which this build cannot do exactly.`,
    ja: ({ file, what }) => `${file} のトークナイザーは${what}を使いますが、この Graft では正確に再現できません。`,
  },
  otherModel: {
    en: 'Use a model whose tokenizer does without it; nothing was imported.',
    ja: 'それを使わないトークナイザーのモデルを使ってください。何も取り込んでいません。',
  },
  none: {
    en: ({ dir }: { readonly dir: string }) => `There is no tokenizer in ${dir}.`,
    ja: ({ dir }) => `${dir} にトークナイザーがありません。`,
  },
  putBeside: {
    en: 'Put the tokenizer.json and tokenizer_config.json of the model beside its weights, or give token ids instead of text.',
    ja: 'モデルの tokenizer.json と tokenizer_config.json を重みの横に置くか、文章の代わりにトークン ID を与えてください。',
  },
  unknownRule: {
    en: ({ file, name }: InFile & { readonly name: string }) =>
      `${file} cuts text by the rule "${name}", which this build does not know.`,
    ja: ({ file, name }) => `${file} は規則「${name}」で文章を区切りますが、この Graft は対応していません。`,
  },
  knownRules: {
    en: ({ rules }: { readonly rules: readonly string[] }) =>
      `Put the model's tokenizer.json beside the file. Known rules: ${rules.join(', ')}.`,
    ja: ({ rules }) => `モデルの tokenizer.json をファイルの横に置いてください。使える規則: ${rules.join('、')}。`,
  },
  unknownVocabulary: {
    en: ({ file, model }: InFile & { readonly model: string }) =>
      `${file} has a vocabulary of the kind "${model}", which this build does not read.`,
    ja: ({ file, model }) => `${file} の語彙の種類「${model}」は、この Graft では読めません。`,
  },
  knownKinds: {
    en: "Put the model's tokenizer.json beside the file. Kinds read from GGUF: gpt2, llama.",
    ja: 'モデルの tokenizer.json をファイルの横に置いてください。GGUF から読める種類は gpt2 と llama です。',
  },
  cannotSay: {
    en: ({ file, what }: InFile & { readonly what: string }) => `The tokenizer in ${file} ${what}.`,
    ja: ({ file, what }) => `${file} のトークナイザーは${what}。`,
  },
  mergeInstead: {
    en: 'Export merged safetensors instead, and convert them with llama.cpp.',
    ja: '代わりに統合済みの safetensors を書き出し、llama.cpp で変換してください。',
  },
  kindNotWritten: {
    en: ({ kind }: Kind) => `is of the kind ${kind}; byte-pair vocabularies are written`,
    ja: ({ kind }) => `種類が ${kind} です。書き出せるのはバイトペアの語彙です`,
  },
  tokenBeyondRows: {
    en: ({ id, rows }: { readonly id: number; readonly rows: number }) =>
      `has a token ${id}, and the model ${rows} rows for tokens`,
    ja: ({ id, rows }) => `トークン ${id} を持ちますが、モデルのトークンは ${rows} 行です`,
  },
  namelessCut: {
    en: 'cuts text in a way for which llama.cpp has no name',
    ja: ' llama.cpp に名前のない方法で文章を区切ります',
  },
  ggufCannotSay: {
    en: 'changes text before its merges in a way that GGUF cannot say',
    ja: '結合の前に、GGUF では表せない方法で文章を変えます',
  },
  theFile: { en: 'the file', ja: 'ファイル' },
  noJson: { en: 'is not JSON', ja: 'JSON ではありません' },
  noJsonObject: { en: 'is not a JSON object', ja: 'JSON のオブジェクトではありません' },
  noObject: { en: 'is not an object', ja: 'オブジェクトではありません' },
  noText: { en: 'is not a text', ja: '文字列ではありません' },
  notText: { en: 'is not text', ja: '文字列ではありません' },
  noBoolean: { en: 'is neither true nor false', ja: 'true でも false でもありません' },
  noWholeNumber: { en: 'is not a whole number', ja: '整数ではありません' },
  noCharacter: { en: 'is not one character', ja: '1 文字ではありません' },
  noList: { en: 'is not a list', ja: 'リストではありません' },
  isZero: { en: 'is 0', ja: '0 です' },
  isMissing: { en: 'is missing', ja: 'ありません' },
  isNotThere: { en: 'is not there', ja: 'ありません' },
  noTokenId: { en: 'is not a token id', ja: 'トークン ID ではありません' },
  notInVocabulary: { en: 'is not in the vocabulary', ja: '語彙にありません' },
  noPair: { en: 'is not a pair of tokens', ja: 'トークンの組ではありません' },
  namesStranger: { en: 'names a token that is not in the vocabulary', ja: '語彙にないトークンを指しています' },
  noCharsmap: { en: 'is not a map of characters', ja: '文字の対応表ではありません' },
  noTokenWithId: { en: 'is not a token with its id', ja: 'ID 付きのトークンではありません' },
  noPiece: { en: 'is neither a text nor a special token', ja: '文字列でも特殊トークンでもありません' },
  noIds: { en: 'has no ids', ja: 'ID がありません' },
  noPattern: { en: 'is neither a text nor an expression', ja: '文字列でも正規表現でもありません' },
  noScored: { en: 'is not a token with its score', ja: 'スコア付きのトークンではありません' },
  noTextOrId: { en: 'has no text or no id', ja: '文字列か ID がありません' },
  otherId: {
    en: ({ id }: { readonly id: string }) => `is another than in the vocabulary, which has ${id}`,
    ja: ({ id }) => `語彙の ${id} と違います`,
  },
  entries: {
    en: ({ entries, tokens }: { readonly entries: number; readonly tokens: number }) =>
      `has ${entries} entries for ${tokens} tokens`,
    ja: ({ entries, tokens }) => `トークン ${tokens} 個に対して ${entries} 個あります`,
  },
  holdsTwice: {
    en: ({ token }: { readonly token: string }) => `holds ${token} twice`,
    ja: ({ token }) => `${token} が 2 回あります`,
  },
  splitNamed: {
    en: ({ name }: { readonly name: string }) => `a way to split that is named ${name}`,
    ja: ({ name }) => `分割方法 ${name} `,
  },
  spaceNamed: {
    en: ({ name }: { readonly name: string }) => `a space before words that is named ${name}`,
    ja: ({ name }) => `単語の前の空白の扱い ${name} `,
  },
  preTokenizer: {
    en: ({ kind }: Kind) => `a pre-tokenizer of the kind ${kind}`,
    ja: ({ kind }) => `プレトークナイザー ${kind} `,
  },
  dropout: { en: 'merges that are left out by chance (dropout)', ja: '結合を確率的に省く dropout ' },
  decoder: { en: ({ kind }: Kind) => `a decoder of the kind ${kind}`, ja: ({ kind }) => `デコーダー ${kind} ` },
  vocabularyKind: {
    en: ({ kind }: Kind) => `a vocabulary of the kind ${kind}`,
    ja: ({ kind }) => `語彙の種類 ${kind} `,
  },
  severalSteps: { en: 'more than one step that adds special tokens', ja: '特殊トークンを加える複数の処理' },
  postProcessor: {
    en: ({ kind }: Kind) => `a post-processor of the kind ${kind}`,
    ja: ({ kind }) => `ポストプロセッサー ${kind} `,
  },
  normalizer: { en: ({ kind }: Kind) => `a normalizer of the kind ${kind}`, ja: ({ kind }) => `正規化 ${kind} ` },
  pattern: {
    en: ({ pattern, why }: { readonly pattern: string; readonly why: string }) => `the pattern ${pattern} (${why})`,
    ja: ({ pattern, why }) => `正規表現 ${pattern}（${why}）`,
  },
  drawn: { en: 'pieces that are drawn by chance (alpha)', ja: '部分を確率的に選ぶ alpha ' },
});
