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
    unusable: (rows: number, line: number, reason: string) =>
      `This model cannot take ${rows === 1 ? '1 row' : `${en(rows)} rows`}: left out (line ${en(line)}: ${reason}).`,
    evaluationUnusable: (rows: number, line: number, reason: string) =>
      `This model cannot take ${rows === 1 ? '1 row' : `${en(rows)} rows`} of the evaluation dataset: left out (line ${en(line)}: ${reason}).`,
    testUnusable: (rows: number, line: number, reason: string) =>
      `This model cannot take ${rows === 1 ? '1 row' : `${en(rows)} rows`} of the test dataset: left out (line ${en(line)}: ${reason}).`,
    whyPieces:
      'The chat template shows earlier turns otherwise later on: such rows are trained in pieces, each answer once, behind what a chat shows before it.',
    equalRows: (rows: number) => `${rows === 1 ? '1 row is' : `${en(rows)} rows are`} equal in text to an earlier one.`,
    equalRowsSplit: (rows: number) =>
      `${rows === 1 ? '1 row is' : `${en(rows)} rows are`} equal in text to an earlier one: such rows are on one side, trained or evaluated.`,
    nothingToEvaluate: 'No row is kept for evaluation: there is none of another text that could be spared.',
    notEvaluated: (labels: string) =>
      `No row kept for evaluation has the label ${labels}: its figures say nothing of it.`,
    notTrained: (labels: string) => `Only rows kept for evaluation have the label ${labels}: it cannot be learned.`,
    andMore: (labels: string, more: number) => `${labels} and ${en(more)} more`,
    evaluationEqual: (equal: number, rows: number) =>
      `${en(equal)} of the ${en(rows)} rows of the evaluation dataset ${equal === 1 ? 'is' : 'are'} equal in text to rows of the training dataset.`,
    testEqual: (equal: number, rows: number) =>
      `${en(equal)} of the ${en(rows)} rows of the test dataset ${equal === 1 ? 'is' : 'are'} equal in text to rows of the training dataset.`,
    evaluationCut: (cut: number) =>
      `${en(cut)} of the rows of the evaluation dataset ${cut === 1 ? 'is' : 'are'} longer than the maximum length and cut there.`,
    testCut: (cut: number) =>
      `${en(cut)} of the rows of the test dataset ${cut === 1 ? 'is' : 'are'} longer than the maximum length and cut there.`,
    testIsEvaluation:
      'The test dataset is the evaluation dataset, by which the best step is chosen: its figures flatter.',
    betweenSentences: ' ',
    cutRows: (cut: number, rows: number, length: number) =>
      `${en(cut)} of ${en(rows)} rows ${cut === 1 ? 'is' : 'are'} longer than ${en(length)} tokens and cut there.`,
    cutPieces: (cut: number, pieces: number, length: number) =>
      `${en(cut)} of ${en(pieces)} pieces of rows ${cut === 1 ? 'is' : 'are'} longer than ${en(length)} tokens and cut there.`,
    nothingLost: 'No trained token is lost.',
    lostTokens: (lost: number, all: number, share: string) =>
      `${en(lost)} of ${en(all)} trained tokens (${share}) are lost.`,
    notRead: (lost: number, all: number, share: string) => `${en(lost)} of ${en(all)} tokens (${share}) are not read.`,
    lostPieces: (pieces: number) => `Nothing of ${en(pieces)} of them is trained.`,
    cutsNothing: (length: number) => `A maximum length of ${en(length)} would cut nothing.`,
    longerThanModel: (length: number, most: number) =>
      `The longest has ${en(length)} tokens; the model takes at most ${en(most)}.`,
  },
  {
    rows: '行',
    trainedAndEvaluated: (trained, evaluated) => `学習 ${ja(trained)}、評価 ${ja(evaluated)}`,
    tested: (rows) => `テスト ${ja(rows)}`,
    pieces: (pieces) => `${ja(pieces)} 個に分割`,
    unusable: (rows, line, reason) =>
      `このモデルでは ${ja(rows)} 行を使えないため、除きます（${ja(line)} 行目：${reason}）。`,
    evaluationUnusable: (rows, line, reason) =>
      `評価用データセットの ${ja(rows)} 行はこのモデルで使えないため、除きます（${ja(line)} 行目：${reason}）。`,
    testUnusable: (rows, line, reason) =>
      `テスト用データセットの ${ja(rows)} 行はこのモデルで使えないため、除きます（${ja(line)} 行目：${reason}）。`,
    whyPieces:
      'チャットテンプレートは前のやりとりを後から別の形で示します。そのような行は分けて学習し、どの答えも、チャットがその前に示すとおりの文の後で一度だけ学習します。',
    equalRows: (rows) => `${ja(rows)} 行の文章が前の行と同じです。`,
    equalRowsSplit: (rows) => `${ja(rows)} 行の文章が前の行と同じです。同じ行は学習か評価のどちらか一方にまとめます。`,
    nothingToEvaluate: '評価に取り分けた行はありません。ほかの文章の行で、取り分けられるものがないためです。',
    notEvaluated: (labels) =>
      `評価用の行にはラベル ${labels} がありません。評価の数値はそのラベルについて何も示しません。`,
    notTrained: (labels) => `ラベル ${labels} は評価用の行にしかないため、学習できません。`,
    andMore: (labels, more) => `${labels} ほか ${ja(more)} 件`,
    evaluationEqual: (equal, rows) =>
      `評価用データセットの ${ja(rows)} 行のうち ${ja(equal)} 行の文章が、学習用データセットの行と同じです。`,
    testEqual: (equal, rows) =>
      `テスト用データセットの ${ja(rows)} 行のうち ${ja(equal)} 行の文章が、学習用データセットの行と同じです。`,
    evaluationCut: (cut) => `評価用データセットの ${ja(cut)} 行は最大長より長いため、そこで切られます。`,
    testCut: (cut) => `テスト用データセットの ${ja(cut)} 行は最大長より長いため、そこで切られます。`,
    testIsEvaluation:
      'テスト用データセットは最良のステップを選ぶ評価用データセットと同じです。数値は実際より良く見えます。',
    betweenSentences: '',
    cutRows: (cut, rows, length) =>
      `${ja(rows)} 行のうち ${ja(cut)} 行は ${ja(length)} トークンより長いため、そこで切られます。`,
    cutPieces: (cut, pieces, length) =>
      `行を分けた ${ja(pieces)} 個のうち ${ja(cut)} 個は ${ja(length)} トークンより長いため、そこで切られます。`,
    nothingLost: '学習するトークンは失われません。',
    lostTokens: (lost, all, share) => `学習するトークン ${ja(all)} 個のうち ${ja(lost)} 個（${share}）が失われます。`,
    notRead: (lost, all, share) => `トークン ${ja(all)} 個のうち ${ja(lost)} 個（${share}）は読まれません。`,
    lostPieces: (pieces) => `そのうち ${ja(pieces)} 件は何も学習されません。`,
    cutsNothing: (length) => `最大長を ${ja(length)} にすると何も切られません。`,
    longerThanModel: (length, most) =>
      `最も長いものは ${ja(length)} トークンで、モデルが受け取れるのは最大 ${ja(most)} トークンです。`,
  },
);
