/** Header sets of public datasets and of people's own tables: which format each is, with which columns. */
import { describe, expect, it } from 'vitest';
import type { DatasetFormat } from '../../main/contract/entities.ts';
import { recogniseFormat } from '../../main/datasets/recognise.ts';
import type { FieldRow } from '../../main/datasets/recognise.ts';

/** What a column's values are, by the row's number from 0. */
type Values = (row: number) => unknown;

const words = ['parcel', 'letter', 'invoice', 'garden', 'window', 'river', 'engine', 'harbour', 'lantern', 'meadow'];
const prose: Values = (row) => `The ${words[row % 10] ?? ''} of number ${row} came late, and nobody knew why.`;
const long: Values = (row) => `${String(prose(row))} ${'It had been raining since the morning. '.repeat(5)}`;
const short: Values = (row) => `${words[row % 10] ?? ''} ${row}`;
const 文: Values = (row) => `${row}番の荷物が昨日の夕方に届きましたが、箱が壊れていました。`;
const of =
  (...values: readonly unknown[]): Values =>
  (row) =>
    values[row % values.length];
const count: Values = (row) => row;
const id: Values = (row) => `ab-${row}${row}7`;
const share: Values = (row) => ((row * 7) % 5) + 0.25;
const date: Values = (row) => `2024-05-${String((row % 28) + 1).padStart(2, '0')}`;
const chat: Values = (row) => [
  { role: 'user', content: String(prose(row)) },
  { role: 'assistant', content: 'Yes.' },
];
const sharegpt: Values = (row) => [
  { from: 'human', value: String(prose(row)) },
  { from: 'gpt', value: 'Yes.' },
];
const squad: Values = (row) => ({ text: [`answer ${row}`], answer_start: [row] });

function tableOf(columns: Readonly<Record<string, Values>>, rows = 24): FieldRow[] {
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values(row)])),
  );
}

type Case = readonly [string, Readonly<Record<string, Values>>, DatasetFormat, Readonly<Record<string, string>>];

const glue: readonly Case[] = [
  ['cola', { sentence: prose, label: of(0, 1), idx: count }, 'classification', { text: 'sentence', label: 'label' }],
  ['sst2', { idx: count, sentence: prose, label: of(1, 0) }, 'classification', { text: 'sentence', label: 'label' }],
  [
    'mrpc',
    { sentence1: prose, sentence2: long, label: of(0, 1), idx: count },
    'classification',
    { text: 'sentence1', second: 'sentence2', label: 'label' },
  ],
  [
    'qqp',
    { question1: prose, question2: long, label: of(0, 1), idx: count },
    'classification',
    { text: 'question1', second: 'question2', label: 'label' },
  ],
  [
    'stsb',
    { sentence1: prose, sentence2: long, label: share, idx: count },
    'classification',
    { text: 'sentence1', second: 'sentence2', label: 'label' },
  ],
  [
    'mnli',
    { premise: long, hypothesis: prose, label: of(0, 1, 2), idx: count },
    'classification',
    { text: 'premise', second: 'hypothesis', label: 'label' },
  ],
  [
    'qnli',
    { question: prose, sentence: long, label: of(0, 1), idx: count },
    'classification',
    { text: 'question', second: 'sentence', label: 'label' },
  ],
  [
    'rte',
    { sentence1: long, sentence2: prose, label: of(0, 1), idx: count },
    'classification',
    { text: 'sentence1', second: 'sentence2', label: 'label' },
  ],
  [
    'wnli',
    { sentence1: long, sentence2: prose, label: of(1, 0), idx: count },
    'classification',
    { text: 'sentence1', second: 'sentence2', label: 'label' },
  ],
];

