/**
 * Chain of LoRA (COLA; Xia, Qin, Hazan 2024, arXiv 2401.04151): links of equal length, each a fresh pair A, B over the
 * frozen sum of those before, with a fresh optimizer and a schedule of its own. B starts at zero, so nothing changes
 * where one link ends and the next begins. The adapter is the sum of all links: one LoRA of their ranks together.
 */
import { z } from 'zod';
import { described } from '../../contract/fieldWords.ts';
import { problemOf } from '../../contract/errors.ts';
import { wordsOf } from '../../contract/words/words.ts';
import type { Procedure } from '../procedure.ts';

const options = z.object({
  links: described(z.int().min(2).max(64).default(3), {
    title: { en: 'Links', ja: 'リンク数' },
    description: {
      en: 'How many adapters follow each other; the rank of the result is as many times as large',
      ja: '続けて学習するアダプターの数。結果のランクはその倍数になります',
    },
    advanced: true,
  }),
});

const words = wordsOf('chain', {
  begun: {
    en: ({ link, links }: { readonly link: number; readonly links: number }) => `link ${link} of ${links} begins`,
    ja: ({ link, links }) => `リンク ${link} / ${links} が始まります`,
  },
  noEarlyStop: {
    en: 'The links of a chain have a fixed length: early stop must be off.',
    ja: 'チェーンの各リンクの長さは決まっているため、早期終了はオフにしてください。',
  },
  fewerSteps: {
    en: ({ links, steps }: { readonly links: number; readonly steps: number }) =>
      `A chain of ${links} links needs as many steps; ${steps} are set.`,
    ja: ({ links, steps }) => `${links} リンクのチェーンには同じ数以上のステップが必要ですが、${steps} ステップです。`,
  },
});

export const chain: Procedure<z.infer<typeof options>> = {
  id: 'chain',
  title: { en: 'Chain of LoRA', ja: 'LoRA のチェーン' },
  summary: {
    en: 'Several adapters one after the other, each over the sum of those before.',
    ja: '複数のアダプターを順に、それまでの和の上に学習します。',
  },
  paper: 'https://arxiv.org/abs/2401.04151',
  needs: 'plain',
  options,
  words,

  /** Equal links; what does not divide goes to the first ones. */
  stageAt(step, steps, { links }) {
    const [length, longer] = [Math.floor(steps / links), steps % links];
    const firstOf = (index: number): number => index * length + Math.min(index, longer) + 1;
    let index = 0;
    while (index + 1 < links && firstOf(index + 1) <= step) index++;
    return { index, firstStep: firstOf(index), steps: firstOf(index + 1) - firstOf(index) };
  },

  earlierStages: ({ links }) => links - 1,

  begun: ({ index }, { links }) => words.begun({ link: index + 1, links }),

  check({ links }, { steps, earlyStopPatience = 0 }) {
    return [
      ...(earlyStopPatience > 0 ? [problemOf('training.earlyStopPatience', words.noEarlyStop())] : []),
      ...(steps !== undefined && steps < links
        ? [problemOf('training.steps', words.fewerSteps({ links, steps }))]
        : []),
    ];
  },
};
