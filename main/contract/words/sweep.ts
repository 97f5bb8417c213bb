/** Of what a start finds and tidies up. */
import { wordsOf } from './words.ts';

export const sweepWords = wordsOf('sweep', {
  cleared: {
    en: 'Cleared {count, unfinished file or folder|unfinished files or folders} that a stopped process had left.',
    ja: '停止したプロセスが残した未完成のファイルやフォルダー {count} 個を片付けました。',
  },
  backFromTrash: {
    en: 'The adapter "{name}" is back from the trash, as was asked before the last stop.',
    ja: '前回の終了前の操作どおり、アダプター「{name}」をゴミ箱から戻しました。',
  },
  inTrash: {
    en: 'The adapter "{name}" is in the trash, as was asked before the last stop.',
    ja: '前回の終了前の操作どおり、アダプター「{name}」をゴミ箱に入れました。',
  },
  modelGone: {
    en: 'The files of the model "{name}" are gone from {dir}; import it again.',
    ja: 'モデル「{name}」のファイルが {dir} からなくなっています。もう一度取り込んでください。',
  },
  datasetGone: {
    en: 'The files of the dataset "{name}" are gone from {dir}; import it again.',
    ja: 'データセット「{name}」のファイルが {dir} からなくなっています。もう一度取り込んでください。',
  },
  adapterGone: {
    en: 'The files of the adapter "{name}" are gone from {dir}; import it again.',
    ja: 'アダプター「{name}」のファイルが {dir} からなくなっています。もう一度取り込んでください。',
  },
  restoreEnded: {
    en: 'Ended the restore of a backup that had been cut off.',
    ja: '途中で止まっていたバックアップの復元を終わらせました。',
  },
  trainsOnIt: { en: 'the run "{run}" trains on it', ja: '学習「{run}」で使っています' },
  beingServed: { en: 'it is being served', ja: '提供中です' },
  chatAnswers: { en: 'a chat is answering with it', ja: 'チャットが回答に使っています' },
  tookFolder: {
    en: 'Took the adapter folder {dir} into the library as "{name}".',
    ja: 'アダプターのフォルダー {dir} を「{name}」としてライブラリに入れました。',
  },
  noAdapter: {
    en: "The folder {dir} is in the library's place but is no adapter: {message}",
    ja: 'フォルダー {dir} はライブラリの場所にありますが、アダプターではありません: {message}',
  },
  notInDatabase: {
    en: '{unknown, list}: not in the database. Import with `{command}`, or remove by hand.',
    ja: '{unknown, list} はデータベースにありません。`{command}` で取り込むか、手で削除してください。',
  },
});
