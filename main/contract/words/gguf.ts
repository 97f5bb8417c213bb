/** GGUF files: what of them does not hold. */
import { wordsOf } from './words.ts';

interface InFile {
  readonly file: string;
}

interface What {
  readonly what: string;
}

interface Named {
  readonly name: string;
}

export const ggufWords = wordsOf('gguf', {
  notWhole: {
    en: ({ file, why, position }: InFile & { readonly why: string; readonly position: number }) =>
      `${file} is not a whole GGUF file: ${why} (near byte ${position}).`,
    ja: ({ file, why, position }) =>
      `${file} は完全な GGUF ファイルではありません。${why}（${position} バイト目付近）。`,
  },
  fetchAgain: {
    en: 'The file is damaged or incomplete: fetch it again.',
    ja: 'ファイルが壊れているか途中までしかありません。もう一度取得してください。',
  },
  is: {
    en: ({ what, value }: What & { readonly value: string }) => `${what} is ${value}`,
    ja: ({ what, value }) => `${what}が ${value} です`,
  },
  tooMany: {
    en: ({ what, count }: What & { readonly count: number }) =>
      `${what} is ${count}, more than the rest of the file can hold`,
    ja: ({ what, count }) => `${what}が ${count} で、ファイルの残りに入りません`,
  },
  bytesLong: {
    en: ({ what, count }: What & { readonly count: number }) => `the length of ${what} is ${count} bytes`,
    ja: ({ what, count }) => `${what}の長さが ${count} バイトです`,
  },
  nested: {
    en: ({ what, most }: What & { readonly most: number }) => `${what} is an array nested more than ${most} deep`,
    ja: ({ what, most }) => `${what}の配列の入れ子が ${most} 段を超えています`,
  },
  elements: {
    en: ({ what, count }: What & { readonly count: number }) => `${what} has ${count} elements`,
    ja: ({ what, count }) => `${what}に要素が ${count} 個あります`,
  },
  valueType: {
    en: ({ what, type }: What & { readonly type: number }) => `${what} has the unknown value type ${type}`,
    ja: ({ what, type }) => `${what}の値の型 ${type} は知らないものです`,
  },
  endsInside: { en: ({ what }: What) => `it ends inside ${what}`, ja: ({ what }) => `${what}の途中で終わっています` },
  noMagic: { en: 'it does not begin with GGUF', ja: 'GGUF で始まっていません' },
  keyTwice: {
    en: ({ name }: Named) => `the metadata key ${name} is there twice`,
    ja: ({ name }) => `メタデータのキー ${name} が 2 回あります`,
  },
  tensorTwice: {
    en: ({ name }: Named) => `the tensor ${name} is there twice`,
    ja: ({ name }) => `テンソル ${name} が 2 回あります`,
  },
  dimensions: {
    en: ({ name, count }: Named & { readonly count: number }) => `tensor ${name} has ${count} dimensions`,
    ja: ({ name, count }) => `テンソル ${name} が ${count} 次元です`,
  },
  alignment: { en: 'general.alignment is not a power of two', ja: 'general.alignment が 2 のべき乗ではありません' },
  magic: { en: 'the magic number', ja: 'マジックナンバー' },
  version: { en: 'the version', ja: 'バージョン' },
  tensorCount: { en: 'the number of tensors', ja: 'テンソルの数' },
  metadataCount: { en: 'the number of metadata entries', ja: 'メタデータの数' },
  metadataKey: {
    en: ({ number }: { readonly number: number }) => `metadata key ${number}`,
    ja: ({ number }) => `${number} 番目のメタデータのキー`,
  },
  valueTypeOf: { en: ({ name }: Named) => `the value type of ${name}`, ja: ({ name }) => `${name} の値の型` },
  elementTypeOf: { en: ({ name }: Named) => `the element type of ${name}`, ja: ({ name }) => `${name} の要素の型` },
  lengthOf: { en: ({ name }: Named) => `the length of ${name}`, ja: ({ name }) => `${name} の長さ` },
  tensorName: {
    en: ({ number }: { readonly number: number }) => `the name of tensor ${number}`,
    ja: ({ number }) => `${number} 番目のテンソルの名前`,
  },
  dimensionCountOf: {
    en: ({ name }: Named) => `the dimension count of ${name}`,
    ja: ({ name }) => `${name} の次元の数`,
  },
  dimensionOf: { en: ({ name }: Named) => `a dimension of ${name}`, ja: ({ name }) => `${name} の次元` },
  typeOf: { en: ({ name }: Named) => `the type of ${name}`, ja: ({ name }) => `${name} の型` },
  offsetOf: { en: ({ name }: Named) => `the offset of ${name}`, ja: ({ name }) => `${name} の位置` },
  bigEndian: {
    en: ({ file }: InFile) => `${file} is big-endian; versions 2 and 3, little-endian, are read.`,
    ja: ({ file }) => `${file} はビッグエンディアンです。読めるのはリトルエンディアンのバージョン 2 と 3 です。`,
  },
  otherVersion: {
    en: ({ file, version }: InFile & { readonly version: number }) =>
      `${file} has GGUF version ${version}; versions 2 and 3, little-endian, are read.`,
    ja: ({ file, version }) =>
      `${file} は GGUF バージョン ${version} です。読めるのはリトルエンディアンのバージョン 2 と 3 です。`,
  },
  convertAgain: {
    en: 'Convert the model again with a current llama.cpp, or take another file of it.',
    ja: '新しい llama.cpp でモデルを変換し直すか、別のファイルを使ってください。',
  },
  noEntry: {
    en: ({ file, name }: InFile & Named) => `${file} has no metadata entry ${name}.`,
    ja: ({ file, name }) => `${file} にメタデータ ${name} はありません。`,
  },
  storedAs: {
    en: ({ type }: { readonly type: string }) => `is stored as ${type}`,
    ja: ({ type }) => `${type} で保存されています`,
  },
  unknownType: {
    en: ({ type }: { readonly type: number }) => `has the unknown type number ${type}`,
    ja: ({ type }) => `型の番号 ${type} は知らないものです`,
  },
  rows: {
    en: ({ length, type, block }: { readonly length: number; readonly type: string; readonly block: number }) =>
      `has rows of ${length}, but ${type} comes in blocks of ${block}`,
    ja: ({ length, type, block }) => `行の長さが ${length} ですが、${type} は ${block} 個ずつです`,
  },
  start: {
    en: ({ offset, alignment }: { readonly offset: number; readonly alignment: number }) =>
      `starts at ${offset}, which is not a multiple of ${alignment}`,
    ja: ({ offset, alignment }) => `始まりの ${offset} が ${alignment} の倍数ではありません`,
  },
  end: {
    en: ({
      shape,
      type,
      end,
      bytes,
    }: {
      readonly shape: string;
      readonly type: string;
      readonly end: number;
      readonly bytes: number;
    }) => `[${shape}] ${type} ends at byte ${end}, but the file has ${bytes}`,
    ja: ({ shape, type, end, bytes }) =>
      `${type} の [${shape}] は ${end} バイト目までですが、ファイルは ${bytes} バイトです`,
  },
  overlaps: { en: 'overlaps the tensor before it', ja: '前のテンソルと重なっています' },
  table: {
    en: ({ file, problems }: InFile & { readonly problems: string }) =>
      `The tensor table of ${file} does not hold: ${problems}.`,
    ja: ({ file, problems }) => `${file} のテンソルの表が正しくありません。${problems}。`,
  },
  typeNotRead: {
    en: ({ file, problems }: InFile & { readonly problems: string }) =>
      `${file} uses a tensor type that Graft does not read: ${problems}.`,
    ja: ({ file, problems }) => `${file} に Graft が読めない型のテンソルがあります。${problems}。`,
  },
  takeReadable: {
    en: ({ types }: { readonly types: string }) => `Take a file of this model in one of ${types}.`,
    ja: ({ types }) => `このモデルの、次のどれかの型のファイルを使ってください: ${types}。`,
  },
});
