/** Of a folder that is made in the dialog for paths. */
import { wordsOf } from './words.ts';

export const folderWords = wordsOf('folders', {
  noName: { en: 'A folder cannot be called {name}.', ja: 'フォルダーに {name} という名前は付けられません。' },
  plainName: { en: 'Give a name without / and \\.', ja: '/ と \\ を含まない名前を付けてください。' },
  taken: { en: 'There is something called {name} already.', ja: '{name} という名前はすでに使われています。' },
  otherName: { en: 'Choose another name.', ja: '別の名前を選んでください。' },
});
