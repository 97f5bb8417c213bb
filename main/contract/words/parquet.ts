/** Parquet files. */
import { wordsOf } from './words.ts';

interface OfFile {
  readonly file: string;
}

export const parquetWords = wordsOf('parquet', {
  unreadable: {
    en: ({ file, why }: OfFile & { readonly why: string }) => `${file} cannot be read as Parquet: ${why}`,
    ja: ({ file, why }) => `${file} を Parquet として読めません: ${why}`,
  },
  writeAgain: {
    en: 'Write it again with pyarrow or another library, or save the rows as JSON Lines.',
    ja: 'pyarrow などのライブラリーで書き直すか、行を JSON Lines で保存してください。',
  },
  unknownCodec: {
    en: ({ file, codec }: OfFile & { readonly codec: string }) =>
      `${file} is compressed with ${codec}, which cannot be read.`,
    ja: ({ file, codec }) => `${file} は ${codec} で圧縮されていて、読めません。`,
  },
  otherCodec: {
    en: 'Write it again with the compression zstd, snappy, gzip or brotli, or with none.',
    ja: '圧縮を zstd、snappy、gzip、brotli のどれかにするか、圧縮なしで書き直してください。',
  },
  noClass: {
    en: ({ value, classes }: { readonly value: string; readonly classes: number }) =>
      `${value} is none of the ${classes} classes that the file declares`,
    ja: ({ value, classes }) => `${value} は、ファイルが定める ${classes} 個のクラスのどれでもありません`,
  },
  noText: {
    en: ({ bytes }: { readonly bytes: number }) => `its ${bytes} bytes are not utf-8 text`,
    ja: ({ bytes }) => `${bytes} バイトが UTF-8 のテキストではありません`,
  },
});
