/**
 * A tensor without a gradient in a step is left out of it: decay, moments and its own count of steps wait; one with a
 * gradient of zeros is not. Methods say what is left out; LoRA stands for them here.
 */
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { getAdapterMethod } from '../../../main/engine/adapters/registry.ts';
import { listCheckpoints } from '../../../main/engine/training/checkpoint.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import { readPeftFolder } from '../../../main/formats/peftFolder.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { allLinears, countingRows, trainingJob } from './trainingJob.ts';
import { adapterBytes, lossesOf, watch, type Watched } from './watchRun.ts';

const lora = getAdapterMethod('lora');
const namesOf = (modules: readonly string[]) =>
  modules.flatMap((name) => [`${name}.lora_A.weight`, `${name}.lora_B.weight`]);
const ofFirstLayer = namesOf(allLinears.filter((name) => name.includes('layers.0.')));

/** `leftOut` of each step, by a number drawn for it. */
function leaveOut(draw: (random: () => number) => readonly string[]): void {
  lora.leftOut = (_weights, random) => draw(random);
}

afterEach(() => {
  delete lora.leftOut;
  delete lora.saysLeftOut;
  vi.restoreAllMocks();
});

/** What was told of steps, by the first of them. */
const drawnOf = ({ events }: Watched): readonly { readonly from: number; readonly counts: readonly number[] }[] =>
  events.flatMap((event) => {
    if (event.type !== 'mark') return [];
    const [from, ...counts] = event.mark.said.text.split(' ').map(Number);
    return [{ from, counts }];
  });

/** All rows alike, so that every batch is the same; decay for everything. */
async function jobOf(steps: number, training: object = {}) {
  const rows = Array.from({ length: 8 }, () => countingRows(4, () => 9)[3]);
  return trainingJob(temporaryDir(), rows, { training: { steps, weightDecay: 0.1, ...training } });
}

describe.each(['adamw', 'lora-plus', 'lora-fa'])('what is left out of a step of %s', (optimizer) => {
  it('goes on later as if the step had not been', async () => {
    let step = 0;
    leaveOut(() => (++step <= 2 ? namesOf(allLinears) : []));
    const later = await watch(await jobOf(5, { optimizer }));
    step = 2;
    const atOnce = await watch(await jobOf(3, { optimizer }));
    expect(later.steps.slice(2).map(({ loss }) => loss)).toEqual(atOnce.steps.map(({ loss }) => loss));
    expect(adapterBytes(later.result.adapterDir)).toBe(adapterBytes(atOnce.result.adapterDir));
    expect(later.steps[0].gradNorm).toBe(0);
  });

  it('stays while the rest is trained, and a resumed run counts alike', async () => {
    leaveOut((random) => (random() < 0.5 ? ofFirstLayer : []));
    lora.saysLeftOut = (_weights, { from, steps }) => verbatim([from, ...steps.map(({ length }) => length)].join(' '));
    const training = { optimizer, checkpointEvery: 2 };
    const whole = await watch(await jobOf(8, training));
    const job = await jobOf(8, training);
    const stopped = await watch(job, { stopAfterStep: 3 });
    const last = (await listCheckpoints(job.runDir)).at(-1);
    expect(last).toBeLessThan(8);
    const resumed = await watch({ ...job, resumeFrom: join(job.runDir, 'checkpoints', String(last)) });
    expect(lossesOf(resumed.steps)).toEqual(lossesOf(whole.steps));
    // What was drawn is told of every step, of a run that was stopped too.
    const [[all], before, after] = [whole, stopped, resumed].map(drawnOf);
    expect([all.from, all.counts.length, new Set(all.counts)]).toEqual([1, 8, new Set([0, 14])]);
    for (const { from, counts } of [...before, ...after])
      expect(counts).toEqual(all.counts.slice(from - 1, from - 1 + counts.length));
    // A checkpoint that holds what was told before has it told again.
    const stretches = [...before, ...after].map(({ from, counts }) => `${from}–${from + counts.length - 1}`);
    expect([...new Set(stretches)]).toEqual([`1–${stopped.result.steps}`, expect.stringMatching(/–8$/)]);
    expect(adapterBytes(resumed.result.adapterDir)).toBe(adapterBytes(whole.result.adapterDir));
  });
});

it('tells no gradient from a gradient of zeros, which decays (A, while B is zero)', async () => {
  const valuesAfter = async (optimizer: string) => {
    const { result } = await watch(await jobOf(1, { optimizer }));
    const { tensors } = readPeftFolder(result.adapterDir);
    return Buffer.from(tensors.get(`base_model.model.${ofFirstLayer[0]}`)?.data ?? []).toString('hex');
  };
  leaveOut(() => []);
  const decayed = await valuesAfter('adamw');
  leaveOut(() => ofFirstLayer);
  const stayed = await valuesAfter('adamw');
  expect(decayed).not.toBe(stayed);
  expect(await valuesAfter('lora-fa')).toBe(stayed);
});

it('changes no digit where nothing is left out', async () => {
  const plain = await watch(await jobOf(4));
  leaveOut(() => []);
  const asked = await watch(await jobOf(4));
  expect(lossesOf(asked.steps)).toEqual(lossesOf(plain.steps));
});
