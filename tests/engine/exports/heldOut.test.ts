/** Exports that come near the original, measured on what the adapter's run held out: by the loss that the run found. */
import { expect, test } from 'vitest';
import type { HeldOutText, TrainJob } from '../../../main/contract/engine.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { countingRows, methodOf, trainingJob } from '../training/trainingJob.ts';
import { watch } from '../training/watchRun.ts';
import { runExport } from './exportRequests.ts';

const training = { steps: 8, evaluationSplit: 0.3, evaluateEvery: 8, learningRates: { default: 0.05 } };
const modelDir = fixturePath('tiny_llama_base');

async function trained(variant: string) {
  const method = methodOf('reslora', { variant, rank: 2, alpha: 4 });
  const job = await trainingJob(temporaryDir(), countingRows(20), { training, method });
  return { job, ...(await watch(job)) };
}

const textOf = ({ tokenFile, training: settings }: TrainJob): HeldOutText => ({
  ...{ dataset: 'rows', tokenFile, training: settings },
});

test('a near form: the original’s loss is the one that the run found, and the difference is said', async () => {
  const { job, result } = await trained('is');
  const asked = { modelDir, adapterDir: result.adapterDir, to: 'lora' };
  const { heldOut, notes, parity } = await runExport({ ...asked, heldOut: textOf(job) });
  expect(parity.tolerance).toBeNull();
  expect(heldOut).toMatchObject({ dataset: 'rows', rows: 6 });
  expect(heldOut?.lossOriginal).toBeCloseTo(result.adapterEvaluation?.loss ?? NaN, 4);
  expect(heldOut?.lossWritten).not.toBe(heldOut?.lossOriginal);
  expect(heldOut?.difference).toBeGreaterThan(1e-3);
  expect(heldOut?.sameAnswer).toBeLessThanOrEqual(1);
  expect(notes.map(({ code }) => code)).toContain('engineExports.nearOnHeldOut');
  const [unknown, nothing] = [await runExport(asked), await runExport({ ...asked, heldOut: withoutSplit(job) })];
  for (const each of [unknown, nothing]) {
    expect(each.heldOut).toBeUndefined();
    expect(each.notes.map(({ code }) => code)).toContain('engineExports.nearOnFixedTokens');
  }
});

function withoutSplit(job: TrainJob): HeldOutText {
  const text = textOf(job);
  return { ...text, training: { ...text.training, evaluationSplit: 0 } };
}

test('a rank that holds everything changes nothing there either; an exact form is not measured', async () => {
  const { job, result } = await trained('bs');
  const asked = { modelDir, adapterDir: result.adapterDir, to: 'lora', heldOut: textOf(job) };
  const cut = (await runExport({ ...asked, options: { rank: 4 } })).heldOut;
  expect(cut?.difference).toBeLessThan(1e-5);
  expect(cut).toMatchObject({ sameAnswer: 1, lossOriginal: expect.closeTo(cut?.lossWritten ?? NaN, 5) });
  const exact = await runExport(asked);
  expect(exact.heldOut).toBeUndefined();
  expect(exact.notes.map(({ code }) => code)).not.toContain('engineExports.nearOnFixedTokens');
});
