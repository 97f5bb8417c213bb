/**
 * LoRA+ (Hayou, Ghosh, Yu 2024, arXiv 2402.12354; PEFT's create_loraplus_optimizer): AdamW, with the rate of B a
 * multiple of the rate of A. What is in no pair, a classification head, keeps the rate of its own group.
 */
import { z } from 'zod';
import { described } from '../../contract/fieldWords.ts';
import type { Optimizer } from '../optimizer.ts';
import { adamFields, adamw } from './adamw.ts';

const options = z.object({
  ...adamFields,
  loraPlusRatio: described(z.number().positive().default(16), {
    title: { en: 'Rate of B to A', ja: 'A に対する B の学習率' },
    description: {
      en: 'The learning rate is that of A; B has this many times as much, so choose about half the usual rate',
      ja: '学習率は A のもので、B はこの倍率になります。学習率は普段の半分ほどにしてください',
    },
    advanced: true,
  }),
});

type LoraPlusOptions = z.infer<typeof options>;

export const loraPlus: Optimizer<LoraPlusOptions> = {
  ...adamw,
  id: 'lora-plus',
  title: { en: 'LoRA+', ja: 'LoRA+' },
  summary: {
    en: 'AdamW that moves factor B faster than A.',
    ja: '因子 B を A より速く動かす AdamW です。',
  },
  paper: 'https://arxiv.org/abs/2402.12354',
  needs: 'plain',
  options,

  /** One for each side of each group: `<group>` and `<group>:B`. */
  packs(trained, pairs, { loraPlusRatio }) {
    const ofB = new Set(pairs.map(({ b }) => b));
    const names = (tensors: typeof trained): string[] => tensors.map(({ name }) => name);
    return [...Map.groupBy(trained, ({ group }) => group)].flatMap(([group, tensors]) => {
      const [fast, others] = [
        tensors.filter(({ name }) => ofB.has(name)),
        tensors.filter(({ name }) => !ofB.has(name)),
      ];
      const packs = [
        { name: group, group, rateFactor: 1, tensors: names(others) },
        { name: `${group}:B`, group, rateFactor: loraPlusRatio, tensors: names(fast) },
      ];
      return packs.filter(({ tensors: members }) => members.length > 0);
    });
  },
};
