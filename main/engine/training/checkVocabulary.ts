/**
 * Token ids that the model has no rows for: rows that were tokenised for another model, or a tokenizer with more tokens
 * than the model. Some devices answer a lookup past the table with garbage, so everything is looked at before any step.
 */
import type { TrainJob } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import { findStrangeId } from '../inference/checkPrompt.ts';
import type { TrainingData } from './trainingData.ts';
import { engineTrainingWords } from '../../contract/words/engineTraining.ts';

/** Throws GraftError('invalid') for rows or a person's own sample prompts with ids past the model's. */
export function checkVocabulary(
  { largestId }: Pick<TrainingData, 'largestId'>,
  job: TrainJob,
  { vocabSize }: ModelShape,
): void {
  if (largestId >= vocabSize) {
    throw new GraftError('invalid', engineTrainingWords.idPastModel({ largestId, last: vocabSize - 1 }), {
      field: 'dataset',
      remedy: engineTrainingWords.datasetForModel(),
    });
  }
  const asked = new Set(job.training.samplePrompts);
  for (const { text, ids } of job.samplePrompts) {
    const wrong = findStrangeId(ids, vocabSize);
    if (wrong === undefined || !asked.has(text)) continue;
    throw new GraftError('invalid', engineTrainingWords.promptPastModel({ text, wrong, last: vocabSize - 1 }), {
      field: 'training.samplePrompts',
      remedy: engineTrainingWords.leavePromptOut(),
    });
  }
}
