/**
 * When to take a method, for the page *Which method?* and for `method show`: what a person is after, in the order of
 * the page, and what each method says for itself, with where it is from.
 */
import type { Translated } from '../contract/words/words.ts';

export const goals = {
  compatible: { en: 'For every other program', ja: 'ほかのソフトでも使いたい' },
  small: { en: 'Tiny files', ja: 'ファイルをごく小さくしたい' },
  perByte: { en: 'The most quality for its size', ja: 'サイズあたりの品質を重視したい' },
  fast: { en: 'Quick to train, little memory', ja: '速く、少ないメモリで学習したい' },
  fewNumbers: { en: 'Few numbers to learn', ja: '学習する数を減らしたい' },
  quality: { en: 'Quality before size', ja: 'サイズより品質を優先したい' },
  whole: { en: 'The whole model', ja: 'モデル全体を変えたい' },
  baseline: { en: 'To compare with papers', ja: '論文と比較したい' },
} as const satisfies Readonly<Record<string, Translated>>;

export type Goal = keyof typeof goals;

export interface Suits {
  readonly goal: Goal;
  /** When to take it and what it costs, in one or two plain sentences. */
  readonly text: Translated;
  /** Where that is from: a paper with its figures, a published comparison, or `ours`. */
  readonly source: Translated;
}

/** Nothing published says so. */
export const ours: Translated = { en: 'Our own judgement', ja: 'Graft の見解' };

/** One seed, 1,319 questions: differences below three points are noise. `figures`: scores and sizes of the file. */
export function peftComparison(figures: string, inJapanese: string = figures): Translated {
  return {
    en: `PEFT's comparison on GSM8K with Llama-3.2-3B, one seed: ${figures}`,
    ja: `PEFT による GSM8K の比較（Llama-3.2-3B、シード 1 つ）: ${inJapanese}`,
  };
}
