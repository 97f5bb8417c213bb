/** One stage from the first step to the last. */
import { z } from 'zod';
import { wordsOf } from '../../contract/words/words.ts';
import type { Procedure } from '../procedure.ts';

const words = wordsOf('plain', {
  title: { en: 'Plain', ja: '通常' },
  summary: { en: 'One adapter from the first step to the last.', ja: '最初から最後まで一つのアダプターを学習します。' },
});

export const plain: Procedure = {
  id: 'plain',
  title: words.title(),
  summary: words.summary(),
  words,
  options: z.object({}),
  stageAt: (_step, steps) => ({ index: 0, firstStep: 1, steps }),
};