const labelled: readonly Case[] = [
  ['imdb', { text: long, label: of(0, 1) }, 'classification', { text: 'text', label: 'label' }],
  ['ag_news', { text: prose, label: of(0, 1, 2, 3) }, 'classification', { text: 'text', label: 'label' }],
  [
    'ag_news as CSV',
    { 'Class Index': of('1', '2', '3'), Title: prose, Description: long },
    'classification',
    { text: 'Title', label: 'Class Index' },
  ],
  ['tweet_eval', { text: prose, label: of(0, 1) }, 'classification', { text: 'text', label: 'label' }],
  ['banking77', { text: prose, label: of(...Array(12).keys()) }, 'classification', { text: 'text', label: 'label' }],
  ['emotion', { text: prose, label: of(0, 1, 2, 3, 4, 5) }, 'classification', { text: 'text', label: 'label' }],
  [
    'emotion by name',
    { text: prose, emotion: of('joy', 'anger') },
    'classification',
    { text: 'text', label: 'emotion' },
  ],
  ['yelp_review_full', { label: of(0, 1, 2, 3, 4), text: long }, 'classification', { text: 'text', label: 'label' }],
  [
    'amazon_polarity',
    { label: of(0, 1), title: prose, content: long },
    'classification',
    { text: 'content', label: 'label' },
  ],
  [
    'amazon_reviews_multi',
    {
      ...{
        review_id: id,
        product_id: id,
        reviewer_id: id,
        stars: of(1, 2, 3, 4, 5),
        review_body: long,
        review_title: prose,
      },
      ...{ language: of('en'), product_category: of('book', 'toy') },
    },
    'classification',
    { text: 'review_body', label: 'stars' },
  ],
  [
    'dbpedia_14',
    { label: of(0, 1), title: short, content: long },
    'classification',
    { text: 'content', label: 'label' },
  ],
  [
    'trec',
    { text: prose, coarse_label: of(0, 1), fine_label: of(3, 4, 5) },
    'classification',
    { text: 'text', label: 'coarse_label' },
  ],
  [
    'rotten_tomatoes with its source',
    { text: prose, label: of(0, 1), source: of('a', 'b') },
    'classification',
    { text: 'text', label: 'label' },
  ],
  [
    'SetFit',
    { text: prose, label: of(0, 1), label_text: of('no', 'yes') },
    'classification',
    { text: 'text', label: 'label' },
  ],
  [
    'boolq',
    { question: prose, answer: of(true, false), passage: long },
    'classification',
    { text: 'question', second: 'passage', label: 'answer' },
  ],
  [
    'wiki_qa',
    { question_id: id, question: prose, document_title: short, answer: long, label: of(0, 1) },
    'classification',
    { text: 'question', second: 'answer', label: 'label' },
  ],
  [
    'paws',
    { id: count, sentence1: prose, sentence2: long, label: of(0, 1) },
    'classification',
    { text: 'sentence1', second: 'sentence2', label: 'label' },
  ],
  [
    'MARC-ja',
    { sentence: 文, label: of('positive', 'negative'), review_id: id },
    'classification',
    { text: 'sentence', label: 'label' },
  ],
  [
    'JSTS',
    { sentence_pair_id: id, yjcaptions_id: id, sentence1: 文, sentence2: 文, label: share },
    'classification',
    { text: 'sentence1', second: 'sentence2', label: 'label' },
  ],
  [
    'JNLI',
    { sentence_pair_id: id, yjcaptions_id: id, sentence1: 文, sentence2: 文, label: of('entailment', 'neutral') },
    'classification',
    { text: 'sentence1', second: 'sentence2', label: 'label' },
  ],
  [
    'a text of any name',
    { remark: prose, sentiment: of('cross', 'glad') },
    'classification',
    { text: 'remark', label: 'sentiment' },
  ],
  [
    'a text of any name beside ids and dates',
    { ticket_no: id, opened: date, remark: prose, priority: of('low', 'high') },
    'classification',
    { text: 'remark', label: 'priority' },
  ],
  [
    'a short text of any name',
    { word: short, class: of('a', 'b') },
    'classification',
    { text: 'word', label: 'class' },
  ],
  ['content and label', { content: long, label: of(0, 1) }, 'classification', { text: 'content', label: 'label' }],
  [
    'document and category',
    { document: long, category: of('a', 'b') },
    'classification',
    { text: 'document', label: 'category' },
  ],
  ['body and topic', { body: long, topic: of('a', 'b') }, 'classification', { text: 'body', label: 'topic' }],
  ['review and rating', { review: long, rating: of(1, 2, 3) }, 'classification', { text: 'review', label: 'rating' }],
  [
    'utterance and intent',
    { utterance: prose, intent: of('buy', 'ask') },
    'classification',
    { text: 'utterance', label: 'intent' },
  ],
  ['text and target', { text: prose, target: of('0', '1') }, 'classification', { text: 'text', label: 'target' }],
  [
    'a prompt that is judged',
    { prompt: prose, toxicity: share },
    'classification',
    { text: 'prompt', label: 'toxicity' },
  ],
  [
    'numbered texts of one stem',
    { post_a: prose, post_b: long, similarity: share },
    'classification',
    { text: 'post_a', second: 'post_b', label: 'similarity' },
  ],
];

