/** Parquet files. */
import { wordsOf } from './words.ts';

export const parquetWords = wordsOf('parquet', {
  unreadable: { en: '{file} cannot be read as Parquet: {why}', ja: '{file} を Parquet として読めません: {why}' },
  writeAgain: {
    en: 'Write it again with pyarrow or another library, or save the rows as JSON Lines.',
    ja: 'pyarrow などのライブラリーで書き直すか、行を JSON Lines で保存してください。',
  },
  unknownCodec: {
    en: '{file} is compressed with {codec}, which cannot be read.',
    ja: '{file} は {codec} で圧縮されていて、読めません。',
  },
  otherCodec: {
    en: 'Write it again with the compression zstd, snappy, gzip or brotli, or with none.',
    ja: '圧縮を zstd、snappy、gzip、brotli のどれかにするか、圧縮なしで書き直してください。',
  },
  noClass: {
    en: '{value} is none of the {classes} classes that the file declares',
    ja: '{value} は、ファイルが定める {classes} 個のクラスのどれでもありません',
  },
  noText: { en: 'its {bytes} bytes are not utf-8 text', ja: '{bytes} バイトが UTF-8 のテキストではありません' },
});
