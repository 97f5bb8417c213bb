/** Of a folder that is made in the dialog for paths. */
import { wordsOf } from './words.ts';

interface Named {
  readonly name: string;
}

export const folderWords = wordsOf('folders', {
  noName: {
    en: ({ name }: Named) => `A folder cannot be called ${name}.`,
    ja: ({ name }) => `フォルダーに ${name} という名前は付けられません。`,
  },
  plainName: { en: 'Give a name without / and \\.', ja: '/ と \\ を含まない名前を付けてください。' },
  taken: {
    en: ({ name }: Named) => `There is something called ${name} already.`,
    ja: ({ name }) => `${name} という名前はすでに使われています。`,
  },
  otherName: { en: 'Choose another name.', ja: '別の名前を選んでください。' },
});
