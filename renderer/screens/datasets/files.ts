/** What can be imported as a dataset, and the encodings that a person can ask for. */
export const datasetEndings = ['.csv', '.tsv', '.jsonl', '.ndjson', '.json', '.parquet', '.txt', '.md'] as const;

/** As TextDecoder spells them; those that the studio reads. */
export const encodings = [
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
