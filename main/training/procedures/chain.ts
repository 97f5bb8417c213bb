/**
 * Chain of LoRA (COLA; Xia, Qin, Hazan 2024, arXiv 2401.04151): links of equal length, each a fresh pair A, B over the
 * frozen sum of those before, with a fresh optimizer and a schedule of its own. B starts at zero, so nothing changes
 * where one link ends and the next begins. The adapter is the sum of all links: one LoRA of their ranks together, or
 * the nearest one of a lower rank. A link of a lower rank than the widest has the scale of all.
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
  linkRanks: described(z.array(z.int().min(1)).max(64).default([]), {
    title: { en: 'Ranks of the links', ja: 'リンクごとのランク' },
    description: {
      en: 'One for each link, such as 8, 4, 2; the largest is the rank of the adapter. Empty: that rank for all',
      ja: 'リンクごとに一つずつ（例: 8, 4, 2）。最大のものがアダプターのランクになります。空欄ならすべて同じランクです',
    },
    advanced: true,
  }),
  compressRank: described(z.int().nonnegative().default(0), {
    title: { en: 'Compress to rank', ja: '圧縮後のランク' },
    description: {
      en: 'At the end the sum of all links becomes the nearest LoRA of this rank, and the run says what was lost; 0: the sum stays as it is',
      ja: '最後に、すべてのリンクの和をこのランクの最も近い LoRA にし、失われた量を知らせます。0 なら和のまま残します',
    },
    advanced: true,
  }),
});

type ChainOptions = z.infer<typeof options>;

const words = wordsOf('chain', {
  compressed: {
    en: 'the links, of rank {from} together, are compressed to rank {rank}: {percent} % of the change (its norm) is lost',
    ja: 'リンク全体（合わせてランク {from}）をランク {rank} に圧縮しました。変化量（ノルム）の {percent} % が失われます',
  },
  ranksOfLinks: {
    en: 'Give one rank for each of the {links} links, or none at all; {given} are given.',
    ja: '{links} 本のリンクそれぞれにランクを一つずつ指定するか、何も指定しないでください。{given} 個が指定されています。',
  },
  largestRank: {
    en: 'The largest rank of the links is the rank of the adapter: here {most} and {rank}. Set the rank to {most}, or change the ranks of the links.',
    ja: 'リンクのランクの最大値はアダプターのランクと同じです（現在 {most} と {rank}）。ランクを {most} にするか、リンクのランクを変えてください。',
  },
  narrowStart: {
    en: 'The first link goes on from an adapter of rank {rank} and cannot have rank {first}. Give the first link rank {rank}, or begin without an adapter.',
    ja: '最初のリンクはランク {rank} のアダプターから始まるため、ランク {first} にはできません。最初のリンクをランク {rank} にするか、アダプターなしで始めてください。',
  },
  oneRank: {
    en: 'Ranks of links and compression need one rank for all layers, and this adapter has {ranks, list}. Leave the rank pattern out.',
    ja: 'リンクごとのランクと圧縮には、すべての層で同じランクが必要ですが、このアダプターには {ranks, list} があります。ランクのパターンを外してください。',
  },
  nothingToCompress: {
    en: 'The links together have rank {whole}, so they cannot be compressed to rank {rank}. Choose a lower one, or 0 to keep the sum.',
    ja: 'リンクは合わせてランク {whole} なので、ランク {rank} には圧縮できません。より小さい値にするか、0 にして和のまま残してください。',
  },
  begun: {
    en: ({ link, links }: { readonly link: number; readonly links: number }) => `link ${link} of ${links} begins`,
    ja: ({ link, links }) => `リンク ${link} / ${links} が始まります`,
  },
  noEarlyStop: {
    en: 'The links of a chain have a fixed length: early stop must be off.',
    ja: 'チェーンの各リンクの長さは決まっているため、早期終了はオフにしてください。',
  },
  fewerSteps: {
    en: 'A chain of {links} links needs at least as many steps, and this run has {steps}: set fewer links or more steps.',
    ja: '{links} リンクのチェーンには同じ数以上のステップが必要ですが、この実行は {steps} ステップです。リンクを減らすか、ステップを増やしてください。',
  },
});

export const chain: Procedure<ChainOptions> = {
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

  rankAt: (index, { linkRanks }) => linkRanks[index] ?? null,

  endRank: ({ compressRank }) => (compressRank > 0 ? compressRank : null),

  begun: ({ index }, { links }) => words.begun({ link: index + 1, links }),

  compressed: ({ from, rank, error }) =>
    words.compressed({ from, rank, percent: Number((100 * error).toPrecision(3)) }),

  check({ links, linkRanks }, { steps, earlyStopPatience = 0 }) {
    const given = linkRanks.length;
    return [
      ...(given !== 0 && given !== links
        ? [problemOf('training.linkRanks', words.ranksOfLinks({ links, given }))]
        : []),
      ...(earlyStopPatience > 0 ? [problemOf('training.earlyStopPatience', words.noEarlyStop())] : []),
      ...(steps !== undefined && steps < links
        ? [problemOf('training.steps', words.fewerSteps({ links, steps }))]
        : []),
    ];
  },

  checkPlan({ links, linkRanks, compressRank }, { pairs, steps, startsFromAdapter }) {
    if (steps < links) return [problemOf('training.links', words.fewerSteps({ links, steps }))];
    const ranks = [...new Set(pairs.map(({ rank }) => rank))].sort((x, y) => x - y);
    const hasRanks = linkRanks.length > 0;
    if (ranks.length === 0 || (!hasRanks && compressRank === 0)) return [];
    const field = `training.${hasRanks ? 'linkRanks' : 'compressRank'}`;
    if (ranks.length > 1) return [problemOf(field, words.oneRank({ ranks: ranks.map(String) }))];
    const [rank] = ranks;
    const [first, most] = [linkRanks[0] ?? rank, hasRanks ? Math.max(...linkRanks) : rank];
    if (most !== rank) return [problemOf(field, words.largestRank({ most, rank }))];
    if (startsFromAdapter && first < rank) return [problemOf(field, words.narrowStart({ rank, first }))];
    const whole = hasRanks ? linkRanks.reduce((sum, each) => sum + each, 0) : links * rank;
    if (compressRank < whole) return [];
    return [problemOf('training.compressRank', words.nothingToCompress({ whole, rank: compressRank }))];
  },
};
