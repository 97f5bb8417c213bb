/** Names by which the columns of labelled rows are recognised: texts, pairs of texts, labels. */
import { namesIn, type NamesOfPart } from './columnNames.ts';

/** Of a text with a label: the text, and a second text that belongs to it. */
export const labelledText: NamesOfPart = {
  names: namesIn(`
    text sentence sentence1 premise review content document body title tweet message question1
    comment post utterance article passage paragraph description abstract email headline snippet phrase
    feedback ticket complaint text1 text_a sentence_1 sentence_a question_1 news summary transcript code
    本文 文章 テキスト 文 文1 前提 レビュー 口コミ コメント 投稿 ツイート 発話 内容 記事 メッセージ
    文書 感想 意見 タイトル 件名 見出し 題名 説明 メール 原文
  `),
  weak: namesIn(`
    question query prompt input inputs request context dialogue source instruction subject response
    質問 問い合わせ 入力 問題 問 対話 会話 依頼 要望 回答
  `),
};
export const labelledSecond: NamesOfPart = {
  names: namesIn(`
    text2 sentence2 hypothesis text_pair second question2
    text_b sentence_2 sentence_b question_2 second_text sentence_pair
    文2 仮説 二つ目 2つ目
  `),
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
export const plainLabelNames: readonly string[] = namesIn('label labels gold_label is_correct ラベル 正解ラベル');

export const labelNames: NamesOfPart = {
  names: namesIn(`
    label category class sentiment intent topic score
    labels gold_label label_text label_name class_label class_name class_index category_name emotion polarity
    stars star star_rating rating target stance coarse_label fine_label label_coarse label_fine
    tag genre toxicity toxic spam is_spam similarity similarity_score relevance relevance_score grade
    severity priority urgency verdict outcome entailment subjectivity is_duplicate is_toxic y aspect mood
    label_id class_id category_id sentiment_label emotion_label sentiment_score review_score review_rating overall
    ラベル 正解ラベル 分類 カテゴリ クラス 感情 感情極性 極性 評価 評点 点数 スコア 得点 星 星の数
    意図 話題 トピック ジャンル タグ 種別 区分 判定 類似度 関連度 重要度 優先度 緊急度 正解 正答 ポジネガ
  `),
  weak: ['answer', 'answers'],
};
/** Names of a label and of an answer alike: the column's values tell which it is. */
export const labelOrAnswerNames: ReadonlySet<string> = new Set(['target', '正解', '正答', 'answer', 'answers']);
