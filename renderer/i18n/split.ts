/** Words of how rows are split: what trains, what is evaluated and tested, and what a person should know of it. */
import { catalogue } from './catalogue.ts';

const en = (count: number): string => count.toLocaleString('en');
const ja = (count: number): string => count.toLocaleString('ja');

export const splitWords = catalogue(
  {
    rows: 'Rows',
    trainedAndEvaluated: (trained: number, evaluated: number) => `${en(trained)} trained, ${en(evaluated)} evaluated`,
    tested: (rows: number) => `${en(rows)} tested`,
    pieces: (pieces: number) => `in ${en(pieces)} pieces`,
    equalRows: (rows: number) =>
      `${rows === 1 ? '1 row is' : `${en(rows)} rows are`} equal in text to an earlier one: such rows are on one side, trained or evaluated.`,
    nothingToEvaluate: 'No row is kept for evaluation: there is none of another text that could be spared.',
    notEvaluated: (labels: string) => `No row kept for evaluation has the label ${labels}: its figures say nothing of it.`,
    notTrained: (labels: string) => `Only rows kept for evaluation have the label ${labels}: it cannot be learned.`,
    andMore: (labels: string, more: number) => `${labels} and ${en(more)} more`,
    evaluationEqual: (equal: number, rows: number) =>
      `${en(equal)} of the ${en(rows)} rows of the evaluation dataset ${equal === 1 ? 'is' : 'are'} equal in text to rows that are trained on.`,
    testEqual: (equal: number, rows: number) =>
      `${en(equal)} of the ${en(rows)} rows of the test dataset ${equal === 1 ? 'is' : 'are'} equal in text to rows that are trained on.`,
  },
  {
    rows: '行',
    trainedAndEvaluated: (trained, evaluated) => `学習 ${ja(trained)}、評価 ${ja(evaluated)}`,
    tested: (rows) => `テスト ${ja(rows)}`,
    pieces: (pieces) => `${ja(pieces)} 個に分割`,
    equalRows: (rows) => `${ja(rows)} 行の文章が前の行と同じです。同じ行は学習か評価のどちらか一方にまとめます。`,
    nothingToEvaluate: '評価に取り分けた行はありません。ほかの文章の行で、取り分けられるものがないためです。',
    notEvaluated: (labels) => `評価用の行にはラベル ${labels} がありません。評価の数値はそのラベルについて何も示しません。`,
    notTrained: (labels) => `ラベル ${labels} は評価用の行にしかないため、学習できません。`,
    andMore: (labels, more) => `${labels} ほか ${ja(more)} 件`,
    evaluationEqual: (equal, rows) => `評価用データセットの ${ja(rows)} 行のうち ${ja(equal)} 行の文章が、学習する行と同じです。`,
    testEqual: (equal, rows) => `テスト用データセットの ${ja(rows)} 行のうち ${ja(equal)} 行の文章が、学習する行と同じです。`,
  },
);
