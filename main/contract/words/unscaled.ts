/** Of weights that an adapter replaces as a whole: there they are, or they are not. */
import { wordsOf } from './words.ts';

const mostNamed = 3;

interface Unscaled {
  readonly name: string;
  readonly weights: readonly string[];
}

function listed(weights: readonly string[], and: string): string {
  return (
    weights.slice(0, mostNamed).join(', ') +
    (weights.length > mostNamed ? and.replace('N', String(weights.length - mostNamed)) : '')
  );
}

export const unscaledWords = wordsOf('unscaled', {
  scaleDoesNotReach: {
    en: ({ name, weights }: Unscaled) =>
      `${name} also replaces weights of its base as a whole, which a scale does not reach: ${listed(weights, ' and N more')}.`,
    ja: ({ name, weights }) =>
      `${name} はベースの重みをまるごと置き換えてもいます。スケールはそれらには効きません: ${listed(weights, ' ほか N 件')}。`,
  },
  export: {
    en: ({ weights }: Pick<Unscaled, 'weights'>) =>
      `A scale that is set where this adapter is loaded does not reach the weights that it replaces as a whole: ${listed(weights, ' and N more')}.`,
    ja: ({ weights }) =>
      `読み込んだ先でスケールを変えても、このアダプターがまるごと置き換える重みには効きません: ${listed(weights, ' ほか N 件')}。`,
  },
});
