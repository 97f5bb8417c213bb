/** Words of the place where an encoder is tried, and of what its runs measure. */
import { metricTitles } from '../../main/contract/metrics.ts';
import { catalogue } from './catalogue.ts';

export const classifyWords = catalogue(
  {
    title: 'Classify',
    encoder: 'Encoder',
    chooseEncoder: 'Choose an encoder',
    noEncoderTitle: 'An encoder is needed here',
    noEncoderText: 'Encoders such as MiniLM (BERT) do not write: they sort texts into classes, or give them a number.',
    getModel: 'Get a model',
    text: 'Text',
    second: 'Second text',
    secondHint: 'Only for an adapter that was trained on pairs of texts',
    answerWith: 'Answer with',
    base: 'Base',
    noAdapters: 'No adapter for this encoder yet.',
    trainOne: 'Train one',
    most: (count: number) => `At most ${count} side by side`,
    run: 'Classify',
    loading: 'The first text loads the model …',
    answers: 'Answers',
    share: (label: string, percent: string) => `${label}: ${percent}`,
    isEncoder: 'Sorts text and writes none: use Classify',
    label: 'label',
    labels: 'Labels',
    metrics: 'Metrics',
  },
  {
    title: '分類',
    encoder: 'エンコーダー',
    chooseEncoder: 'エンコーダーを選択',
    noEncoderTitle: 'エンコーダーが必要です',
    noEncoderText: 'MiniLM（BERT）などのエンコーダーは文章を書かず、文を分類したり、数値を付けたりします。',
    getModel: 'モデルを入手',
    text: 'テキスト',
    second: '2 つ目のテキスト',
    secondHint: '文の組で学習したアダプターにだけ使います',
    answerWith: '答えるもの',
    base: 'ベース',
    noAdapters: 'このエンコーダーのアダプターはまだありません。',
    trainOne: '学習する',
    most: (count: number) => `並べられるのは ${count} つまで`,
    run: '分類する',
    loading: '最初の文でモデルを読み込みます…',
    answers: '答え',
    share: (label: string, percent: string) => `${label}: ${percent}`,
    isEncoder: '文章を書かず分類するモデルです。「分類」で使います',
    label: 'ラベル',
    labels: 'ラベル',
    metrics: '指標',
  },
);

/** By the names of contract/metrics.ts. */
export const metricWords = catalogue(metricTitles, {
  accuracy: '正解率',
  f1: 'F1',
  f1Macro: 'F1（クラス平均）',
  matthews: 'マシューズ相関',
  pearson: 'ピアソン相関',
  spearman: 'スピアマン相関',
});
