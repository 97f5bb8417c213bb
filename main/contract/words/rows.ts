/** Rows of a file that cannot be read, whatever its form. */
import { wordsOf } from './words.ts';

interface Counted {
  readonly reasons: readonly string[];
  readonly more: number;
}

export const rowWords = wordsOf('rows', {
  notJson: { en: 'not JSON: {why}', ja: 'JSON ではありません（{why}）' },
  notAnObject: { en: 'not an object with fields but {kind}', ja: '項目を持つオブジェクトではなく、{kind}です' },
  ofList: { en: 'row {place} of the list: {reason}', ja: 'リストの {place} 番目の行: {reason}' },
  line: { en: 'line {line}: {reason}', ja: '{line} 行目: {reason}' },
  first: {
    en: ({ reasons, more }: Counted) => reasons.join('; ') + (more > 0 ? `; and ${more} more` : ''),
    ja: ({ reasons, more }) => reasons.join('／') + (more > 0 ? `、ほか ${more} 件` : ''),
  },
  someOf: {
    en: ({ reasons, more }: Counted) => reasons.join('; ') + (more > 0 ? '; …' : ''),
    ja: ({ reasons, more }) => reasons.join('／') + (more > 0 ? '…' : ''),
  },
  noRowAtAll: { en: 'it holds no row at all', ja: '行がひとつもありません' },
  noUsableRow: { en: '{file} has no usable row: {why}.', ja: '{file} に使える行がありません。{why}。' },
  correctRows: {
    en: 'Correct these rows, or name the format and the columns if the file was read as something else.',
    ja: 'これらの行を直してください。別のものとして読み取られた場合は、形式と列を選んでください。',
  },
  noRow: { en: 'The file holds no row.', ja: 'このファイルに行はありません。' },
  noneReadable: {
    en: 'No row can be read. Line {line}: {reason}.',
    ja: '読み取れる行がありません。{line} 行目: {reason}。',
  },
  tooLongToShow: {
    en: '{file} begins with a row that is too long to be shown.',
    ja: '{file} の最初の行は長すぎて表示できません。',
  },
  faultyRows: {
    en: '{first} Rows with such faults: {faulty}; rows without: {usable}.',
    ja: '{first}同じような問題のある行は {faulty} 行、ない行は {usable} 行です。',
  },
  inFile: { en: '{file}, line {line}: {reason}.', ja: '{file}、{line} 行目: {reason}。' },
  mendLine: { en: 'Mend or remove that line.', ja: 'その行を直すか取り除いてください。' },
  noText: { en: 'it has no text (a column {columns, list})', ja: '文章がありません（列 {columns, list} のどれか）' },
  noRowIn: { en: '{file} holds no row.', ja: '{file} に行がありません。' },
  giveRow: { en: 'Give it at least one row with a text.', ja: '文章のある行を 1 つ以上入れてください。' },
  isEmptyFile: { en: '{file} is empty.', ja: '{file} は空です。' },
  isFolder: { en: '{file} is a folder.', ja: '{file} はフォルダーです。' },
  isNoFile: { en: '{file} is not a file.', ja: '{file} はファイルではありません。' },
  nameRowFile: {
    en: 'Name a file with rows: JSON Lines, JSON, CSV, TSV, Parquet or plain text.',
    ja: '行のあるファイルを選んでください（JSON Lines、JSON、CSV、TSV、Parquet、プレーンテキスト）。',
  },
});
