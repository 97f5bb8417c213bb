/**
 * What people call the columns of their tables, by the part that a column plays: the one place to add a name or a
 * language to. Names stand as `columnKeys` gives them (small letters, `_` between words), the likeliest first. Of the
 * names in `weak` a column takes the part only where none of the others is there, and a format that rests on them
 * counts for less.
 */

export interface NamesOfPart {
  readonly names: readonly string[];
  readonly weak?: readonly string[];
}

/** Names that white space sets apart. */
export function namesIn(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

const textNames = namesIn(`
  text content document body passage sentence article review comment tweet message post
  utterance paragraph story description abstract email snippet code lyrics poem transcript markdown
  本文 文章 テキスト 文 内容 文書 記事 原稿 投稿 ツイート コメント レビュー 口コミ コンテンツ 説明
`);

export const plainText: NamesOfPart = { names: textNames, weak: ['chosen'] };

/** What is asked, and what is answered to it. */
export const prompt: NamesOfPart = {
  names: namesIn(`
    prompt question query input instruction source user
    instructions inputs user_message user_input user_prompt human request problem inquiry faq_question
    article dialogue meaning_representation ask src q task goal dialog
    プロンプト 質問 問い 問 設問 問題 入力 指示 命令 依頼 問い合わせ 相談 ユーザ クエリ リクエスト 原文 課題 お題
  `),
  weak: namesIn('text document body content passage context sentence 本文 文章 記事 テキスト 文 発話'),
};
export const completion: NamesOfPart = {
  names: namesIn(`
    completion answer response output reply target assistant chosen
    answers outputs completions responses best_answer correct_answer accepted_answer final_answer solution summary
    highlights human_reference reference_answer ground_truth faq_answer assistant_message bot gpt tgt a
    translation simplified corrected
    回答 答え 答 解答 応答 返答 返信 返事 出力 完成 模範解答 正解 正答 要約 訳 訳文 翻訳 アシスタント 解決策
  `),
};
/** What a question is asked about. */
export const context: NamesOfPart = {
  names: namesIn(`
    context passage background paragraph evidence knowledge document ctx reference_text supporting_text
    文脈 コンテキスト 背景 段落 前提 資料 参考資料 参照 根拠 本文 文書
  `),
};
export const system: NamesOfPart = {
  names: ['system', 'system_prompt', 'system_message', 'システム', 'システムプロンプト', 'システムメッセージ'],
};

export const instruction: NamesOfPart = {
  names: ['instruction', 'instructions', '指示', '命令'],
  weak: ['prompt', 'task'],
};
export const instructionInput: NamesOfPart = {
  names: ['input', 'context', 'inputs', 'question', 'query', '入力', '文脈', 'コンテキスト', '質問', '補足'],
};
export const instructionOutput: NamesOfPart = {
  names: namesIn(`
    output response answer completion outputs responses reply target assistant solution chosen
    出力 応答 回答 返答 答え 解答 返信
  `),
};

export const messages: NamesOfPart = {
  names: ['messages', 'conversation', 'conversations', 'chat', 'dialogue', 'dialog', 'メッセージ', '会話', '対話'],
  weak: ['chosen', 'traces', 'turns'],
};
export const conversations: NamesOfPart = {
  names: ['conversations', 'conversation', 'messages', 'dialogue', 'dialog', '会話', '対話'],
  weak: ['chosen'],
};

/** Names and counts of rows, places and dates: never what is learned. */
export const bookkeepingNames: ReadonlySet<string> = new Set(
  namesIn(`
  id ids idx index uid uuid guid key row row_id row_number no number num prompt_id hash sha
  url uri link path file filename file_name date time datetime timestamp created created_at updated_at
  lang language locale split author user_name username dataset license version token_count tokens length
  番号 連番 通番 日付 日時 時刻 作成日 更新日 投稿日 言語 作者 著者 氏名 名前 リンク 出典 備考 管理番号
`),
);

/** What a model may call, beside a conversation. */
export const tools: NamesOfPart = { names: ['tools', 'functions', 'available_tools'] };

/** What a column is called whose header names none, by pandas and by Graft: most often it numbers the rows. */
export const madeUpName = /^Unnamed: \d+(_level_\d+)?(\.\d+)*$/;

/** Answers to choose from, which a label or an answer points into. */
export const choiceNames =
  /^(choices?|options?|endings?|candidates|(choice|option|ending|opt|選択肢)_?[0-9a-e]|[a-e]|選択肢)$/;

/** Answers that were judged the worse ones. */
export const rejectedNames: ReadonlySet<string> = new Set(
  namesIn(`
  rejected rejected_response rejected_answer loser dispreferred response_rejected
`),
);

const japanese = /[\u3040-\u30ff\u3400-\u9fff]/;

/**
 * The names that a column answers to, its own first: `System Prompt`, `systemPrompt` and `system-prompt` are
 * `system_prompt`; ＬＡＢＥＬ is `label` and ﾗﾍﾞﾙ is ラベル; `question_text` is a `question` too, and ご質問内容 a 質問.
 */
export function columnKeys(column: string): readonly string[] {
  const plain = column
    .normalize('NFKC')
    .trim()
    .replace(/[([{【「][^)\]}】」]*[)\]}】」]$/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s\-–—./:]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const keys = japanese.test(plain)
    ? japaneseKeys(plain.replaceAll('_', ''))
    : [plain, plain.replace(/_(text|content|body|string|str|column)$/, '')];
  return [...new Set(keys)].filter((key) => key !== '');
}

/** カテゴリー is カテゴリ; a polite beginning and a word for "text", "name" or "value" at the end say nothing of the part. */
function japaneseKeys(name: string): readonly string[] {
  const short = name.replace(/ー$/, '');
  const bare = short.replace(/^[ごお御]/, '');
  const stem = bare.replace(/(の内容|内容|本文|テキスト|文章|文|欄|列|項目|名|値|データ)$/, '');
  return [name, short, bare, stem, ...(name.endsWith('ラベル') ? ['ラベル'] : [])];
}
