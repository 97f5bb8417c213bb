/**
 * What people call the columns of their tables, by the part that a column plays: the one place to add a name or a language
 * to. Names stand as `columnKeys` gives them (small letters, `_` between words), the likeliest first. Of the names in
 * `weak` a column takes the part only where none of the others is there, and a format that rests on them counts for less.
 */

export interface NamesOfPart {
  readonly names: readonly string[];
  readonly weak?: readonly string[];
}

const textNames = [
  ...['text', 'content', 'document', 'body', 'passage', 'sentence', 'article', 'review', 'comment', 'tweet', 'message', 'post'],
  ...['utterance', 'paragraph', 'story', 'description', 'abstract', 'email', 'snippet', 'code', 'lyrics', 'poem', 'transcript', 'markdown'],
  ...[
    '本文',
    '文章',
    'テキスト',
    '文',
    '内容',
    '文書',
    '記事',
    '原稿',
    '投稿',
    'ツイート',
    'コメント',
    'レビュー',
    '口コミ',
    'コンテンツ',
    '説明',
  ],
];

/** Of a text with a label: the text, and a second text that belongs to it. */
export const labelledText: NamesOfPart = {
  names: [
    ...['text', 'sentence', 'sentence1', 'premise', 'review', 'content', 'document', 'body', 'title', 'tweet', 'message', 'question1'],
    ...[
      'comment',
      'post',
      'utterance',
      'article',
      'passage',
      'paragraph',
      'description',
      'abstract',
      'email',
      'headline',
      'snippet',
      'phrase',
    ],
    ...[
      'feedback',
      'ticket',
      'complaint',
      'text1',
      'text_a',
      'sentence_1',
      'sentence_a',
      'question_1',
      'news',
      'summary',
      'transcript',
      'code',
    ],
    ...[
      '本文',
      '文章',
      'テキスト',
      '文',
      '文1',
      '前提',
      'レビュー',
      '口コミ',
      'コメント',
      '投稿',
      'ツイート',
      '発話',
      '内容',
      '記事',
      'メッセージ',
    ],
    ...['文書', '感想', '意見', 'タイトル', '件名', '見出し', '題名', '説明', 'メール', '原文'],
  ],
  weak: [
    ...['question', 'query', 'prompt', 'input', 'inputs', 'request', 'context', 'dialogue', 'source', 'instruction', 'subject', 'response'],
    ...['質問', '問い合わせ', '入力', '問題', '問', '対話', '会話', '依頼', '要望', '回答'],
  ],
};
export const labelledSecond: NamesOfPart = {
  names: [
    ...['text2', 'sentence2', 'hypothesis', 'text_pair', 'second', 'question2'],
    ...['text_b', 'sentence_2', 'sentence_b', 'question_2', 'second_text', 'sentence_pair'],
    ...['文2', '仮説', '二つ目', '2つ目'],
  ],
};

/** Two texts of one labelled row that are told by each other. */
export const labelledPairs: readonly (readonly [string, string])[] = [
  ['sentence1', 'sentence2'],
  ['premise', 'hypothesis'],
  ['question1', 'question2'],
  ['question', 'sentence'],
  ['question', 'passage'],
  ['question', 'context'],
  ['question', 'paragraph'],
  ['query', 'passage'],
  ['query', 'document'],
  ['query', 'text'],
  ['claim', 'evidence'],
  ['context', 'hypothesis'],
  ['前提', '仮説'],
  ['質問', '文'],
  ['質問', '本文'],
  ['質問', '文脈'],
];
/** As above, where the label is called a label: beside another one it is more likely a question with its answer. */
export const judgedPairs: readonly (readonly [string, string])[] = [
  ['question', 'answer'],
  ['query', 'response'],
  ['質問', '回答'],
];
export const plainLabelNames: readonly string[] = ['label', 'labels', 'gold_label', 'is_correct', 'ラベル', '正解ラベル'];

export const labelNames: NamesOfPart = {
  names: [
    ...['label', 'category', 'class', 'sentiment', 'intent', 'topic', 'score'],
    ...[
      'labels',
      'gold_label',
      'label_text',
      'label_name',
      'class_label',
      'class_name',
      'class_index',
      'category_name',
      'emotion',
      'polarity',
    ],
    ...['stars', 'star', 'star_rating', 'rating', 'target', 'stance', 'coarse_label', 'fine_label', 'label_coarse', 'label_fine'],
    ...['tag', 'genre', 'toxicity', 'toxic', 'spam', 'is_spam', 'similarity', 'similarity_score', 'relevance', 'relevance_score', 'grade'],
    ...[
      'severity',
      'priority',
      'urgency',
      'verdict',
      'outcome',
      'entailment',
      'subjectivity',
      'is_duplicate',
      'is_toxic',
      'y',
      'aspect',
      'mood',
    ],
    ...[
      'label_id',
      'class_id',
      'category_id',
      'sentiment_label',
      'emotion_label',
      'sentiment_score',
      'review_score',
      'review_rating',
      'overall',
    ],
    ...[
      'ラベル',
      '正解ラベル',
      '分類',
      'カテゴリ',
      'クラス',
      '感情',
      '感情極性',
      '極性',
      '評価',
      '評点',
      '点数',
      'スコア',
      '得点',
      '星',
      '星の数',
    ],
    ...[
      '意図',
      '話題',
      'トピック',
      'ジャンル',
      'タグ',
      '種別',
      '区分',
      '判定',
      '類似度',
      '関連度',
      '重要度',
      '優先度',
      '緊急度',
      '正解',
      '正答',
      'ポジネガ',
    ],
  ],
  weak: ['answer', 'answers'],
};
/** Names of a label and of an answer alike: the column's values tell which it is. */
export const labelOrAnswerNames: ReadonlySet<string> = new Set(['target', '正解', '正答', 'answer', 'answers']);

