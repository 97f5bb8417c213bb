/** What a file is that is not what was asked for, by its first bytes. */
import { wordsOf } from './words.ts';

interface Refused {
  readonly file: string;
  /** With its article, as in "a PNG picture". */
  readonly what: string;
}

const picture = (name: string) => ({ en: `a ${name} picture`, ja: `${name} の画像` });

export const fileKindWords = wordsOf('fileKinds', {
  png: picture('PNG'),
  jpeg: picture('JPEG'),
  gif: picture('GIF'),
  webp: picture('WebP'),
  bmp: picture('BMP'),
  tiff: picture('TIFF'),
  heif: { en: 'an HEIC or AVIF picture', ja: 'HEIC または AVIF の画像' },
  icon: { en: 'an icon', ja: 'アイコン' },
  photoshop: { en: 'a Photoshop picture', ja: 'Photoshop の画像' },
  pdf: { en: 'a PDF document', ja: 'PDF 文書' },
  postscript: { en: 'a PostScript document', ja: 'PostScript 文書' },
  rtf: { en: 'an RTF document', ja: 'RTF 文書' },
  oldOffice: { en: 'an old Excel, Word or PowerPoint file', ja: '古い形式の Excel、Word または PowerPoint ファイル' },
  excel: { en: 'an Excel workbook', ja: 'Excel ブック' },
  word: { en: 'a Word document', ja: 'Word 文書' },
  powerpoint: { en: 'a PowerPoint presentation', ja: 'PowerPoint プレゼンテーション' },
  office: { en: 'an Office document', ja: 'Office 文書' },
  openDocument: { en: 'an OpenDocument file', ja: 'OpenDocument ファイル' },
  epub: { en: 'an EPUB book', ja: 'EPUB の本' },
  zip: { en: 'a ZIP archive', ja: 'ZIP アーカイブ' },
  torchZip: {
    en: 'a PyTorch file of pickles, which can run code and is never opened',
    ja: 'PyTorch の pickle ファイル（コードを実行しうるため開きません）',
  },
  npz: { en: 'a NumPy archive', ja: 'NumPy アーカイブ' },
  numpy: { en: 'a NumPy array', ja: 'NumPy 配列' },
  gzip: { en: 'a gzip archive', ja: 'gzip アーカイブ' },
  bzip2: { en: 'a bzip2 archive', ja: 'bzip2 アーカイブ' },
  xz: { en: 'an xz archive', ja: 'xz アーカイブ' },
  zstd: { en: 'a Zstandard archive', ja: 'Zstandard アーカイブ' },
  sevenZip: { en: 'a 7-Zip archive', ja: '7-Zip アーカイブ' },
  rar: { en: 'a RAR archive', ja: 'RAR アーカイブ' },
  tar: { en: 'a tar archive', ja: 'tar アーカイブ' },
  video: { en: 'a video', ja: '動画' },
  audio: { en: 'a sound recording', ja: '音声ファイル' },
  font: { en: 'a font', ja: 'フォント' },
  sqlite: { en: 'a SQLite database', ja: 'SQLite データベース' },
  arrow: { en: 'an Arrow file', ja: 'Arrow ファイル' },
  hdf5: { en: 'an HDF5 file', ja: 'HDF5 ファイル' },
  pickle: {
    en: 'a Python pickle, which can run code and is never opened',
    ja: 'Python の pickle（コードを実行しうるため開きません）',
  },
  program: { en: 'a program', ja: 'プログラム' },
  parquet: { en: 'a Parquet table', ja: 'Parquet の表' },
  gguf: { en: 'a GGUF file', ja: 'GGUF ファイル' },
  notTable: {
    en: ({ file, what }: Refused) => `${file} is ${what}, not a table.`,
    ja: ({ file, what }) => `${file} は表ではなく、${what}です。`,
  },
  notModel: {
    en: ({ file, what }: Refused) => `${file} is ${what}, not a model.`,
    ja: ({ file, what }) => `${file} はモデルではなく、${what}です。`,
  },
  notAdapter: {
    en: ({ file, what }: Refused) => `${file} is ${what}, not an adapter.`,
    ja: ({ file, what }) => `${file} はアダプターではなく、${what}です。`,
  },
  notBackup: {
    en: ({ file, what }: Refused) => `${file} is ${what}, not a backup of Graft.`,
    ja: ({ file, what }) => `${file} は Graft のバックアップではなく、${what}です。`,
  },
  notTaken: {
    en: ({ file, what }: Refused) => `${file} is ${what}, which Graft cannot take.`,
    ja: ({ file, what }) => `${file} は${what}です。Graft では扱えません。`,
  },
  unknown: {
    en: ({ file }: { readonly file: string }) => `What ${file} is cannot be told.`,
    ja: ({ file }) => `${file} が何のファイルか判別できません。`,
  },
  emptyFolder: {
    en: ({ file }: { readonly file: string }) => `The folder ${file} holds neither a model nor an adapter.`,
    ja: ({ file }) => `フォルダー ${file} にはモデルもアダプターもありません。`,
  },
  weightsAlone: {
    en: ({ file }: { readonly file: string }) => `${file} holds weights alone.`,
    ja: ({ file }) => `${file} は重みだけのファイルです。`,
  },
  mixed: {
    en: ({ files }: { readonly files: readonly string[] }) => `These are of different kinds: ${files.join(', ')}.`,
    ja: ({ files }) => `種類の違うものが混ざっています: ${files.join('、')}`,
  },
  oneAfterAnother: { en: 'Drop one kind after the other.', ja: '種類ごとに分けてドロップしてください。' },
  dropFolder: {
    en: 'Give the whole folder that it lies in: its configuration is needed too.',
    ja: '設定も必要なので、入っているフォルダーごと渡してください。',
  },
  saveAsText: {
    en: 'Save the rows as JSON Lines, JSON, CSV, TSV, Parquet or plain text.',
    ja: '行を JSON Lines、JSON、CSV、TSV、Parquet またはテキストとして保存してください。',
  },
  saveAsCsv: {
    en: 'Save it as CSV (UTF-8) in the program that made it, and take that file.',
    ja: '作成したプログラムで CSV（UTF-8）として保存し、そのファイルを使ってください。',
  },
  unpack: { en: 'Unpack it, and take what is inside.', ja: '展開して、中のファイルを使ってください。' },
  whatIsTaken: {
    en: 'Graft takes tables and texts (CSV, TSV, JSON, JSON Lines, Parquet, text), models (a folder or a GGUF file), adapters (a folder, a GGUF LoRA or an archive of Graft) and backups of Graft.',
    ja: 'Graft が扱えるのは、表とテキスト（CSV、TSV、JSON、JSON Lines、Parquet、テキスト）、モデル（フォルダーまたは GGUF）、アダプター（フォルダー、GGUF LoRA、Graft のアーカイブ）、Graft のバックアップです。',
  },
  modelIsTaken: {
    en: 'Take the folder that holds config.json and the weights, or a file that ends in .gguf.',
    ja: 'config.json と重みが入ったフォルダー、または .gguf で終わるファイルを使ってください。',
  },
  adapterIsTaken: {
    en: 'Take the folder with adapter_config.json, a GGUF LoRA, or an archive that Graft wrote.',
    ja: 'adapter_config.json のあるフォルダー、GGUF LoRA、または Graft が作成したアーカイブを使ってください。',
  },
  backupIsTaken: {
    en: 'Take a .tar file that Graft wrote as a backup. Nothing was changed.',
    ja: 'Graft がバックアップとして作成した .tar ファイルを使ってください。何も変更されていません。',
  },
});
