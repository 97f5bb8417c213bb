/** Of what takes space, and what clearing it means. */
import { wordsOf } from './words.ts';

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

interface Lost {
  /** Runs that could be resumed, and cannot any more. */
  readonly lost: number;
}

interface Sharing {
  /**
   * Models whose weights are the same files: each counts its share of them, and what only one of them frees is less.
   */
  readonly sharing: readonly string[];
}

const shared = (names: readonly string[]): string =>
  names.length === 0
    ? ''
    : ` Its weights are stored once for it and ${names.join(', ')}: they go with the last of them.`;
const sharedJa = (names: readonly string[]): string =>
  names.length === 0 ? '' : `重みは ${names.join('、')} と共有していて、最後の 1 つを削除するとなくなります。`;

const lostRuns = ({ lost }: Lost): string =>
  lost === 0 ? '' : ` Until then ${counted(lost, 'stopped run')} cannot be resumed.`;
const lostRunsJa = ({ lost }: Lost): string =>
  lost === 0 ? '' : `それまで、停止した学習 ${lost.toLocaleString('ja')} 件を再開できません。`;

export const diskWords = wordsOf('disk', {
  adapters: {
    en: ({ count }: { readonly count: number }) => counted(count, 'adapter'),
    ja: ({ count }) => `アダプター ${count.toLocaleString('ja')} 個`,
  },
  runs: {
    en: ({ count }: { readonly count: number }) => `${count} ${count === 1 ? 'run' : 'runs'}`,
    ja: ({ count }) => `学習 ${count.toLocaleString('ja')} 件`,
  },
  neededByAdapters: {
    en: ({ count }: { readonly count: number }) =>
      `${counted(count, 'adapter')} of the library ${count === 1 ? 'needs' : 'need'} it.`,
    ja: ({ count }) => `ライブラリのアダプター ${count.toLocaleString('ja')} 個が必要としています。`,
  },
  beforeCorrection: { en: '{name} (files before its correction)', ja: '{name}（修正前のファイル）' },
  /** `use`: the beginning of a sentence. */
  inUse: {
    en: ({ use }: { readonly use: string }) => `${use.charAt(0).toUpperCase()}${use.slice(1)}.`,
    ja: ({ use }) => `${use}。`,
  },
  importModelAgain: {
    en: ({ sharing, lost }: Lost & Sharing) =>
      `It must be imported or fetched again to be used.${shared(sharing)}${lostRuns({ lost })}`,
    ja: ({ sharing, lost }) =>
      `使うには、もう一度取り込むか取得する必要があります。${sharedJa(sharing)}${lostRunsJa({ lost })}`,
  },
  importDatasetAgain: {
    en: (lost: Lost) => `It must be imported again to be trained on; its file elsewhere stays.${lostRuns(lost)}`,
    ja: (lost) => `学習に使うには、もう一度取り込む必要があります。元のファイルは残ります。${lostRunsJa(lost)}`,
  },
  entryKept: { en: '{name}: {why}', ja: '{name}: {why}' },
  leaveOut: { en: 'Leave it out. Nothing was cleared.', ja: 'それを外してください。何も削除していません。' },
  mustStay: { en: 'This must stay. {message}', ja: 'これは残す必要があります。{message}' },
  neededByRun: { en: 'The run "{run}" needs it.', ja: '学習「{run}」が必要としています。' },
  tokenised: { en: '{name}, tokenised', ja: '{name}（トークン化済み）' },
  tokenisedAgain: {
    en: 'It is tokenised again when it is needed, which takes a moment.',
    ja: '必要になったときにもう一度トークン化します。少し時間がかかります。',
  },
  adaptersInLibrary: {
    en: 'Adapters are removed in the library, where they can be restored.',
    ja: 'アダプターはライブラリで削除します。そこから元に戻せます。',
  },
  fetchingNow: { en: 'Something is being fetched just now.', ja: 'ちょうど今、何かを取得しています。' },
  fetchedAgain: { en: 'It is fetched again when it is needed.', ja: '必要になったときにもう一度取得します。' },
  compiledAgain: {
    en: 'The next start of each command takes twice as long, once.',
    ja: '各コマンドの次の起動が一度だけ倍の時間かかります。',
  },
  chatMayUse: {
    en: 'A chat may be using it: unload its model.',
    ja: 'チャットが使っているかもしれません。モデルを解放してください。',
  },
  madeAgain: {
    en: 'It is made again when llama.cpp answers with the adapter.',
    ja: 'llama.cpp がこのアダプターで回答するときに作り直します。',
  },
  convertedAgain: {
    en: 'It is converted again when somebody chats with the model.',
    ja: 'このモデルでチャットすると、もう一度変換します。',
  },
  checkedAgain: {
    en: 'It is found again by a check in the background when somebody chats with the model.',
    ja: 'このモデルでチャットすると、バックグラウンドでもう一度確認します。',
  },
  forLlamaCpp: { en: '{name} for llama.cpp, {precision}', ja: '{name}（llama.cpp 用、{precision}）' },
  runMayUse: {
    en: 'A run may be using it: let it end.',
    ja: '学習が使っているかもしれません。終わるまで待ってください。',
  },
  decomposedAgain: {
    en: 'The next run of a method that decomposes these weights does it again.',
    ja: 'この重みを分解する手法で次に学習するとき、もう一度分解します。',
  },
  keptGone: {
    en: 'What was kept in it cannot be brought back from it any more.',
    ja: 'ここに残っていたものは、もう取り戻せなくなります。',
  },
  bugReports: { en: 'It is of use for bug reports alone.', ja: '不具合の報告にだけ役立ちます。' },
  runOrChat: {
    en: 'A run or a chat may be using it: let the run end, or unload the chat’s model.',
    ja: '学習かチャットが使っているかもしれません。学習の終わりを待つか、チャットのモデルを解放してください。',
  },
  noLlamaCpp: {
    en: 'Chats cannot choose llama.cpp until it is installed again. Other data folders share it.',
    ja: 'もう一度インストールするまで、チャットで llama.cpp を選べません。ほかのデータフォルダーと共有しています。',
  },
  slower: {
    en: 'Training and chat are slower, by WebAssembly, until it is installed again. Other data folders share it.',
    ja: 'もう一度インストールするまで、学習とチャットは WebAssembly で行われ、遅くなります。ほかのデータフォルダーと共有しています。',
  },
  beingImported: { en: '{path} is being imported just now.', ja: '{path} をちょうど今取り込んでいます。' },
  clearLater: { en: 'Clear it when the import has ended.', ja: '取り込みが終わってから削除してください。' },
  holdsEverything: {
    en: 'It holds everything that the studio knows.',
    ja: 'スタジオの知っていることがすべて入っています。',
  },
  damagedDatabase: {
    en: 'What could still be rescued from the damaged database is gone.',
    ja: '壊れたデータベースから救い出せるかもしれないものが失われます。',
  },
  notResumed: {
    en: 'The run cannot be resumed any more; it would have to start from its first step.',
    ja: 'この学習は再開できなくなり、最初のステップからやり直すことになります。',
  },
  notContinued: {
    en: 'The run cannot be continued from an earlier step; its adapter stays in the library.',
    ja: 'この学習を前のステップから続けることはできなくなります。アダプターはライブラリに残ります。',
  },
  lastCheckpoint: {
    en: 'The run goes on from its last checkpoint if it is interrupted.',
    ja: '学習が中断されたときは、最後のチェックポイントから続けます。',
  },
  besideCheckpoints: {
    en: 'What a run left beside its checkpoints goes when the run is removed.',
    ja: 'チェックポイント以外に学習が残したものは、その学習を削除すると消えます。',
  },
  goneForGood: { en: 'It is gone for good and cannot be restored.', ja: '完全になくなり、元に戻せません。' },
  ofRun: { en: '{name} (run)', ja: '{name}（学習）' },
  ofAdapter: { en: '{name} (adapter)', ja: '{name}（アダプター）' },
  ofDataset: { en: '{name} (dataset)', ja: '{name}（データセット）' },
  ofModel: { en: '{name} (model)', ja: '{name}（モデル）' },
});
