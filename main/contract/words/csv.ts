/** Tables of text: CSV, TSV and what spreadsheets make of them. */
import { wordsOf } from './words.ts';

interface Unnamed {
  readonly columns: readonly string[];
  readonly more: number;
}

export const csvWords = wordsOf('csv', {
  noHeader: { en: '{file} has no header line.', ja: '{file} に見出しの行がありません。' },
  nameColumns: { en: 'The first line must name the columns.', ja: '最初の行に列の名前を書いてください。' },
  unclosedHeader: {
    en: '{file}, line {line}: a quote that opens in the header is never closed.',
    ja: '{file}、{line} 行目: 見出しで開いた引用符が閉じていません。',
  },
  closeQuote: {
    en: 'Close the quote, or write a quote inside a quoted field twice.',
    ja: '引用符を閉じてください。引用符の中に引用符を書くときは 2 つ続けます。',
  },
  otherFieldCount: {
    en: '{fields, field|fields} where the header has {columns}',
    ja: '項目が {fields} 個ありますが、見出しは {columns} 個です',
  },
  neverClosed: { en: 'a quote that opens in this row is never closed', ja: 'この行で開いた引用符が閉じていません' },
  neverClosedLost: {
    en: 'a quote that opens in this row is never closed; the {lines} lines after it are lost with it',
    ja: 'この行で開いた引用符が閉じていません。続く {lines} 行も読み取れません',
  },
  neverClosedRead: {
    en: 'a quote that opens in this row is never closed; the {lines} lines after it are read as rows of their own',
    ja: 'この行で開いた引用符が閉じていません。続く {lines} 行は別々の行として読み取ります',
  },
  closesLate: {
    en: 'a quote that opens in this row closes only in line {line}; the lines after this one are read as rows of their own',
    ja: 'この行で開いた引用符が {line} 行目まで閉じていません。続く行は別々の行として読み取ります',
  },
  blankRows: {
    en: 'Left out, as there is nothing but separators in them: {rows, row|rows}.',
    ja: '区切り文字しかない {rows} 行を除きました。',
  },
  longRows: {
    en: 'Separators behind the last column are left out, in {rows, row|rows}.',
    ja: '{rows} 行で、最後の列より後ろの区切り文字を無視しました。',
  },
  looseQuotes: {
    en: 'Text follows a closing quote ({rows, row|rows}, first in line {line}): such a field is kept with its quotes.',
    ja: '閉じた引用符の後に文字がある項目は、引用符ごと残しました（{rows} 行、最初は {line} 行目）。',
  },
  title: {
    en: 'The header is in line {line}; what stands above it is left out ({lines, line|lines}).',
    ja: '見出しは {line} 行目です。その上の {lines} 行は使いません。',
  },
  span: { en: 'lines {from} to {to}', ja: '{from}～{to} 行目' },
  doubtfulQuotes: {
    en: ({
      places,
      more,
      line,
    }: {
      readonly places: readonly string[];
      readonly more: number;
      readonly line: number;
    }) =>
      `Quotes make one row of ${places.join(', of ')}${more > 0 ? ` and ${more} more` : ''}, though each line could be a row of its own. ` +
      `If a quote was left open in line ${line}, close it and import the file again.`,
    ja: ({ places, more, line }) =>
      `引用符のために ${places.join('、')}${more > 0 ? ` ほか ${more} か所` : ''} がそれぞれ 1 行になっていますが、別々の行かもしれません。` +
      `${line} 行目の引用符が閉じていなければ、直してもう一度取り込んでください。`,
  },
  sameName: {
    en: 'Two columns are named "{name}": column {column} is called "{called}".',
    ja: '「{name}」という名前の列が 2 つあるため、{column} 列目を「{called}」とします。',
  },
  columnAt: { en: 'column {column} ("{name}")', ja: '{column} 列目（「{name}」）' },
  unnamed: {
    en: ({ columns, more }: Unnamed) =>
      `Not named in the header and left aside, unless a role is given to it: ${columns.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    ja: ({ columns, more }) =>
      `見出しに名前がない列は、役割を選ばない限り使いません: ${columns.join('、')}${more > 0 ? ` ほか ${more} 列` : ''}。`,
  },
  readAsTable: {
    en: 'The file is read as a table with a header, its columns parted by {separator}.',
    ja: '見出し付きの表として読み取りました（列の区切り: {separator}）。',
  },
  commas: { en: 'commas', ja: 'カンマ' },
  tabs: { en: 'tabs', ja: 'タブ' },
  semicolons: { en: 'semicolons', ja: 'セミコロン' },
  bars: { en: 'bars', ja: '縦線' },
  spaces: { en: 'spaces', ja: '空白' },
});