const written: readonly Case[] = [
  [
    'dolly',
    { instruction: prose, context: of('', 'Some passage.'), response: long, category: of('open_qa', 'closed_qa') },
    'alpaca',
    { instruction: 'instruction', input: 'context', output: 'response' },
  ],
  [
    'dolly-15k-ja',
    { input: of('', 'x'), category: of('a', 'b'), output: 文, instruction: 文, index: count },
    'alpaca',
    { instruction: 'instruction', input: 'input', output: 'output' },
  ],
  [
    'alpaca',
    { instruction: prose, input: of('', 'x'), output: long },
    'alpaca',
    { instruction: 'instruction', input: 'input', output: 'output' },
  ],
  [
    'alpaca with its text',
    { instruction: prose, input: of('', 'x'), output: long, text: long },
    'alpaca',
    { instruction: 'instruction', input: 'input', output: 'output' },
  ],
  [
    'code_alpaca',
    { output: long, instruction: prose, input: of('') },
    'alpaca',
    { instruction: 'instruction', input: 'input', output: 'output' },
  ],
  [
    'instruction, question, answer',
    { instruction: of('Answer it.'), question: prose, answer: prose },
    'alpaca',
    { instruction: 'instruction', input: 'question', output: 'answer' },
  ],
  ['gsm8k', { question: prose, answer: long }, 'prompt', { prompt: 'question', completion: 'answer' }],
  [
    'MetaMathQA',
    { query: prose, response: long, type: of('a', 'b'), original_question: prose },
    'prompt',
    { prompt: 'query', completion: 'response' },
  ],
  [
    'OpenOrca',
    { id, system_prompt: of('Be brief.'), question: prose, response: long },
    'prompt',
    { prompt: 'question', completion: 'response', system: 'system_prompt' },
  ],
  [
    'squad',
    { id, title: short, context: long, question: prose, answers: squad },
    'prompt',
    { prompt: 'question', completion: 'answers', context: 'context' },
  ],
  [
    'question, context, answer',
    { id, question: prose, context: long, answer: short },
    'prompt',
    { prompt: 'question', completion: 'answer', context: 'context' },
  ],
  [
    'questions about a document',
    { question: prose, document: long, answer: short },
    'prompt',
    { prompt: 'question', completion: 'answer', context: 'document' },
  ],
  [
    'e2e_nlg',
    { meaning_representation: short, human_reference: prose },
    'prompt',
    { prompt: 'meaning_representation', completion: 'human_reference' },
  ],
  ['xsum', { document: long, summary: prose, id }, 'prompt', { prompt: 'document', completion: 'summary' }],
  [
    'cnn_dailymail',
    { article: long, highlights: prose, id },
    'prompt',
    { prompt: 'article', completion: 'highlights' },
  ],
  [
    'dialogsum',
    { id, dialogue: long, summary: prose, topic: short },
    'prompt',
    { prompt: 'dialogue', completion: 'summary' },
  ],
  ['counseling', { Context: long, Response: prose }, 'prompt', { prompt: 'Context', completion: 'Response' }],
  [
    'source and target of a translation',
    { source: prose, target: long },
    'prompt',
    { prompt: 'source', completion: 'target' },
  ],
  [
    'preferences',
    { prompt: prose, chosen: long, rejected: prose },
    'prompt',
    { prompt: 'prompt', completion: 'chosen' },
  ],
  [
    'KTO',
    { prompt: prose, completion: long, label: of(true, false) },
    'prompt',
    { prompt: 'prompt', completion: 'completion' },
  ],
  [
    'question and answer with a category',
    { question: prose, answer: long, category: of('a', 'b') },
    'prompt',
    { prompt: 'question', completion: 'answer' },
  ],
  [
    'question and answer with the page',
    { question: prose, answer: long, content: long },
    'prompt',
    { prompt: 'question', completion: 'answer' },
  ],
  [
    'question and answer with a text',
    { question: prose, answer: long, text: long },
    'prompt',
    { prompt: 'question', completion: 'answer' },
  ],
  [
    'camel case',
    { questionText: prose, answerText: long },
    'prompt',
    { prompt: 'questionText', completion: 'answerText' },
  ],
  [
    'no_robots',
    { prompt: prose, prompt_id: id, messages: chat, category: of('Chat', 'Coding') },
    'openai',
    { messages: 'messages' },
  ],
  ['ultrachat', { prompt: prose, prompt_id: id, messages: chat }, 'openai', { messages: 'messages' }],
  [
    'ultrafeedback_binarized',
    { prompt: prose, chosen: chat, rejected: chat, messages: chat, score_chosen: share },
    'openai',
    { messages: 'messages' },
  ],
  ['messages with a text', { messages: chat, text: long }, 'openai', { messages: 'messages' }],
  ['sharegpt', { id, conversations: sharegpt }, 'sharegpt', { conversations: 'conversations' }],
  [
    'sharegpt with a system prompt',
    { id, conversations: sharegpt, system: of('Be brief.') },
    'sharegpt',
    { conversations: 'conversations', system: 'system' },
  ],
  ['guanaco', { text: long }, 'text', { text: 'text' }],
  ['c4', { text: long, timestamp: date, url: of('https://example.org/a') }, 'text', { text: 'text' }],
  ['wikipedia', { id, url: of('https://example.org/a'), title: short, text: long }, 'text', { text: 'text' }],
  ['text with an unknown column of a few values', { text: long, dept: of('north', 'south') }, 'text', { text: 'text' }],
  ['named entities', { tokens: () => ['a', 'b'], ner_tags: () => [0, 1], text: prose }, 'text', { text: 'text' }],
  [
    'token ids',
    { input_ids: () => [1, 2], labels: () => [-100, 2], text: prose },
    'tokens',
    { input_ids: 'input_ids', labels: 'labels' },
  ],
];