export const plainText: NamesOfPart = { names: textNames, weak: ['chosen'] };

/** What is asked, and what is answered to it. */
export const prompt: NamesOfPart = {
  names: [
    ...['prompt', 'question', 'query', 'input', 'instruction', 'source', 'user'],
    ...['instructions', 'inputs', 'user_message', 'user_input', 'user_prompt', 'human', 'request', 'problem', 'inquiry', 'faq_question'],
    ...['article', 'dialogue', 'meaning_representation', 'ask', 'src', 'q', 'task', 'goal', 'dialog'],
    ...[
      'プロンプト',
      '質問',
      '問い',
      '問',
      '設問',
      '問題',
      '入力',
      '指示',
      '命令',
      '依頼',
      '問い合わせ',
      '相談',
      'ユーザ',
      'クエリ',
      'リクエスト',
      '原文',
      '課題',
      'お題',
    ],
  ],
  weak: ['text', 'document', 'body', 'content', 'passage', 'context', 'sentence', '本文', '文章', '記事', 'テキスト', '文', '発話'],
};
export const completion: NamesOfPart = {
  names: [
    ...['completion', 'answer', 'response', 'output', 'reply', 'target', 'assistant', 'chosen'],
    ...[
      'answers',
      'outputs',
      'completions',
      'responses',
      'best_answer',
      'correct_answer',
      'accepted_answer',
      'final_answer',
      'solution',
      'summary',
    ],
    ...['highlights', 'human_reference', 'reference_answer', 'ground_truth', 'faq_answer', 'assistant_message', 'bot', 'gpt', 'tgt', 'a'],
    ...['translation', 'simplified', 'corrected'],
    ...[
      '回答',
      '答え',
      '答',
      '解答',
      '応答',
      '返答',
      '返信',
      '返事',
      '出力',
      '完成',
      '模範解答',
      '正解',
      '正答',
      '要約',
      '訳',
      '訳文',
      '翻訳',
      'アシスタント',
      '解決策',
    ],
  ],
};
/** What a question is asked about. */
export const context: NamesOfPart = {
  names: [
    ...['context', 'passage', 'background', 'paragraph', 'evidence', 'knowledge', 'document', 'ctx', 'reference_text', 'supporting_text'],
    ...['文脈', 'コンテキスト', '背景', '段落', '前提', '資料', '参考資料', '参照', '根拠', '本文', '文書'],
  ],
};
export const system: NamesOfPart = {
  names: ['system', 'system_prompt', 'system_message', 'システム', 'システムプロンプト', 'システムメッセージ'],
};

export const instruction: NamesOfPart = { names: ['instruction', 'instructions', '指示', '命令'], weak: ['prompt', 'task'] };
export const instructionInput: NamesOfPart = {
  names: ['input', 'context', 'inputs', 'question', 'query', '入力', '文脈', 'コンテキスト', '質問', '補足'],
};
export const instructionOutput: NamesOfPart = {
  names: [
    ...['output', 'response', 'answer', 'completion', 'outputs', 'responses', 'reply', 'target', 'assistant', 'solution', 'chosen'],
    ...['出力', '応答', '回答', '返答', '答え', '解答', '返信'],
  ],
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
export const bookkeepingNames: ReadonlySet<string> = new Set([
  ...[
    'id',
    'ids',
    'idx',
    'index',
    'uid',
    'uuid',
    'guid',
    'key',
    'row',
    'row_id',
    'row_number',
    'no',
    'number',
    'num',
    'prompt_id',
    'hash',
    'sha',
  ],
  ...[
    'url',
    'uri',
    'link',
    'path',
    'file',
    'filename',
    'file_name',
    'date',
    'time',
    'datetime',
    'timestamp',
    'created',
    'created_at',
    'updated_at',
  ],
  ...[
    'lang',
    'language',
    'locale',
    'split',
    'author',
    'user_name',
    'username',
    'dataset',
    'license',
    'version',
    'token_count',
    'tokens',
    'length',
  ],
  ...[
    '番号',
    '連番',
    '通番',
    '日付',
    '日時',
    '時刻',
    '作成日',
    '更新日',
    '投稿日',
    '言語',
    '作者',
    '著者',
    '氏名',
    '名前',
    'リンク',
    '出典',
    '備考',
    '管理番号',
  ],
]);

/** What a model may call, beside a conversation. */
export const tools: NamesOfPart = { names: ['tools', 'functions', 'available_tools'] };

/** What a column is called whose header names none, by pandas and by Graft: most often it numbers the rows. */
export const madeUpName = /^Unnamed: \d+(_level_\d+)?(\.\d+)*$/;

/** Answers to choose from, which a label or an answer points into. */
export const choiceNames = /^(choices?|options?|endings?|candidates|(choice|option|ending|opt|選択肢)_?[0-9a-e]|[a-e]|選択肢)$/;

/** Answers that were judged the worse ones. */
export const rejectedNames: ReadonlySet<string> = new Set([
  'rejected',
  'rejected_response',
  'rejected_answer',
  'loser',
  'dispreferred',
  'response_rejected',
]);

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
