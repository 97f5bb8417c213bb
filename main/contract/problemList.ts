/** The first of several problems as one sentence. */
import { type Problem, saidOf } from './errors.ts';
import { commonWords } from './words/common.ts';
import type { Said } from './words/words.ts';

/** `form`: whether a problem is told behind its field (`ofField`) or goes on from it (`fieldIs`). */
export function problemList(problems: readonly Problem[], most: number, form: 'ofField' | 'fieldIs' = 'fieldIs'): Said {
  const sentences = problems
    .slice(0, most)
    .map((problem) => commonWords[form]({ field: problem.field, problem: saidOf(problem) }));
  return commonWords.someAndMore({ sentences, more: problems.length - sentences.length });
}
