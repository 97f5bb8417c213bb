/** Of what a start finds and tidies up. */
import { wordsOf } from './words.ts';

interface Named {
  readonly name: string;
}

interface Gone extends Named {
  readonly dir: string;
}

export const sweepWords = wordsOf('sweep', {
  cleared: {
    en: ({ count }: { readonly count: number }) =>
      `Cleared ${count} unfinished ${count === 1 ? 'file or folder' : 'files or folders'} that a stopped process had left.`,
    ja: ({ count }) => `停止したプロセスが残した未完成のファイルやフォルダー ${count} 個を片付けました。`,
  },
  backFromTrash: {
    en: ({ name }: Named) => `The adapter "${name}" is back from the trash, as was asked before the last stop.`,
    ja: ({ name }) => `前回の終了前の操作どおり、アダプター「${name}」をゴミ箱から戻しました。`,
  },
  inTrash: {
    en: ({ name }: Named) => `The adapter "${name}" is in the trash, as was asked before the last stop.`,
    ja: ({ name }) => `前回の終了前の操作どおり、アダプター「${name}」をゴミ箱に入れました。`,
  },
  modelGone: {
    en: ({ name, dir }: Gone) => `The files of the model "${name}" are gone from ${dir}; import it again.`,
    ja: ({ name, dir }) => `モデル「${name}」のファイルが ${dir} からなくなっています。もう一度取り込んでください。`,
  },
  datasetGone: {
    en: ({ name, dir }: Gone) => `The files of the dataset "${name}" are gone from ${dir}; import it again.`,
    ja: ({ name, dir }) =>
      `データセット「${name}」のファイルが ${dir} からなくなっています。もう一度取り込んでください。`,
  },
  adapterGone: {
    en: ({ name, dir }: Gone) => `The files of the adapter "${name}" are gone from ${dir}; import it again.`,
    ja: ({ name, dir }) =>
      `アダプター「${name}」のファイルが ${dir} からなくなっています。もう一度取り込んでください。`,
  },
  restoreEnded: {
    en: 'Ended the restore of a backup that had been cut off.',
    ja: '途中で止まっていたバックアップの復元を終わらせました。',
  },
  trainsOnIt: {
    en: ({ run }: { readonly run: string }) => `the run "${run}" trains on it`,
    ja: ({ run }) => `学習「${run}」で使っています`,
  },
  beingServed: { en: 'it is being served', ja: '提供中です' },
  chatAnswers: { en: 'a chat is answering with it', ja: 'チャットが回答に使っています' },
  tookFolder: {
    en: ({ dir, name }: { readonly dir: string; readonly name: string }) =>
      `Took the adapter folder ${dir} into the library as "${name}".`,
    ja: ({ dir, name }) => `アダプターのフォルダー ${dir} を「${name}」としてライブラリに入れました。`,
  },
  noAdapter: {
    en: ({ dir, message }: { readonly dir: string; readonly message: string }) =>
      `The folder ${dir} is in the library's place but is no adapter: ${message}`,
    ja: ({ dir, message }) => `フォルダー ${dir} はライブラリの場所にありますが、アダプターではありません: ${message}`,
  },
  notInDatabase: {
    en: ({ unknown, command }: { readonly unknown: readonly string[]; readonly command: string }) =>
      `${unknown.join(', ')}: not in the database. Import with \`${command}\`, or remove by hand.`,
    ja: ({ unknown, command }) =>
      `${unknown.join('、')} はデータベースにありません。\`${command}\` で取り込むか、手で削除してください。`,
  },
});
