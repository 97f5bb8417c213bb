/** Bytes and structure of text files: encodings, control characters, lines, lists. */
import { wordsOf } from './words.ts';

const saveAsUtf8 = {
  en: 'Save the file as UTF-8 text, or name its encoding (for example shift_jis, euc-jp, utf-16le, windows-1252).',
  ja: 'ファイルを UTF-8 のテキストで保存するか、文字コード（shift_jis、euc-jp、utf-16le、windows-1252 など）を選んでください。',
};

export const textFileWords = wordsOf('textFiles', {
  fault: { en: '{file}, line {line}: {what} (byte {byte}).', ja: '{file}、{line} 行目: {what}（{byte} バイト目）。' },
  faultInRow: { en: '{what} (byte {byte})', ja: '{what}（{byte} バイト目）' },
  faultInLine: { en: '{what} (line {line}, byte {byte})', ja: '{what}（{line} 行目、{byte} バイト目）' },
  cutCharacter: {
    en: 'the file ends in the middle of a {encoding} character',
    ja: 'ファイルが {encoding} の文字の途中で終わっています',
  },
  undecodable: { en: 'byte {value} is not {encoding} text', ja: 'バイト {value} は {encoding} の文字ではありません' },
  control: {
    en: 'the control character {character} does not belong in text',
    ja: 'テキストにないはずの制御文字 {character} があります',
  },
  saveAsUtf8,
  isItText: {
    en: `Is it a text file? Remove the character; else: ${saveAsUtf8.en}`,
    ja: `テキストファイルなら、その文字を取り除いてください。そうでなければ、${saveAsUtf8.ja}`,
  },
  uncut: {
    en: '{file}, line {line}: 64 MiB without a space or line end (from byte {byte}).',
    ja: '{file}、{line} 行目: {byte} バイト目から 64 MiB のあいだ、空白も改行もありません。',
  },
  splitIntoLines: {
    en: 'Is it a text file? Split it into lines.',
    ja: 'テキストファイルか確かめて、行に分けてください。',
  },
  longLine: {
    en: '{file}, line {line} has more than {characters} characters.',
    ja: '{file} の {line} 行目が {characters} 文字を超えています。',
  },
  oneRowALine: { en: 'Put one row on each line.', ja: '1 行に 1 件ずつ書いてください。' },
  undecodablePlaces: {
    en: '{count, place is|places are} no {encoding} text. If the file has another encoding (such as shift_jis, euc-jp, windows-1252), name it for the import.',
    ja: '{count} か所が {encoding} として読めません。別の文字コード（shift_jis、euc-jp、windows-1252 など）なら、取り込むときに選んでください。',
  },
  otherMark: {
    en: '{file} begins with the mark of {mark}, but was said to be {encoding}.',
    ja: '{file} は {mark} の印で始まりますが、{encoding} が指定されています。',
  },
  leaveEncodingOut: { en: 'Leave the encoding out.', ja: '文字コードを指定しないでください。' },
  unknownEncoding: {
    en: 'Text in the encoding "{name}" cannot be read.',
    ja: '文字コード「{name}」のテキストは読めません。',
  },
  useKnownEncoding: {
    en: 'Use one of {known, list}, or save the file as UTF-8.',
    ja: '次のどれかを使うか、ファイルを UTF-8 で保存してください: {known, list}。',
  },
});