const japanese: readonly Case[] = [
  ['質問と回答', { 質問: 文, 回答: 文 }, 'prompt', { prompt: '質問', completion: '回答' }],
  [
    'ご質問内容と回答内容',
    { 番号: count, ご質問内容: 文, 回答内容: 文 },
    'prompt',
    { prompt: 'ご質問内容', completion: '回答内容' },
  ],
  [
    '指示、入力、出力',
    { 指示: 文, 入力: of('', 'x'), 出力: 文 },
    'alpaca',
    { instruction: '指示', input: '入力', output: '出力' },
  ],
  ['入力と出力', { 入力文: 文, 出力文: 文 }, 'prompt', { prompt: '入力文', completion: '出力文' }],
  [
    '質問、文脈、回答',
    { 質問: 文, 文脈: 文, 回答: 文 },
    'prompt',
    { prompt: '質問', completion: '回答', context: '文脈' },
  ],
  ['本文と分類', { 本文: 文, 分類: of('苦情', '質問') }, 'classification', { text: '本文', label: '分類' }],
  ['文章とラベル', { 文章: 文, ラベル: of(0, 1) }, 'classification', { text: '文章', label: 'ラベル' }],
  ['half width katakana', { ﾃｷｽﾄ: 文, ﾗﾍﾞﾙ: of(0, 1) }, 'classification', { text: 'ﾃｷｽﾄ', label: 'ﾗﾍﾞﾙ' }],
  [
    'full width letters',
    { ＴＥＸＴ: 文, 'Ｌａｂｅｌ ': of(0, 1) },
    'classification',
    { text: 'ＴＥＸＴ', label: 'Ｌａｂｅｌ ' },
  ],
  [
    'テキストとカテゴリー',
    { テキスト: 文, カテゴリー: of('a', 'b') },
    'classification',
    { text: 'テキスト', label: 'カテゴリー' },
  ],
  [
    'レビュー本文と評価',
    { レビュー本文: 文, '評価（5段階）': of(1, 2, 3) },
    'classification',
    { text: 'レビュー本文', label: '評価（5段階）' },
  ],
  [
    '発話と感情ラベル',
    { 発話: 文, 感情ラベル: of('喜び', '怒り') },
    'classification',
    { text: '発話', label: '感情ラベル' },
  ],
  [
    '文1、文2、類似度',
    { 文1: 文, 文2: 文, 類似度: share },
    'classification',
    { text: '文1', second: '文2', label: '類似度' },
  ],
  [
    'お問い合わせ内容と種別',
    { 受付番号: id, お問い合わせ内容: 文, 種別: of('a', 'b') },
    'classification',
    { text: 'お問い合わせ内容', label: '種別' },
  ],
  ['問題と正解', { 問題: 文, 正解: 文 }, 'prompt', { prompt: '問題', completion: '正解' }],
  ['本文と要約', { 本文: 文, 要約: 文 }, 'prompt', { prompt: '本文', completion: '要約' }],
];

describe('headers', () => {
  it.each([...glue, ...labelled, ...written, ...japanese])('%s', (_, columns, format, roles) => {
    const recognised = recogniseFormat(tableOf(columns), { file: 'rows.jsonl' });
    expect({ format: recognised.format, columns: recognised.columns }).toEqual({ format, columns: roles });
  });

  it.each([...glue, ...labelled, ...written, ...japanese])(
    '%s, with every tenth row in error',
    (_, columns, format, roles) => {
      const required = Object.values(roles)[0] ?? '';
      const rows = tableOf(columns, 200).map((row, index) => (index % 10 === 3 ? { ...row, [required]: null } : row));
      const recognised = recogniseFormat(rows, { file: 'rows.jsonl' });
      expect({ format: recognised.format, columns: recognised.columns }).toEqual({ format, columns: roles });
    },
  );

  it.each([...glue, ...labelled, ...written, ...japanese])('%s, of two rows alone', (_, columns, format) => {
    expect(recogniseFormat(tableOf(columns, 2), { file: 'rows.jsonl' }).format).toBe(format);
  });
});
