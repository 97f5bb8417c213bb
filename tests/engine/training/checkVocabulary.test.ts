/** Token ids past the model's rows are refused before any step. */
import { expect, it } from 'vitest';
import { runTraining } from '../../../main/engine/training/runTraining.ts';
import { backendSettings } from '../../support/backends.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { countingRows, trainingJob } from './trainingJob.ts';

const events = { onEvent: () => undefined };

it('refuses rows with an id that the model has no row for', async () => {
  const job = await trainingJob(temporaryDir(), [{ ids: [1, 2, 64] }, { ids: [4, 5, 6] }]);
  const error = await graftErrorOfAsync(async () => runTraining(backendSettings.wasm, job, events));
  expect([error.code, error.data.field]).toEqual(['invalid', 'dataset']);
  expect(error.message).toBe("The dataset holds the token id 64; this model's ids end at 63.");
  expect(error.data.remedy).toMatch(/made for this model.*with the tokenizer that belongs to it/);
});

it("refuses a person's own sample prompt with such an id, and names it", async () => {
  const samplePrompts = [
    { text: 'fine', ids: [1, 2] },
    { text: 'strange', ids: [3, 70] },
  ];
  const training = { samplePrompts: ['fine', 'strange'] };
  const job = await trainingJob(temporaryDir(), countingRows(4), { samplePrompts, training });
  const error = await graftErrorOfAsync(async () => runTraining(backendSettings.wasm, job, events));
  expect([error.code, error.data.field]).toEqual(['invalid', 'training.samplePrompts']);
  expect(error.message).toBe("The sample prompt “strange” becomes the token id 70; this model's ids end at 63.");
});
