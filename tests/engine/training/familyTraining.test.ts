/** Every family trains every method: the loss falls, and the adapter that comes out reads back for the same base. */
import { describe, expect, it } from 'vitest';
import type { StepMetrics, TrainJob } from '../../../main/contract/engine.ts';
import { getMethodSpec } from '../../../main/methods/registry.ts';
import { matchTargets } from '../../../main/contract/targets.ts';
import { readAdapter } from '../../../main/engine/adapters/registry.ts';
import { runTraining } from '../../../main/engine/training/runTraining.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { readPeftFolder } from '../../../main/formats/peftFolder.ts';
import { backendSettings } from '../../support/backends.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { trainingJob } from './trainingJob.ts';

// oxfmt-ignore
const fixtures = ['arch_llama_biases', 'arch_mistral_window', 'arch_qwen2', 'arch_qwen3', 'arch_gemma2', 'arch_gemma3', 'arch_phi3', 'arch_gpt2'];
const methods: readonly (readonly [string, object, number])[] = [
  ['lora', { rank: 4, alpha: 8 }, 0.02],
  ['vera', { rank: 8 }, 0.1],
  ['vblora', { numVectors: 8, vectorLength: 8 }, 0.1],
  ['full', {}, 0.005],
];
const rows = [0, 1].map((row) => ({ ids: Array.from({ length: 8 }, (_, position) => (11 * row + 7 * position) % 48) }));

async function train(fixture: string, id: string, options: object, rate: number) {
  const { shape } = inspectModel(fixturePath(fixture));
  const parsed = getMethodSpec(id).options.parse(options);
  const targets = matchTargets(shape.linears, { targets: id === 'full' ? 'all-linear' : shape.defaultTargets });
  const job: TrainJob = await trainingJob(temporaryDir(), rows, {
    modelDir: fixturePath(fixture),
    baseModel: fixture,
    method: { id, options: parsed },
    targets: targets.map(({ name }) => name),
    training: { steps: 6, learningRates: { default: rate }, shuffle: false },
  });
  const steps: StepMetrics[] = [];
  const onEvent = (event: { readonly type: string; readonly steps?: readonly StepMetrics[] }): void =>
    void steps.push(...(event.steps ?? []));
  const result = await runTraining(backendSettings.wasm, job, { onEvent });
  return { losses: steps.map(({ loss }) => loss), folder: readPeftFolder(result.adapterDir), shape };
}

describe.each(fixtures)('%s', (fixture) => {
  it.each(methods)('trains %s', async (id, options, rate) => {
    const { losses, folder, shape } = await train(fixture, id, options, rate);
    expect(losses).toHaveLength(6);
    expect(losses[5]).toBeLessThan(losses[0] - 0.02);
    const weights = readAdapter(folder, shape);
    expect(weights.methodId).toBe(id);
    if (id !== 'full') expect(folder.config.fan_in_fan_out).toBe(fixture === 'arch_gpt2');
  });
});
