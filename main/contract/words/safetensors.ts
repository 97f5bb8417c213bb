/** Safetensors files: headers that do not hold, tensors that are not there. */
import { wordsOf } from './words.ts';

export const safetensorsWords = wordsOf('safetensors', {
  notWhole: {
    en: '{file} is not a whole safetensors file: {why}',
    ja: '{file} は完全な safetensors ファイルではありません。{why}',
  },
  fetchAgain: {
    en: 'The file is damaged or incomplete: fetch or save it again.',
    ja: 'ファイルが壊れているか途中までしかありません。もう一度取得するか、保存し直してください。',
  },
  tooShort: { en: 'it has {bytes} bytes, too few for a header.', ja: '{bytes} バイトしかなく、ヘッダーがありません。' },
  claimsTooMuch: {
    en: 'its header claims {bytes} bytes, more than the format allows.',
    ja: 'ヘッダーが {bytes} バイトとなっていて、形式の上限を超えています。',
  },
  claimsMore: {
    en: 'its header claims {claimed} bytes, but the file has {bytes}.',
    ja: 'ヘッダーが {claimed} バイトとなっていますが、ファイルは {bytes} バイトです。',
  },
  inHeader: { en: 'in its header, {why}.', ja: 'ヘッダーで{why}。' },
  headerNoJson: { en: 'its header is not JSON.', ja: 'ヘッダーが JSON ではありません。' },
  headerNoObject: { en: 'its header is not a JSON object.', ja: 'ヘッダーが JSON のオブジェクトではありません。' },
  metadata: { en: 'must map text to text', ja: '文字列から文字列への対応でなければなりません' },
  entry: { en: 'its entry is not an object', ja: '項目がオブジェクトではありません' },
  dtype: { en: 'dtype {dtype} is not one of {known}', ja: '型 {dtype} は {known} のどれでもありません' },
  shape: { en: 'its shape is not a list of sizes', ja: '形が大きさのリストではありません' },
  offsets: { en: 'its data_offsets are not two positions', ja: 'data_offsets が 2 つの位置ではありません' },
  otherSize: {
    en: 'shape [{shape}] of {dtype} takes {bytes} bytes, its data_offsets give {given}',
    ja: '{dtype} の [{shape}] は {bytes} バイトですが、data_offsets は {given} バイトです',
  },
  cutOff: {
    en: 'ends at byte {end}, but the file has {bytes}: it is cut off',
    ja: '{end} バイト目までのはずですが、ファイルは {bytes} バイトで途切れています',
  },
  overlaps: { en: 'overlaps the tensor before it', ja: '前のテンソルと重なっています' },
  gap: {
    en: 'starts {bytes} bytes after the end of the tensor before it',
    ja: '前のテンソルの終わりから {bytes} バイト空いています',
  },
  rest: {
    en: '{bytes} bytes at the end belong to no tensor',
    ja: '末尾の {bytes} バイトがどのテンソルのものでもありません',
  },
  header: {
    en: 'The safetensors header of {file} does not hold: {problems}.',
    ja: '{file} の safetensors ヘッダーが正しくありません。{problems}。',
  },
  notFloats: {
    en: '{file}: tensor {name} is {dtype}, not a floating-point type.',
    ja: '{file}: テンソル {name} の型 {dtype} は浮動小数点ではありません。',
  },
  reservedName: { en: 'A tensor cannot be called __metadata__.', ja: 'テンソルの名前を __metadata__ にはできません。' },
  noTensor: { en: '{file} holds no tensor {name}.', ja: '{file} にテンソル {name} はありません。' },
  wrongBytes: {
    en: 'Tensor {name} of shape {shape} needs {expected} bytes, got {bytes}.',
    ja: '形 {shape} のテンソル {name} には {expected} バイト必要ですが、{bytes} バイトです。',
  },
});
