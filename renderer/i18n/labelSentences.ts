/**
 * Sentences on labels and messages that the studio writes in English (notices of a reading, reasons of rows) in the window's language.
 * One that is not known here stays as it is.
 */
import type { Language } from './catalogue.ts';
import { messageSentences } from './messageSentences.ts';

export interface Sentence {
  readonly english: RegExp;
  /** `parts`: what the groups of `english` caught. */
  readonly ja: (...parts: readonly string[]) => string;
}

const missing: Readonly<Record<string, string>> = { 'an empty list': '空のリスト', '-1 in every row': 'すべての行が -1' };
const rows = (text: string): string => text.replace(/^(\d+) rows?$/, '$1 行');
/** Groups such as `"1" and "1.0"; "2" and "2.0"; and 3 more`. */
const groups = (text: string): string =>
  text
    .replace(/[;,] and (\d+) more$/, ' ほか $1 件')
    .replaceAll('" and "', '" と "')
    .replaceAll('; "', '、"')
    .replaceAll('", "', '"、"');

const sentences: readonly Sentence[] = [
  { english: /^no label$/, ja: () => 'ラベルがありません' },
  { english: /^no label \((.*)\)$/s, ja: (what = '') => `ラベルがありません（${missing[what] ?? what}）` },
  { english: /^more than one label: (\d+) in a list$/, ja: (count) => `ラベルが複数あります（リストに ${count} 個）` },
  { english: /^more than one label: (.*)$/s, ja: (label) => `ラベルが複数あります: ${label}` },
  { english: /^label (".*") is no finite number$/s, ja: (label) => `ラベル ${label} は有限の数ではありません` },
  {
    english: /^label (".*") is no number, as the other labels are$/s,
    ja: (label) => `ラベル ${label} は、ほかのラベルと違って数値ではありません`,
  },
  { english: /^label is .*, not one text or number$/, ja: () => 'ラベルが 1 つの文字列でも数値でもありません' },
  { english: /^label holds the control character (U\+\w+)$/, ja: (code) => `ラベルに制御文字 ${code} があります` },
  {
    english: /^label: (.*) is none of the (\d+) classes that the file declares$/,
    ja: (value, count) => `ラベル ${value} は、ファイルが定める ${count} 個のクラスのどれでもありません`,
  },
  {
    english: /^(.*) has no labels to learn from: (.*) \(column (.*)\)\. Use the split with labels.*$/s,
    ja: (file, why, column) => {
      const reason =
        why === 'no row has a label'
          ? 'どの行にもラベルがありません'
          : 'すべてのラベルが -1 で、テスト用分割のようにラベルなしを表しています';
      return `${file} には学べるラベルがありません。${reason}（列 ${column}）。学習用などラベルのある分割を使うか、形式 text で読み込んでください。`;
    },
  },
  { english: /^text is empty$/, ja: () => '文章が空です' },
  { english: /^text is (missing|null|a .*|an .*), not text$/, ja: () => '文章が文字列ではありません' },
  {
    english: /^Labels that mean the same are one class: (.*)\.$/s,
    ja: (which = '') => `同じ意味のラベルは 1 つのクラスにまとめます: ${groups(which)}。`,
  },
  {
    english: /^Labels such as (".*") are read as the number (\S+)\.$/s,
    ja: (label, number) => `${label} のようなラベルは数値 ${number} と読みます。`,
  },
  {
    english: /^Labels that look alike are classes of their own: (.*)\. Write them alike in the file where they mean the same\.$/s,
    ja: (which = '') => `見た目の似たラベルは別々のクラスです: ${groups(which)}。同じ意味なら、ファイルの中で表記をそろえてください。`,
  },
  {
    english: /^(".*") is a class, of (\d+ rows?)\. Where it stands for a missing label, leave it empty in the file\.$/s,
    ja: (label, count = '') => `${label} は ${rows(count)}のクラスです。ラベルなしの意味なら、ファイルで空にしてください。`,
  },
  {
    english: /^Left out as missing: (\d+ rows?) with the label (".*")\. Where it is a class, call it otherwise in the file\.$/s,
    ja: (count = '', label) =>
      `ラベルなしとして ${rows(count)}を除きます（ラベル ${label}）。クラスの名前なら、ファイルで別の名前にしてください。`,
  },
  {
    english: /^-1 is a label like the others, of (\d+ rows?)\. Where it stands for no label, remove these rows from the file\.$/,
    ja: (count = '') => `-1 もほかと同じラベルです（${rows(count)}）。ラベルなしの意味なら、その行をファイルから除いてください。`,
  },
  {
    english: /^Labels such as (".*") are taken as texts: .*$/s,
    ja: (label) =>
      `${label} のようなラベルは文字列とみなします。コンマが小数点か桁区切りか分からないためです。小数点を使うか、区切りなしで書いてください。`,
  },
  {
    english: /^The file lists the class (".*") that no row has: .*$/s,
    ja: (label) => `ファイルが定めるクラス ${label} には行がありません。エンコーダーはその出力を持ちますが、学習はできません。`,
  },
  {
    english: /^The file lists (\d+) classes, (.*) that no row has: .*$/s,
    ja: (count, which = '') =>
      `ファイルが定めるクラスのうち ${count} 個（${groups(which)}）には行がありません。エンコーダーはその出力を持ちますが、学習はできません。`,
  },
];

const known: readonly Sentence[] = [...sentences, ...messageSentences];

export function labelSentence(text: string, language: Language): string {
  if (language === 'en') return text;
  for (const { english, ja } of known) {
    const [found, ...parts] = english.exec(text) ?? [];
    if (found !== undefined) return ja(...parts);
  }
  return text;
}
