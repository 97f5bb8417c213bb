/** Whole runs on the tiny Llama: what they promise beyond the numbers of trainCurves.test.ts. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TrainJob } from '../../../main/contract/engine.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { createRandom } from '../../../main/engine/random.ts';
import { listCheckpoints, readCheckpoint } from '../../../main/engine/training/checkpoint.ts';
import { readPeftFolder } from '../../../main/formats/peftFolder.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { initAdapter } from '../../support/initAdapter.ts';
import { countingRows, methodOf, trainingJob, writeRows } from './trainingJob.ts';
import { answering, asked, evaluating, lossesOf, modelInWords, samplesOf, watch } from './watchRun.ts';

describe('rows of files of their own', () => {
  const training = {
    steps: 12,
    evaluationSplit: 0,
    splitSeed: 0,
    evaluateEvery: 4,
    checkpointEvery: 2,
    learningRates: { default: 0.02 },
  };

  async function jobWithFiles(dir: string, own: Partial<TrainJob> = {}): Promise<TrainJob> {
    const later = (from: number) => countingRows(from + 6).slice(from);
    const evaluationFile = await writeRows(join(dir, 'evaluation.safetensors'), later(30));
    const testFile = await writeRows(
      join(dir, 'test.safetensors'),
      countingRows(9, (row) => 20 + row),
    );
    return trainingJob(dir, countingRows(20), { evaluationFile, testFile, ...own, training });
  }

  it('are evaluated instead of a split, and tested with the weights that are kept and the base', async () => {
    const job = await jobWithFiles(temporaryDir());
    const { result, events } = await watch(job);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'log', message: '20 rows to train on, 6 to evaluate on, 9 to test on.' }),
    );
    const asEvaluation = await watch({
      ...job,
      runDir: join(temporaryDir(), 'run'),
      evaluationFile: job.testFile,
      testFile: undefined,
    });
    const atKept = asEvaluation.events.flatMap((event) => (event.type === 'evaluation' ? [event.evaluation] : []));
    expect(result.testEvaluation).toMatchObject({ step: result.adapterStep, trainedTokens: 9 * 19 + 36 });
    expect(result.testEvaluation?.loss).toBeCloseTo(
      atKept.find(({ step }) => step === result.adapterStep)?.loss ?? 0,
      5,
    );
    expect(result.testEvaluation?.base.loss).toBeCloseTo(asEvaluation.result.baseEvaluation?.loss ?? 0, 5);
  });

  it('are the same after a stop, which has no test of its own', async () => {
    const whole = await watch(await jobWithFiles(temporaryDir()));
    const job = await jobWithFiles(temporaryDir());
    const stopped = await watch(job, { stopAfterStep: 5 });
    expect([stopped.result.state, stopped.result.testEvaluation]).toEqual(['cancelled', undefined]);
    const [last] = (await listCheckpoints(job.runDir)).slice(-1);
    const resumed = await watch({ ...job, resumeFrom: join(job.runDir, 'checkpoints', String(last)) });
    expect(lossesOf(resumed.steps)).toEqual(lossesOf(whole.steps));
    expect(resumed.result).toMatchObject({
      testEvaluation: whole.result.testEvaluation,
      adapterEvaluation: whole.result.adapterEvaluation,
    });
  });

  it('belong to the checkpoint: other rows to evaluate on would choose another best', async () => {
    const dir = temporaryDir();
    const job = await jobWithFiles(dir);
    await watch(job, { stopAfterStep: 5 });
    const [last] = (await listCheckpoints(job.runDir)).slice(-1);
    const evaluationFile = await writeRows(join(dir, 'others.safetensors'), countingRows(3));
    const resumed = { ...job, evaluationFile, resumeFrom: join(job.runDir, 'checkpoints', String(last)) };
    expect(await graftErrorOfAsync(async () => watch(resumed))).toMatchObject({
      code: 'conflict',
      data: { problems: [{ field: 'dataSha256' }] },
    });
  });

  it('are refused with ids that the model has not', async () => {
    const dir = temporaryDir();
    const testFile = await writeRows(join(dir, 'strange.safetensors'), [{ ids: [1, 64] }]);
    expect((await graftErrorOfAsync(async () => watch(await jobWithFiles(dir, { testFile })))).message).toContain(
      'token id 64',
    );
  });
});

describe('stopping', () => {
  it('saves checkpoint and adapter and says cancelled', async () => {
    const job = await trainingJob(temporaryDir(), countingRows(20), {
      training: { steps: 1000, evaluationSplit: 0.1, evaluateEvery: 500 },
    });
    const { result } = await watch(job, { stopAfterStep: 2 });
    expect(result.state).toBe('cancelled');
    expect(result.steps).toBeLessThan(1000);
    expect(result.adapterStep).toBe(result.steps);
    expect(readPeftFolder(result.adapterDir).config.peft_type).toBe('LORA');
    expect((await listCheckpoints(job.runDir)).at(-1)).toBe(result.steps);
    expect(result.samples).toEqual([]);
    expect(result.adapterEvaluation?.step).toBe(result.steps);
    expect(result.adapterEvaluation?.loss).not.toBe(result.baseEvaluation?.loss);
    expect(result.baseEvaluation?.trainedTokens).toBe(result.adapterEvaluation?.trainedTokens);
  });
});

describe('evaluation', () => {
  it('shows that training helps, keeps the best step and tells the base apart', async () => {
    const job = await trainingJob(temporaryDir(), countingRows(24), {
      training: { steps: 16, evaluationSplit: 0.2, evaluateEvery: 4, learningRates: { default: 0.02 } },
    });
    const { result, events } = await watch(job);
    const evaluations = events.flatMap((event) => (event.type === 'evaluation' ? [event.evaluation] : []));
    expect(evaluations.map(({ step }) => step)).toEqual([4, 8, 12, 16]);
    const best = evaluations.reduce((least, evaluation) => (evaluation.loss < least.loss ? evaluation : least));
    expect(result.adapterStep).toBe(best.step);
    expect(result.adapterEvaluation).toEqual(best);
    expect(best.loss).toBeLessThan((result.baseEvaluation?.loss ?? 0) - 0.1);
  });

  it('stops early and keeps the best when nothing gets better', async () => {
    const training = {
      steps: 500,
      evaluationSplit: 0.3,
      evaluateEvery: 1,
      earlyStopPatience: 3,
      learningRates: { default: 0.5 },
    };
    const { result } = await watch(await trainingJob(temporaryDir(), countingRows(10), { training }));
    expect(result.state).toBe('succeeded');
    expect(result.steps).toBeLessThan(500);
    expect(result.steps - result.adapterStep).toBe(3);
  });
});

describe('samples', () => {
  it('are not made at evaluations for the prompts that every run ends with, nor for a whole model', async () => {
    const modelDir = modelInWords(temporaryDir());
    const fixed = await watch(
      await trainingJob(temporaryDir(), countingRows(12), { modelDir, ...asked, training: evaluating }),
    );
    expect(samplesOf(fixed.events)).toEqual([]);
    expect(fixed.result.samples).toHaveLength(4);
    const method = methodOf('full');
    const full = await watch(
      await trainingJob(temporaryDir(), countingRows(12), { modelDir, method, ...asked, training: answering }),
    );
    expect(samplesOf(full.events)).toEqual([]);
    expect(full.result.samples).toHaveLength(4);
  });

  it('are left out where the fixed prompts need tokens that the model has no rows for', async () => {
    const samplePrompts = [{ text: 'one', ids: [1, 64, 7] }, { text: 'two', ids: [9, 12] }]; // oxfmt-ignore
    const job = await trainingJob(temporaryDir(), countingRows(12), {
      modelDir: modelInWords(temporaryDir()),
      samplePrompts,
    });
    const { result } = await watch(job);
    // oxfmt-ignore
    expect(result.samples.map(({ prompt, adapter }) => [prompt, adapter])).toEqual([['two', false], ['two', true]]);
  });

  it('are as long as the run says, at its end too, and left out where it says 0', async () => {
    const [modelDir, samplePrompts] = [modelInWords(temporaryDir()), [{ text: 'one', ids: [1, 4, 7] }]];
    const answering = { steps: 2, evaluationSplit: 0.3, evaluateEvery: 1, samplePrompts: ['one'] };
    const lengths = async (sampleTokens: number) => {
      const training = { ...answering, sampleTokens };
      const job = await trainingJob(temporaryDir(), countingRows(8), { modelDir, samplePrompts, training });
      const { events, result } = await watch(job);
      return [...samplesOf(events).flatMap(({ ids }) => ids), ...result.samples.map(({ ids }) => ids)].map(
        ({ length }) => length,
      );
    };
    expect(new Set(await lengths(5))).toEqual(new Set([5]));
    expect(await lengths(0)).toEqual([]);
  });

  it('answers the prompts with base and adapter, in words', async () => {
    const dir = temporaryDir();
    const modelDir = modelInWords(dir);
    const samplePrompts = [{ text: 'one', ids: [1, 4, 7] }, { text: 'two', ids: [9, 12] }]; // oxfmt-ignore
    const training = { steps: 20, learningRates: { default: 0.05 } };
    const { result } = await watch(await trainingJob(dir, countingRows(16), { modelDir, samplePrompts, training }));
    // oxfmt-ignore
    expect(result.samples.map(({ prompt, adapter }) => [prompt, adapter])).toEqual([['one', false], ['one', true], ['two', false], ['two', true]]);
    for (const { ids, text } of result.samples)
      expect(text).toBe(ids.map((id) => String.fromCodePoint(0x4e00 + id)).join(' '));
    expect(result.samples[1].ids).not.toEqual(result.samples[0].ids);
  });
});

describe('checkpoints', () => {
  it('keeps the last two and the best', async () => {
    const training = {
      steps: 12,
      evaluationSplit: 0.3,
      evaluateEvery: 1,
      checkpointEvery: 1,
      learningRates: { default: 0.5 },
    };
    const job = await trainingJob(temporaryDir(), countingRows(10), { training });
    const { result } = await watch(job);
    const kept = await listCheckpoints(job.runDir);
    expect(kept).toEqual([...new Set([result.adapterStep, 11, 12])].sort((a, b) => a - b));
    expect(readdirSync(join(job.runDir, 'checkpoints', '12')).sort()).toEqual([
      'adapter',
      'checkpoint.json',
      'state.safetensors',
    ]);
    expect(existsSync(join(job.runDir, 'checkpoints', '12', 'adapter', 'adapter_config.json'))).toBe(true);
  });

  it('refuses a damaged state and names the file', async () => {
    const job = await trainingJob(temporaryDir(), countingRows(10), { training: { steps: 2, checkpointEvery: 1 } });
    await watch(job);
    const dir = join(job.runDir, 'checkpoints', '2');
    const file = join(dir, 'state.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(file, bytes);
    const error = await graftErrorOfAsync(() => watch({ ...job, resumeFrom: dir }));
    expect(error).toMatchObject({ code: 'integrity', data: { file } });
  });

  it('refuses to go on with another configuration or other data, and lists what differs', async () => {
    const job = await trainingJob(temporaryDir(), countingRows(10), { training: { steps: 2, checkpointEvery: 1 } });
    await watch(job);
    const resumeFrom = join(job.runDir, 'checkpoints', '2');
    const other = await trainingJob(temporaryDir(), countingRows(11), { resumeFrom, training: { steps: 3 } });
    const error = await graftErrorOfAsync(() => watch(other));
    expect(error.code).toBe('conflict');
    expect(error.data.problems?.map(({ field }) => field).sort()).toEqual(['dataSha256', 'training']);
  });

  it('is not confused by what a killed process left half-written', async () => {
    const job = await trainingJob(temporaryDir(), countingRows(10), { training: { steps: 2, checkpointEvery: 1 } });
    await watch(job);
    const checkpoints = join(job.runDir, 'checkpoints');
    cpSync(join(checkpoints, '2'), join(checkpoints, '.3.0123456789ab.tmp'), { recursive: true });
    rmSync(join(checkpoints, '.3.0123456789ab.tmp', 'state.safetensors'));
    expect(await listCheckpoints(job.runDir)).toEqual([1, 2]);
    await watch({ ...job, resumeFrom: join(checkpoints, '1') });
    expect(readdirSync(checkpoints).sort()).toEqual(['1', '2']);
  });
});

describe('a loss that is not finite', () => {
  it('ends the run with the step and the last good checkpoint', async () => {
    const training = {
      steps: 50,
      checkpointEvery: 1,
      learningRates: { default: 1e30 },
      maxGradNorm: 0,
      weightDecay: 0,
    };
    const job = await trainingJob(temporaryDir(), countingRows(10), { training });
    const error = await graftErrorOfAsync(() => watch(job));
    expect(error.code).toBe('nonFinite');
    const last = (await listCheckpoints(job.runDir)).at(-1) ?? 0;
    expect(error.data).toMatchObject({ step: last + 1, checkpoint: join(job.runDir, 'checkpoints', String(last)) });
  });
});

describe('methods and options', () => {
  it('trains the whole model with `full`, further down than an adapter of rank 1', async () => {
    const training = { steps: 12, learningRates: { default: 0.01 } };
    const full = await watch(
      await trainingJob(temporaryDir(), countingRows(16), { method: methodOf('full'), training }),
    );
    const lora = await watch(
      await trainingJob(temporaryDir(), countingRows(16), {
        method: methodOf('lora', { rank: 1, alpha: 1 }),
        training,
      }),
    );
    expect(full.result.trainableParameters).toBe(22_688);
    expect(full.steps[11].loss).toBeLessThan(lora.steps[11].loss);
    expect(full.steps[0].loss).toBeCloseTo(lora.steps[0].loss, 5);
  });

  it.each(['lora', 'vera', 'vblora', 'full'])(
    'gives the same losses with recomputation (dropout included): %s',
    async (id) => {
      const options = {
        lora: { rank: 2, dropout: 0.1 },
        vera: { rank: 8, dropout: 0.1 },
        vblora: { numVectors: 12, vectorLength: 8, dropout: 0.1 },
      };
      const method = methodOf(id, options[id as keyof typeof options]);
      const plain = await watch(await trainingJob(temporaryDir(), countingRows(16), { method }));
      const recomputed = await watch(
        await trainingJob(temporaryDir(), countingRows(16), { method, training: { recompute: true } }),
      );
      plain.steps.forEach(({ loss, gradNorm }, index) => {
        expect(recomputed.steps[index].loss).toBeCloseTo(loss, 5);
        expect(recomputed.steps[index].gradNorm).toBeCloseTo(gradNorm, 4);
      });
    },
  );

  it('drops inputs by the seed: another seed, another loss; none without dropout', async () => {
    const lossOf = async (seed: number, dropout: number): Promise<number> => {
      const method = methodOf('lora', { rank: 2, alpha: 4, dropout });
      const job = await trainingJob(
        temporaryDir(),
        countingRows(8, () => 8),
        { method, training: { steps: 2, shuffle: false, seed } },
      );
      return (await watch(job)).steps[1].loss;
    };
    expect(await lossOf(1, 0.5)).not.toBe(await lossOf(2, 0.5));
    expect(await lossOf(1, 0.5)).toBe(await lossOf(1, 0.5));
  });

  it('uses the learning rate of each group', async () => {
    const method = methodOf('vblora', { rank: 2, vectorLength: 8, numVectors: 12 });
    const learningRates = { default: 1e-3, vectorBank: 0, logits: 0.01 };
    const job = await trainingJob(temporaryDir(), countingRows(8), {
      method,
      training: { steps: 3, learningRates, weightDecay: 0 },
    });
    const { result } = await watch(job);
    const start = await initAdapter('vblora', {
      ...{ options: method.options, targets: [], shape: inspectModel(job.modelDir).shape },
      random: createRandom(job.training.seed, 'initialisation'),
    });
    const bank = Object.entries(start.trained).find(([, tensor]) => tensor.group === 'vectorBank');
    const saved = [...readPeftFolder(result.adapterDir).tensors].find(([name]) => name.includes('vector_bank'));
    expect(Buffer.from(saved?.[1].data ?? []).equals(Buffer.from(bank?.[1].data.buffer ?? new ArrayBuffer()))).toBe(
      true,
    );
  });
});

describe('bad jobs', () => {
  it('refuses data of another vocabulary before the first step', async () => {
    const job = await trainingJob(temporaryDir(), [{ ids: [1, 2, 64] }]);
    expect(await graftErrorOfAsync(() => watch(job))).toMatchObject({ code: 'invalid', data: { field: 'dataset' } });
  });

  it('refuses rows without a token to train on', async () => {
    const job = await trainingJob(temporaryDir(), [{ ids: [1, 2, 3], mask: [0, 0, 0] }]);
    expect(await graftErrorOfAsync(() => watch(job))).toMatchObject({ code: 'invalid', data: { field: 'maxLength' } });
  });

  it('refuses a target that the model does not have', async () => {
    const job = await trainingJob(temporaryDir(), countingRows(4), { targets: ['model.layers.9.mlp.up_proj'] });
    expect(await graftErrorOfAsync(() => watch(job))).toMatchObject({ code: 'invalid', data: { field: 'targets' } });
  });

  it('refuses to train one method from an adapter of another', async () => {
    const start = await watch(await trainingJob(temporaryDir(), countingRows(4), { training: { steps: 1 } }));
    const job = await trainingJob(temporaryDir(), countingRows(4), {
      method: methodOf('vera'),
      initAdapter: start.result.adapterDir,
    });
    expect(await graftErrorOfAsync(() => watch(job))).toMatchObject({ code: 'conflict', data: { field: 'method' } });
  });

  it('leaves out rows that teach nothing, and says so', async () => {
    const rows = [...countingRows(6), { ids: [1, 2, 3], mask: [0, 0, 0] }];
    const { events } = await watch(await trainingJob(temporaryDir(), rows));
    const [log] = events.flatMap((event) => (event.type === 'log' ? [event.message] : []));
    expect(log).toContain('6 rows to train on');
    expect(log).toContain('1 left out');
  });
});

it('reads checkpoints back as they were', async () => {
  const job = await trainingJob(temporaryDir(), countingRows(10), { training: { steps: 2, checkpointEvery: 1 } });
  const { steps } = await watch(job);
  const dir = join(job.runDir, 'checkpoints', '2');
  const { configuration } = JSON.parse(readFileSync(join(dir, 'checkpoint.json'), 'utf8'));
  const { progress } = await readCheckpoint(dir, configuration);
  expect(progress.steps).toEqual(steps);
});
