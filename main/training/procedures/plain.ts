/** One stage from the first step to the last. */
import { z } from 'zod';
import type { Procedure } from '../procedure.ts';

export const plain: Procedure = {
  id: 'plain',
  title: { en: 'Plain', ja: '通常' },
  summary: { en: 'One adapter from the first step to the last.', ja: '最初から最後まで一つのアダプターを学習します。' },
  options: z.object({}),
  stageAt: (_step, steps) => ({ index: 0, firstStep: 1, steps }),
};
