/**
 * Notices of an import in the language of the screen. They are kept in English beside the dataset, as the command line says
 * them; a line here is the pattern of one and its words in Japanese. Those of labels are in labelSentences.ts; one that is in neither is shown as it is.
 */
import type { Language } from './catalogue.ts';
import { labelSentence } from './labelSentences.ts';

type Translation = readonly [RegExp, (...parts: readonly string[]) => string];

const rowsOf = (text = ''): string => `${text.replace(/ rows?$/, '')} 行`;

/** Which columns play which role. */
const reading: readonly Translation[] = [
  [
    /^The columns (.+) look like the format (\w+), but hardly a row could be used as such \((.*)\); the rows were read as (\w+)\.$/s,
    (columns, format, why, taken) =>
      `列 ${columns} は形式 ${format} のようですが、その形式で使える行がほとんどないため（${why}）、${taken} として読み取りました。`,
  ],
  [
    /^Preferences are not learned: only (.+) is trained, and the answers in (.+) are left aside\.$/s,
    (answer, rejected) => `回答の優劣は学習しません。学習するのは ${answer} だけで、${rejected} の回答は使いません。`,
  ],
  [
    /^The column (.+) judges the answers and is left aside: answers that it calls wrong are trained like the others\.$/s,
    (column) => `列 ${column} は回答の正誤を示しますが使われません。誤りとされた回答も他と同じように学習します。`,
  ],
  [
    /^The answers to choose from \((.+)\) are left aside: what (.+) says of them cannot be learned without them\.$/s,
    (choices, label) => `選択肢（${choices}）は使われません。選択肢がないと、${label} が示す答えを学習できません。`,
  ],
  [
    /^Where a row gives several answers to its question, the first one is trained\.$/,
    () => '1 つの質問に複数の回答がある行では、最初の回答を学習します。',
  ],
  [
    /^The column (.+) \((.*)\) is not learned; it may be the label of (.+)\. To learn it as the label, import the file again with (--format .+)$/s,
    (column, values, text, flags) =>
      `列 ${column}（${values}）は学習に使われていません。${text} のラベルなら、もう一度取り込んで label の役割を選んでください（コマンドでは ${flags}）。`,
  ],
  [
    /^The column (.+) \((.*)\) may be the label too, but (.+) was taken\. To learn it as the label, import the file again with (--format .+)$/s,
    (column, values, label, flags) =>
      `列 ${column}（${values}）もラベルかもしれませんが、${label} を使いました。こちらを学習するには、もう一度取り込んで label の役割を選んでください（コマンドでは ${flags}）。`,
  ],
  [/^(.+) further columns are left aside\.$/, (count) => `ほかに ${count} 列が使われていません。`],
  [/^The field "(.+)" of messages is left aside\.$/s, (field) => `メッセージの項目「${field}」は使われません。`],
];

/** How a table is laid out. */
const tables: readonly Translation[] = [
  [/^Left out, as there is nothing but separators in them: (.+)\.$/, (count) => `区切り文字しかない ${rowsOf(count)}を除きました。`],
  [
    /^Separators behind the last column are left out, in (.+)\.$/,
    (count) => `${rowsOf(count)}で、最後の列より後ろの区切り文字を無視しました。`,
  ],
  [
    /^The header is in line (\d+); what stands above it is left out \((\d+) lines?\)\.$/,
    (line, count) => `見出しは ${line} 行目です。その上の ${count} 行は使いません。`,
  ],
  [
    /^Two columns are named "(.+)": column (\d+) is called "(.+)"\.$/s,
    (name, column, called) => `「${name}」という名前の列が 2 つあるため、${column} 列目を「${called}」とします。`,
  ],
  [
    /^Not named in the header and left aside, unless a role is given to it: (.+)\.$/s,
    (columns) =>
      `見出しに名前がない列は、役割を選ばない限り使いません: ${columns.replace(/column (\d+) \("(.+?)"\)/g, '$1 列目（「$2」）')}。`,
  ],
  [
    /^Text follows a closing quote \((.+), first in line (\d+)\): such a field is kept with its quotes\.$/,
    (count, line) => `閉じた引用符の後に文字がある項目は、引用符ごと残しました（${rowsOf(count)}、最初は ${line} 行目）。`,
  ],
  [
    /^Quotes make one row of (.+), though each line could be a row of its own\. If a quote was left open in line (\d+), close it and import the file again\.$/s,
    (lines, line) =>
      `引用符のために ${lines
        .replace(/lines (\d+) to (\d+)/g, '$1～$2 行目')
        .replace(/, of /g, '、')
        .replace(
          / and (\d+) more$/,
          ' ほか $1 か所',
        )} がそれぞれ 1 行になっていますが、別々の行かもしれません。${line} 行目の引用符が閉じていなければ、直してもう一度取り込んでください。`,
  ],
  [
    /^The file is read as a table with a header, its columns parted by (.+)\.$/,
    (mark) => `見出し付きの表として読み取りました（列の区切り: ${separators[mark] ?? mark}）。`,
  ],
  [
    /^(\d+) places? (?:is|are) no (\S+) text\. If the file has another encoding \(such as (.+)\), name it for the import\.$/,
    (count, encoding, others) =>
      `${count} か所が ${encoding} として読めません。別の文字コード（${others} など）なら、取り込むときに選んでください。`,
  ],
];
const separators: Readonly<Record<string, string>> = { commas: 'カンマ', tabs: 'タブ', semicolons: 'セミコロン', bars: '縦線' };

const translations = [...reading, ...tables];

export function fileNotice(notice: string, language: Language): string {
  if (language === 'en') return notice;
  for (const [pattern, words] of translations) {
    const found = pattern.exec(notice);
    if (found !== null) return words(...found.slice(1));
  }
  return labelSentence(notice, language);
}
