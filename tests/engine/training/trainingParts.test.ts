/** Every method, optimizer, callback and procedure through a run, a stop and a resume: equal to the last digit. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveTraining } from '../../../main/contract/resolveTraining.ts';
import { trainingSchema } from '../../../main/contract/training.ts';
import { listCheckpoints } from '../../../main/engine/training/checkpoint.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { loraSpec } from '../../../main/methods/lora/spec.ts';
import type { MethodSpec } from '../../../main/methods/methodSpec.ts';
import { getMethodSpec, methodSpecs } from '../../../main/methods/registry.ts';
import { callbacks, misfits, optimizers, procedures } from '../../../main/training/registry.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { countingRows, methodOf, trainingJob } from './trainingJob.ts';
import { adapterBytes, lossesOf, watch, type Watched } from './watchRun.ts';

const base = 'tiny_llama_base';

/** Decided as the studio decides it, so that the options are those that a person would get. */
function decided(parts: Readonly<Record<string, unknown>>, spec: MethodSpec = loraSpec, { shape } = modelOf(base)) {
  const config = trainingSchema.parse({
    ...{ steps: 9, batchSize: 2, maxLength: 64, learningRate: 0.01, evaluationSplit: 0.2, evaluateEvery: 2 },
    ...{ checkpointEvery: 3, seed: 3, keepBest: false, ...parts },
  });
  return { ...resolveTraining(config, { spec, shape, trainingPieces: 16 }) };
}

function modelOf(name: string) {
  return inspectModel(fixturePath(name));
}

/** At its defaults, on the first base on which it has something to train. */
function methodJob(spec: MethodSpec) {
  const parsed = spec.options.parse({});
  const choices = [base, 'arch_gpt2'].map((name) => {
    const { shape } = modelOf(name);
    const { linears } = shape;
    return { name, targets: linears, options: spec.fit?.(parsed, linears, [], shape) ?? parsed };
  });
  const chosen = choices.find(({ options, targets }) => spec.check(options, targets, null).length === 0) ?? choices[0];
  const training = { steps: 4, evaluateEvery: 4, checkpointEvery: 2 };
  return {
    method: { id: spec.id, options: chosen.options },
    modelDir: fixturePath(chosen.name),
    targets: chosen.targets.map(({ name }) => name),
    training: decided(training, spec, modelOf(chosen.name)),
  };
}

const marksOf = ({ events }: Watched) => events.filter(({ type }) => type === 'mark');
const evaluationsOf = ({ events }: Watched) => events.filter(({ type }) => type === 'evaluation');

const choices = [
  ...Object.keys(optimizers).map((optimizer) => ({ optimizer })),
  ...Object.keys(procedures).map((procedure) => ({ procedure })),
  ...Object.keys(callbacks).map((callback) => ({ callbacks: [callback] })),
];

describe('parts of training', () => {
  it.each(choices.map((parts) => [JSON.stringify(parts), parts] as const))('resume alike: %s', async (_name, parts) => {
    const isGated = 'callbacks' in parts && parts.callbacks.some((id) => callbacks[id].needs === 'gated');
    const method = isGated ? methodOf('beamlora', { rank: 4 }) : methodOf('lora', { rank: 2, alpha: 4 });
    const training = decided(parts, methodSpecs[method.id]);
    const jobIn = async () => trainingJob(temporaryDir(), countingRows(20), { training, method });
    const whole = await watch(await jobIn());
    const job = await jobIn();
    const stopped = await watch(job, { stopAfterStep: 4 });
    const last = (await listCheckpoints(job.runDir)).at(-1);
    expect([stopped.result.state, last]).toEqual(['cancelled', stopped.result.steps]);
    expect(last).toBeLessThan(9);
    const resumed = await watch({ ...job, resumeFrom: join(job.runDir, 'checkpoints', String(last)) });
    expect(lossesOf(resumed.steps)).toEqual(lossesOf(whole.steps));
    expect(evaluationsOf(resumed)).toEqual(evaluationsOf(whole));
    expect(marksOf(resumed)).toEqual(marksOf(whole));
    expect(adapterBytes(resumed.result.adapterDir)).toBe(adapterBytes(whole.result.adapterDir));
  });

  const forDecoders = Object.values(methodSpecs).filter(({ encodersAlone }) => !encodersAlone);

  it.each(forDecoders)('resume alike with $id', async (spec) => {
    const jobIn = async () => trainingJob(temporaryDir(), countingRows(12), methodJob(spec));
    const whole = await watch(await jobIn());
    const job = await jobIn();
    await watch(job, { stopAfterStep: 2 });
    const last = (await listCheckpoints(job.runDir)).at(-1);
    expect(last).toBeLessThan(4);
    const resumed = await watch({ ...job, resumeFrom: join(job.runDir, 'checkpoints', String(last)) });
    expect(lossesOf(resumed.steps)).toEqual(lossesOf(whole.steps));
    expect(adapterBytes(resumed.result.adapterDir)).toBe(adapterBytes(whole.result.adapterDir));
  });

  it('refuse a method that they are not for as the studio does: one code, the same problems', async () => {
    const training = decided({ optimizer: 'lora-pro' });
    const method = { id: 'vera', options: getMethodSpec('vera').options.parse({}) };
    const job = await trainingJob(temporaryDir(), countingRows(20), { training, method });
    const problems = misfits(training, getMethodSpec('vera'));
    expect(problems).toHaveLength(1);
    await expect(watch(job)).rejects.toMatchObject({
      code: 'unsupported',
      data: { field: 'training.optimizer', problems },
    });
  });

  it('belong to the checkpoint: another one would go on from what it did not make', async () => {
    const job = await trainingJob(temporaryDir(), countingRows(20), { training: decided({ optimizer: 'lora-plus' }) });
    const { result } = await watch(job, { stopAfterStep: 4 });
    const other = { ...job, training: decided({}), resumeFrom: join(job.runDir, 'checkpoints', String(result.steps)) };
    await expect(watch(other)).rejects.toMatchObject({ code: 'conflict', data: { problems: [{ field: 'training' }] } });
  });
});
