/**
 * Names as TextDecoder spells them. ISO-2022-JP is not among them: its bytes mean different things at different places.
 */
export const textEncodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'shift_jis',
  'euc-jp',
  'euc-kr',
  'big5',
  'gbk',
  'gb18030',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'iso-8859-2',
  'iso-8859-15',
  'koi8-r',
] as const;
export type TextEncoding = (typeof textEncodings)[number];
