/** GGUF files: what of them does not hold. */
import { wordsOf } from './words.ts';

export const ggufWords = wordsOf('gguf', {
  notWhole: {
    en: '{file} is not a whole GGUF file: {why} (near byte {position}).',
    ja: '{file} は完全な GGUF ファイルではありません。{why}（{position} バイト目付近）。',
  },
  fetchAgain: {
    en: 'The file is damaged or incomplete: fetch it again.',
    ja: 'ファイルが壊れているか途中までしかありません。もう一度取得してください。',
  },
  is: { en: '{what} is {value}', ja: '{what}が {value} です' },
  tooMany: {
    en: '{what} is {count}, more than the rest of the file can hold',
    ja: '{what}が {count} で、ファイルの残りに入りません',
  },
  bytesLong: { en: 'the length of {what} is {count} bytes', ja: '{what}の長さが {count} バイトです' },
  nested: {
    en: '{what} is an array nested more than {most} deep',
    ja: '{what}の配列の入れ子が {most} 段を超えています',
  },
  elements: { en: '{what} has {count} elements', ja: '{what}に要素が {count} 個あります' },
  valueType: { en: '{what} has the unknown value type {type}', ja: '{what}の値の型 {type} は知らないものです' },
  endsInside: { en: 'it ends inside {what}', ja: '{what}の途中で終わっています' },
  noMagic: { en: 'it does not begin with GGUF', ja: 'GGUF で始まっていません' },
  keyTwice: { en: 'the metadata key {name} is there twice', ja: 'メタデータのキー {name} が 2 回あります' },
  tensorTwice: { en: 'the tensor {name} is there twice', ja: 'テンソル {name} が 2 回あります' },
  dimensions: { en: 'tensor {name} has {count} dimensions', ja: 'テンソル {name} が {count} 次元です' },
  alignment: { en: 'general.alignment is not a power of two', ja: 'general.alignment が 2 のべき乗ではありません' },
  magic: { en: 'the magic number', ja: 'マジックナンバー' },
  version: { en: 'the version', ja: 'バージョン' },
  tensorCount: { en: 'the number of tensors', ja: 'テンソルの数' },
  metadataCount: { en: 'the number of metadata entries', ja: 'メタデータの数' },
  metadataKey: { en: 'metadata key {number}', ja: '{number} 番目のメタデータのキー' },
  valueTypeOf: { en: 'the value type of {name}', ja: '{name} の値の型' },
  elementTypeOf: { en: 'the element type of {name}', ja: '{name} の要素の型' },
  lengthOf: { en: 'the length of {name}', ja: '{name} の長さ' },
  tensorName: { en: 'the name of tensor {number}', ja: '{number} 番目のテンソルの名前' },
  dimensionCountOf: { en: 'the dimension count of {name}', ja: '{name} の次元の数' },
  dimensionOf: { en: 'a dimension of {name}', ja: '{name} の次元' },
  typeOf: { en: 'the type of {name}', ja: '{name} の型' },
  offsetOf: { en: 'the offset of {name}', ja: '{name} の位置' },
  bigEndian: {
    en: '{file} is big-endian; versions 2 and 3, little-endian, are read.',
    ja: '{file} はビッグエンディアンです。読めるのはリトルエンディアンのバージョン 2 と 3 です。',
  },
  otherVersion: {
    en: '{file} has GGUF version {version}; versions 2 and 3, little-endian, are read.',
    ja: '{file} は GGUF バージョン {version} です。読めるのはリトルエンディアンのバージョン 2 と 3 です。',
  },
  convertAgain: {
    en: 'Convert the model again with a current llama.cpp, or take another file of it.',
    ja: '新しい llama.cpp でモデルを変換し直すか、別のファイルを使ってください。',
  },
  noEntry: { en: '{file} has no metadata entry {name}.', ja: '{file} にメタデータ {name} はありません。' },
  storedAs: { en: 'is stored as {type}', ja: '{type} で保存されています' },
  unknownType: { en: 'has the unknown type number {type}', ja: '型の番号 {type} は知らないものです' },
  rows: {
    en: 'has rows of {length}, but {type} comes in blocks of {block}',
    ja: '行の長さが {length} ですが、{type} は {block} 個ずつです',
  },
  start: {
    en: 'starts at {offset}, which is not a multiple of {alignment}',
    ja: '始まりの {offset} が {alignment} の倍数ではありません',
  },
  end: {
    en: '[{shape}] {type} ends at byte {end}, but the file has {bytes}',
    ja: '{type} の [{shape}] は {end} バイト目までですが、ファイルは {bytes} バイトです',
  },
  overlaps: { en: 'overlaps the tensor before it', ja: '前のテンソルと重なっています' },
  table: {
    en: 'The tensor table of {file} does not hold: {problems}.',
    ja: '{file} のテンソルの表が正しくありません。{problems}。',
  },
  typeNotRead: {
    en: '{file} uses a tensor type that Graft does not read: {problems}.',
    ja: '{file} に Graft が読めない型のテンソルがあります。{problems}。',
  },
  takeReadable: {
    en: 'Take a file of this model in one of {types}.',
    ja: 'このモデルの、次のどれかの型のファイルを使ってください: {types}。',
  },
});
