/** What a hub of models, or the way to it, answers. */
import { wordsOf } from './words.ts';

interface Choice {
  readonly example: string;
  readonly names: readonly string[];
  readonly more: number;
}

export const hubWords = wordsOf('hub', {
  checkConnection: {
    en: 'Check the connection and fetch again: what is there is kept. Without a network, import a folder that you have.',
    ja: '接続を確かめて、もう一度取得してください。取得済みの分は残っています。ネットワークがなければ、手元のフォルダーを取り込んでください。',
  },
  noRevision: {
    en: '{id} has no such revision on {endpoint}.',
    ja: '{endpoint} の {id} に、そのリビジョンはありません。',
  },
  checkRevision: {
    en: 'Check the revision. If it was there a moment ago, its owner changed it meanwhile: fetch again.',
    ja: 'リビジョンを確かめてください。少し前まであったなら、所有者が変更しています。もう一度取得してください。',
  },
  listedNotThere: {
    en: 'A file of {id} is listed on {endpoint}, but not there.',
    ja: '{endpoint} の一覧にある {id} のファイルが見つかりません。',
  },
  fetchAgain: { en: 'Fetch again.', ja: 'もう一度取得してください。' },
  fetchItAgain: { en: 'Fetch it again.', ja: 'もう一度取得してください。' },
  nothingCalled: { en: 'There is nothing called {id} on {endpoint}.', ja: '{endpoint} に {id} はありません。' },
  checkName: { en: 'Check how its name is written.', ja: '名前の書き方を確かめてください。' },
  checkItsName: { en: 'Check its name.', ja: '名前を確かめてください。' },
  status: {
    en: '{endpoint} answered with status {status} for {id}.',
    ja: '{endpoint} が {id} についてステータス {status} を返しました。',
  },
  waitMinutes: { en: 'Wait a few minutes and fetch again.', ja: '数分待ってから、もう一度取得してください。' },
  tryLater: {
    en: 'Try again later; what was fetched is kept.',
    ja: '後でもう一度試してください。取得済みの分は残っています。',
  },
  closed: {
    en: '{endpoint} gives {id} only to those who were let in.',
    ja: '{endpoint} の {id} は、許可された人だけが取得できます。',
  },
  acceptAndLogIn: {
    en: 'Accept its terms on its page with your account, then set HF_TOKEN, or log in with `hf auth login`, and fetch again.',
    ja: 'ページで自分のアカウントから条件に同意し、HF_TOKEN を設定するか `hf auth login` でログインしてから、もう一度取得してください。',
  },
  acceptTerms: {
    en: 'Accept its terms on its page with the account that your token belongs to, or use a token that may read it.',
    ja: 'トークンのアカウントで、ページの条件に同意するか、読み取りを許されたトークンを使ってください。',
  },
  notGiven: { en: '{endpoint} does not give {id} to you.', ja: '{endpoint} から {id} を取得できません。' },
  nameOrToken: {
    en: 'Check how its name is written. A private or gated one needs a token: set HF_TOKEN, or log in with `hf auth login`.',
    ja: '名前の書き方を確かめてください。非公開や許可制のものにはトークンが必要です。HF_TOKEN を設定するか、`hf auth login` でログインしてください。',
  },
  nameAndToken: {
    en: 'Check how its name is written, and that your token is valid and may read it.',
    ja: '名前の書き方と、トークンが有効で読み取りを許されているかを確かめてください。',
  },
  cancelled: {
    en: 'Fetching was cancelled; what is there is kept for the next time.',
    ja: '取得を中止しました。取得済みの分は次回のために残ります。',
  },
  notFetched: { en: '{id} could not be fetched from {endpoint}.', ja: '{id} を {endpoint} から取得できませんでした。' },
  silent: { en: '{endpoint} gave no sign for {seconds} s.', ja: '{endpoint} から {seconds} 秒間応答がありません。' },
  noListing: {
    en: '{endpoint} gave no listing of {id} that can be read.',
    ja: '{endpoint} から、読み取れる {id} の一覧が返りませんでした。',
  },
  checkEndpoint: {
    en: 'Check HF_ENDPOINT: it must be the address of a model hub.',
    ja: 'HF_ENDPOINT を確かめてください。モデルハブのアドレスでなければなりません。',
  },
  vanished: {
    en: '{path} of {id} is listed, but not there any more.',
    ja: '一覧にある {id} の {path} がなくなっています。',
  },
  changedMeanwhile: {
    en: 'Its owner changed it meanwhile: fetch again.',
    ja: '所有者がその間に変更しました。もう一度取得してください。',
  },
  otherFile: {
    en: '{path} of {id} is not the file that was listed.',
    ja: '{id} の {path} が、一覧にあったファイルと違います。',
  },
  maybeChanging: {
    en: 'Its owner may be changing it: fetch again.',
    ja: '所有者が変更中かもしれません。もう一度取得してください。',
  },
  differs: { en: '{path} of {id} {difference}.', ja: '{id} の {path}: {difference}。' },
  otherSize: { en: 'has {bytes} bytes instead of {expected}', ja: '{expected} バイトのはずが {bytes} バイトです' },
  otherChecksum: { en: 'differs from its checksum', ja: 'チェックサムが合いません' },
  offline: {
    en: '{reference} is not on this machine, and HF_HUB_OFFLINE forbids fetching it.',
    ja: '{reference} はこのコンピューターになく、HF_HUB_OFFLINE により取得もできません。',
  },
  unsetOffline: {
    en: 'Unset HF_HUB_OFFLINE, or import a folder that you have.',
    ja: 'HF_HUB_OFFLINE の設定を外すか、手元のフォルダーを取り込んでください。',
  },
  choice: {
    en: ({ example, names, more }: Choice) =>
      `Name one of them, as in ${example}. There are: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    ja: ({ example, names, more }) =>
      `${example} のように、どれか 1 つを指定してください。あるもの: ${names.join('、')}${more > 0 ? ` ほか ${more} 件` : ''}。`,
  },
});
