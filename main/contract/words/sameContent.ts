/** Content that the library has already, under another name than the one that was asked for. */
import { wordsOf } from './words.ts';

interface Existing {
  readonly name: string;
  readonly id: string;
}

export const sameContentWords = wordsOf('sameContent', {
  model: {
    en: ({ name }: Pick<Existing, 'name'>) => `The library has this model already, as "${name}".`,
    ja: ({ name }) => `このモデルは「${name}」としてすでにライブラリーにあります。`,
  },
  dataset: {
    en: ({ name }: Pick<Existing, 'name'>) => `The library has this dataset already, as "${name}".`,
    ja: ({ name }) => `このデータセットは「${name}」としてすでにライブラリーにあります。`,
  },
  adapter: {
    en: ({ name }: Pick<Existing, 'name'>) => `The library has this adapter already, as "${name}".`,
    ja: ({ name }) => `このアダプターは「${name}」としてすでにライブラリーにあります。`,
  },
  useOrRename: {
    en: ({ kind, id }: { readonly kind: string; readonly id: string }) =>
      `Use it under that name, or rename it: \`${kind} rename ${id} NAME\`.`,
    ja: ({ kind, id }) => `その名前で使うか、名前を変更してください: \`${kind} rename ${id} NAME\`。`,
  },
});
