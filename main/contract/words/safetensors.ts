/** Safetensors files: headers that do not hold, tensors that are not there. */
import { wordsOf } from './words.ts';

interface InFile {
  readonly file: string;
}

export const safetensorsWords = wordsOf('safetensors', {
  notWhole: {
    en: ({ file, why }: InFile & { readonly why: string }) => `${file} is not a whole safetensors file: ${why}`,
    ja: ({ file, why }) => `${file} は完全な safetensors ファイルではありません。${why}`,
  },
  fetchAgain: {
    en: 'The file is damaged or incomplete: fetch or save it again.',
    ja: 'ファイルが壊れているか途中までしかありません。もう一度取得するか、保存し直してください。',
  },
  tooShort: {
    en: ({ bytes }: { readonly bytes: number }) => `it has ${bytes} bytes, too few for a header.`,
    ja: ({ bytes }) => `${bytes} バイトしかなく、ヘッダーがありません。`,
  },
  claimsTooMuch: {
    en: ({ bytes }: { readonly bytes: string }) => `its header claims ${bytes} bytes, more than the format allows.`,
    ja: ({ bytes }) => `ヘッダーが ${bytes} バイトとなっていて、形式の上限を超えています。`,
  },
  claimsMore: {
    en: ({ claimed, bytes }: { readonly claimed: number; readonly bytes: number }) =>
      `its header claims ${claimed} bytes, but the file has ${bytes}.`,
    ja: ({ claimed, bytes }) => `ヘッダーが ${claimed} バイトとなっていますが、ファイルは ${bytes} バイトです。`,
  },
  inHeader: {
    en: ({ why }: { readonly why: string }) => `in its header, ${why}.`,
    ja: ({ why }) => `ヘッダーで${why}。`,
  },
  headerNoJson: { en: 'its header is not JSON.', ja: 'ヘッダーが JSON ではありません。' },
  headerNoObject: { en: 'its header is not a JSON object.', ja: 'ヘッダーが JSON のオブジェクトではありません。' },
  metadata: { en: 'must map text to text', ja: '文字列から文字列への対応でなければなりません' },
  entry: { en: 'its entry is not an object', ja: '項目がオブジェクトではありません' },
  dtype: {
    en: ({ dtype, known }: { readonly dtype: string; readonly known: string }) =>
      `dtype ${dtype} is not one of ${known}`,
    ja: ({ dtype, known }) => `型 ${dtype} は ${known} のどれでもありません`,
  },
  shape: { en: 'its shape is not a list of sizes', ja: '形が大きさのリストではありません' },
  offsets: { en: 'its data_offsets are not two positions', ja: 'data_offsets が 2 つの位置ではありません' },
  otherSize: {
    en: ({
      shape,
      dtype,
      bytes,
      given,
    }: {
      readonly shape: string;
      readonly dtype: string;
      readonly bytes: number;
      readonly given: number;
    }) => `shape [${shape}] of ${dtype} takes ${bytes} bytes, its data_offsets give ${given}`,
    ja: ({ shape, dtype, bytes, given }) =>
      `${dtype} の [${shape}] は ${bytes} バイトですが、data_offsets は ${given} バイトです`,
  },
  cutOff: {
    en: ({ end, bytes }: { readonly end: number; readonly bytes: number }) =>
      `ends at byte ${end}, but the file has ${bytes}: it is cut off`,
    ja: ({ end, bytes }) => `${end} バイト目までのはずですが、ファイルは ${bytes} バイトで途切れています`,
  },
  overlaps: { en: 'overlaps the tensor before it', ja: '前のテンソルと重なっています' },
  gap: {
    en: ({ bytes }: { readonly bytes: number }) => `starts ${bytes} bytes after the end of the tensor before it`,
    ja: ({ bytes }) => `前のテンソルの終わりから ${bytes} バイト空いています`,
  },
  rest: {
    en: ({ bytes }: { readonly bytes: number }) => `${bytes} bytes at the end belong to no tensor`,
    ja: ({ bytes }) => `末尾の ${bytes} バイトがどのテンソルのものでもありません`,
  },
  header: {
    en: ({ file, problems }: InFile & { readonly problems: string }) =>
      `The safetensors header of ${file} does not hold: ${problems}.`,
    ja: ({ file, problems }) => `${file} の safetensors ヘッダーが正しくありません。${problems}。`,
  },
  notFloats: {
    en: ({ file, name, dtype }: InFile & { readonly name: string; readonly dtype: string }) =>
      `${file}: tensor ${name} is ${dtype}, not a floating-point type.`,
    ja: ({ file, name, dtype }) => `${file}: テンソル ${name} の型 ${dtype} は浮動小数点ではありません。`,
  },
  reservedName: { en: 'A tensor cannot be called __metadata__.', ja: 'テンソルの名前を __metadata__ にはできません。' },
  noTensor: {
    en: ({ file, name }: InFile & { readonly name: string }) => `${file} holds no tensor ${name}.`,
    ja: ({ file, name }) => `${file} にテンソル ${name} はありません。`,
  },
  wrongBytes: {
    en: ({
      name,
      shape,
      expected,
      bytes,
    }: {
      readonly name: string;
      readonly shape: string;
      readonly expected: number;
      readonly bytes: number;
    }) => `Tensor ${name} of shape ${shape} needs ${expected} bytes, got ${bytes}.`,
    ja: ({ name, shape, expected, bytes }) =>
      `形 ${shape} のテンソル ${name} には ${expected} バイト必要ですが、${bytes} バイトです。`,
  },
});
