/** Labels of texts: what is none, what is read as one class, what looks alike. */
import { wordsOf } from './words.ts';

interface Groups {
  readonly groups: readonly string[];
  readonly more: number;
}

const listed = (parts: readonly string[], separator: string, more: number): string =>
  parts.join(separator) + (more > 0 ? `${separator}and ${more} more` : '');
const listedJa = ({ groups, more }: Groups): string => groups.join('、') + (more > 0 ? ` ほか ${more} 件` : '');

export const labelWords = wordsOf('labels', {
  none: { en: 'no label', ja: 'ラベルがありません' },
  noneSaid: { en: 'no label ({text})', ja: 'ラベルがありません（{text}）' },
  emptyList: { en: 'an empty list', ja: '空のリスト' },
  everyMinusOne: { en: '-1 in every row', ja: 'すべての行が -1' },
  severalInList: { en: 'more than one label: {count} in a list', ja: 'ラベルが複数あります（リストに {count} 個）' },
  several: { en: 'more than one label: "{label}"', ja: 'ラベルが複数あります: 「{label}」' },
  notOne: {
    en: 'label is {kind}, not one text or number',
    ja: 'ラベルが 1 つの文字列でも数値でもありません（{kind}）',
  },
  notFinite: { en: 'label "{label}" is no finite number', ja: 'ラベル「{label}」は有限の数ではありません' },
  notNumber: {
    en: 'label "{label}" is no number, as the other labels are',
    ja: 'ラベル「{label}」は、ほかのラベルと違って数値ではありません',
  },
  alike: {
    en: ({ labels }: { readonly labels: readonly string[] }) => labels.map((label) => `"${label}"`).join(' and '),
    ja: ({ labels }) => labels.map((label) => `「${label}」`).join('と'),
  },
  merged: {
    en: ({ groups, more }: Groups) => `Labels that mean the same are one class: ${listed(groups, '; ', more)}.`,
    ja: (groups) => `同じ意味のラベルは 1 つのクラスにまとめます: ${listedJa(groups)}。`,
  },
  rewritten: {
    en: 'Labels such as "{label}" are read as the number {number}.',
    ja: '「{label}」のようなラベルは数値 {number} と読みます。',
  },
  lookAlike: {
    en: ({ groups, more }: Groups) =>
      `Labels that look alike are classes of their own: ${listed(groups, '; ', more)}. Write them alike in the file where they mean the same.`,
    ja: (groups) =>
      `見た目の似たラベルは別々のクラスです: ${listedJa(groups)}。同じ意味なら、ファイルの中で表記をそろえてください。`,
  },
  doubtfulClass: {
    en: '"{label}" is a class, of {rows, row|rows}. Where it stands for a missing label, leave it empty in the file.',
    ja: '「{label}」は {rows} 行のクラスです。ラベルなしの意味なら、ファイルで空にしてください。',
  },
  leftOut: {
    en: 'Left out as missing: {rows, row|rows} with the label "{label}". Where it is a class, call it otherwise in the file.',
    ja: 'ラベルなしとして {rows} 行を除きます（ラベル「{label}」）。クラスの名前なら、ファイルで別の名前にしてください。',
  },
  minusOne: {
    en: '-1 is a label like the others, of {rows, row|rows}. Where it stands for no label, remove these rows from the file.',
    ja: '-1 もほかと同じラベルです（{rows} 行）。ラベルなしの意味なら、その行をファイルから除いてください。',
  },
  thousands: {
    en: 'Labels such as "{label}" are taken as texts: the comma may be a decimal one or one of thousands. Write them with a point, or without.',
    ja: '「{label}」のようなラベルは文字列とみなします。カンマが小数点か桁区切りか分からないためです。小数点を使うか、区切りなしで書いてください。',
  },
  emptyClass: {
    en: 'The file lists the class "{label}" that no row has: an encoder keeps an output for it and never learns it.',
    ja: 'ファイルが定めるクラス「{label}」には行がありません。エンコーダーはその出力を持ちますが、学習はできません。',
  },
  emptyClasses: {
    en: ({
      count,
      labels,
      more,
    }: {
      readonly count: number;
      readonly labels: readonly string[];
      readonly more: number;
    }) =>
      `The file lists ${count} classes, ${listed(
        labels.map((label) => `"${label}"`),
        ', ',
        more,
      )} that no row has: an encoder keeps an output for it and never learns it.`,
    ja: ({ count, labels, more }) =>
      `ファイルが定めるクラスのうち ${count} 個（${listedJa({ groups: labels.map((label) => `「${label}」`), more })}）には行がありません。エンコーダーはその出力を持ちますが、学習はできません。`,
  },
  noneAtAll: {
    en: '{file} has no labels to learn from: {problem} (column {column}).',
    ja: '{file} には学べるラベルがありません。{problem}（列「{column}」）。',
  },
  useLabelledSplit: {
    en: 'Use the split with labels, such as the one for training; or import it with the format text.',
    ja: '学習用などラベルのある分割を使うか、形式 text で取り込んでください。',
  },
  testSplit: {
    en: 'every label is -1, which stands for no label, as in a test split',
    ja: 'すべてのラベルが -1 で、テスト用の分割のようにラベルなしを表しています',
  },
  noRowLabelled: { en: 'no row has a label', ja: 'どの行にもラベルがありません' },
});
