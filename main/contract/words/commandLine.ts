/** Of the command line alone; it stays English on a screen of it. */
import { wordsOf } from './words.ts';

export const commandLineWords = wordsOf('commandLine', {
  interrupted: { en: 'Interrupted.', ja: '中断しました。' },
  flagNeeds: { en: '{flag} needs {needed}.', ja: '{flag} には {needed} が必要です。' },
  jsonNeedsPrompt: {
    en: '--json needs --prompt: a conversation is no single value.',
    ja: '--json には --prompt が必要です。会話は一つの値ではありません。',
  },
  nothingConverted: {
    en: 'llama.cpp opens {model} as it is: nothing is converted, so there is nothing to decline.',
    ja: 'llama.cpp は {model} をそのまま開くので、変換はなく、見送るものはありません。',
  },
  chooseTensors: {
    en: 'To have the tensors answer all the same: chat --engine tensor',
    ja: 'それでもテンソルに回答させるには: chat --engine tensor',
  },
  nothingOffered: {
    en: 'Chats offer llama.cpp alone, not {id}.',
    ja: 'チャットで案内されるのは llama.cpp だけで、{id} ではありません。',
  },
  declineLlamaCpp: { en: 'Use: runtime decline llama.cpp', ja: '次を使ってください: runtime decline llama.cpp' },
  pathOrUndo: {
    en: 'Name either a PATH to correct with, or --undo.',
    ja: '修正に使うパスか --undo のどちらか一方を指定してください。',
  },
  textsOrFile: {
    en: 'Give texts, or a --file of rows, not both.',
    ja: 'テキストか行の --file のどちらか一方だけを指定してください。',
  },
  giveText: { en: 'Give a --text, or a --file of rows.', ja: '--text か、行の --file を指定してください。' },
  secondWithOne: { en: '--second goes with one --text alone.', ja: '--second は --text が 1 つのときだけ使えます。' },
  demoStopped: { en: 'The demo was stopped.', ja: 'デモを停止しました。' },
  goOn: { en: 'Go on with: run resume {id}', ja: '続けるには: run resume {id}' },
  runEnded: { en: 'The run ended {state}.', ja: '学習は {state} で終わりました。' },
  rowsOfNumbers: {
    en: "{flag} takes rows of whole numbers such as '[[1, 2, 3]]'.",
    ja: "{flag} には '[[1, 2, 3]]' のような整数の行を指定してください。",
  },
  oneLength: { en: 'All rows of --ids must be of one length.', ja: '--ids の行はすべて同じ長さでなければなりません。' },
  sameShape: {
    en: '--attention-mask must have the shape of --ids.',
    ja: '--attention-mask の形は --ids と同じでなければなりません。',
  },
  writeList: {
    en: 'Write a list such as [{ "role": "user", "content": "Hello!" }].',
    ja: '[{ "role": "user", "content": "Hello!" }] のような一覧を書いてください。',
  },
  noMessages: { en: '{file} holds no messages: {why}', ja: '{file} にメッセージがありません: {why}' },
  notBoth: {
    en: 'Name adapters, or serve all of them, not both.',
    ja: 'アダプターを指定するか、すべてを提供するか、どちらか一方にしてください。',
  },
  anotherHolds: {
    en: 'Another Graft holds this data folder, and its window cannot be reached.',
    ja: '別の Graft がこのデータフォルダーを使っていて、そのウィンドウに接続できません。',
  },
  endIt: { en: 'End it, and run the same command again.', ja: 'それを終了してから、もう一度実行してください。' },
});
