/** A chain of LoRA: its curve, its knots and its sum against tests/fixtures/procedures/cola; what it is refused for. */
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  addMatrix,
  type Columns,
  columnsOf,
  product,
  scaled,
  squaredNorm,
} from '../../../main/linearAlgebra/columns.ts';
import { readPeftFolder } from '../../../main/formats/peftFolder.ts';
import { floatsFromBytes } from '../../../main/formats/safetensors.ts';
import { loraSpec } from '../../../main/methods/lora/spec.ts';
import { vbloraSpec } from '../../../main/methods/vblora/spec.ts';
import { chain } from '../../../main/training/procedures/chain.ts';
import { misfits, misplanned, optimizers } from '../../../main/training/registry.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { giveLinks, withZeroB } from './colaLinks.ts';
import { expectAdapter, expectCurve, readCurve, runCurve } from './goldenCurve.ts';
import { allLinears, countingRows, methodOf, plainTraining, trainingJob } from './trainingJob.ts';
import { adapterBytes, lossesOf, watch } from './watchRun.ts';

const optionsOf = (given: object) => chain.options.parse(given);

/** Six steps in three links, evaluated after each; the first step of a link has a rate of zero. */
const shortChain = {
  ...{ procedure: 'chain', links: 3, steps: 6, warmupSteps: 1, learningRates: { default: 0.05 } },
  ...{ evaluationSplit: 0.2, evaluateEvery: 1, keepBest: false, checkpointEvery: 1 },
};

async function chainJob(training: object) {
  const method = methodOf('lora', { rank: 4, alpha: 8, targets: ['q_proj', 'down_proj'] });
  const targets = allLinears.filter((name) => /q_proj|down_proj/.test(name));
  return trainingJob(temporaryDir(), countingRows(20), { method, targets, training: { ...shortChain, ...training } });
}

async function runChain(training: object) {
  const job = await chainJob(training);
  return { job, watched: await watch(job) };
}

/** s B A of every module of an adapter's folder. */
function changesOf(adapterDir: string): readonly Columns[] {
  const { config, tensors } = readPeftFolder(adapterDir);
  const scale = Number(config.lora_alpha) / Number(config.r);
  const floats = (name: string) => {
    const { data, shape, dtype } = tensors.get(name) ?? { data: new Uint8Array(), shape: [0, 0], dtype: 'F32' };
    return { values: floatsFromBytes(dtype, data), shape };
  };
  const names = [...tensors.keys()].filter((name) => name.includes('lora_A'));
  return names.map((name) => {
    const [a, b] = [floats(name), floats(name.replace('lora_A', 'lora_B'))];
    return scaled(product(columnsOf(b.values, b.shape[1]), columnsOf(a.values, a.shape[1])), scale);
  });
}

const normOf = (changes: readonly Columns[]): number =>
  Math.sqrt(changes.reduce((sum, change) => sum + squaredNorm(change), 0));

afterEach(() => vi.restoreAllMocks());

describe('a chain of LoRA', () => {
  it('takes the 24 steps of three links, and its adapter is their sum', async () => {
    const curve = readCurve('cola');
    const links = giveLinks();
    const { steps, result, events } = await runCurve(curve, await withZeroB(), { procedure: 'chain', links: 3 });
    expect(links.link).toBe(3);
    expectCurve(steps, curve);
    expectAdapter(result.adapterDir, 'cola');
    expect(events.filter(({ type }) => type === 'mark')).toMatchObject([
      { mark: { step: 8, part: 'chain', said: { text: 'link 2 of 3 begins' } } },
      { mark: { step: 16, part: 'chain', said: { text: 'link 3 of 3 begins' } } },
    ]);
  });

  it('changes nothing where a link ends and the next begins, whatever their ranks', async () => {
    const { watched } = await runChain({ linkRanks: [4, 2, 1] });
    const { result, events } = watched;
    const losses = events.flatMap((event) => (event.type === 'evaluation' ? [event.evaluation.loss] : []));
    expect(losses).toHaveLength(6);
    for (const knot of [2, 4]) {
      expect(Math.abs(losses[knot] - losses[knot - 1]), `after step ${knot}`).toBeLessThan(1e-6);
      expect(Math.abs(losses[knot + 1] - losses[knot]), `step ${knot + 2}`).toBeGreaterThan(1e-4);
    }
    expect(readPeftFolder(result.adapterDir).config).toMatchObject({ r: 7, lora_alpha: 14 });
  });

  it('is compressed at its end to the nearest sum of a lower rank, says what is lost, and measures that', async () => {
    const [whole, small] = [await runChain({}), await runChain({ compressRank: 5 })];
    const [of12, of5] = [whole, small].map(({ watched }) => changesOf(watched.result.adapterDir));
    expect(readPeftFolder(small.watched.result.adapterDir).config).toMatchObject({ r: 5, lora_alpha: 10 });
    const difference = of12.map((change, at) => {
      const rest = scaled(change, 1);
      addMatrix(rest, of5[at], -1);
      return rest;
    });
    const lost = normOf(difference) / normOf(of12);
    expect(lost).toBeGreaterThan(0.001);
    const mark = small.watched.events.flatMap((event) => (event.type === 'mark' ? [event.mark] : [])).at(-1);
    expect(mark).toMatchObject({ step: 6, part: 'chain', said: { parameters: { from: 12, rank: 5 } } });
    expect(Math.abs(Number(mark?.said.parameters?.percent) / (100 * lost) - 1)).toBeLessThan(0.005); // three digits
    const measured = small.watched.result.adapterEvaluation?.loss ?? NaN;
    const ofSum = whole.watched.result.adapterEvaluation?.loss ?? NaN;
    expect(measured).not.toBe(ofSum);
    const written = { ...small.job, runDir: temporaryDir(), initAdapter: small.watched.result.adapterDir };
    const still = { ...plainTraining, evaluationSplit: 0.2, steps: 1, learningRates: { default: 0 } };
    const { result } = await watch({ ...written, training: still });
    expect(Math.abs((result.adapterEvaluation?.loss ?? NaN) - measured)).toBeLessThan(1e-5);
  });

  it('goes on over a knot to the last digit, ranks and compression with it', async () => {
    const training = { linkRanks: [4, 2, 1], compressRank: 5 };
    const { watched: whole } = await runChain(training);
    const job = await chainJob(training);
    const stopped = await watch(job, { stopAfterStep: 2 });
    expect(stopped.result.state).toBe('cancelled');
    const told = stopped.events.flatMap((event) => (event.type === 'log' ? [event.reason?.code] : []));
    expect(told).toContain('engineTraining.notCompressed');
    const resumeFrom = join(job.runDir, 'checkpoints', String(stopped.result.steps));
    const resumed = await watch({ ...job, resumeFrom });
    expect(lossesOf(resumed.steps)).toEqual(lossesOf(whole.steps));
    expect(adapterBytes(resumed.result.adapterDir)).toBe(adapterBytes(whole.result.adapterDir));
  });

  it.each([optimizers['lora-rite'], optimizers['lora-pro'], optimizers['lora-fa']])(
    'of a lower rank stays of it under $id',
    (optimizer) => {
      const [rank, inFeatures, outFeatures] = [3, 6, 5];
      const options = optimizer.options.parse({});
      const pair = { module: 'm', rank, inFeatures, outFeatures, scale: 2, learningRate: 0.1, step: 1 };
      const values = (size: number, isIn: (at: number) => boolean) =>
        Float32Array.from({ length: size }, (_, at) => (isIn(at) ? Math.sin(at + 1) : 0));
      const inA = (at: number) => at < 2 * inFeatures;
      const inB = (at: number) => at % rank < 2;
      const [a, b] = [values(rank * inFeatures, inA), values(outFeatures * rank, inB)];
      const gradients = [{ a: values(a.length, inA), b: values(b.length, inB) }];
      const sizes = Object.entries(optimizer.stateOf?.(pair, options) ?? {});
      const state = [Object.fromEntries(sizes.map(([name, size]) => [name, new Float32Array(size)]))];
      const before = [...b];
      for (const step of [1, 2, 3])
        optimizer.updateOnHost?.([{ ...pair, step, a, b }], gradients, state, { options, weightDecay: 0.01 });
      expect([...b]).not.toEqual(before);
      expect([...a].every((value, at) => inA(at) || value === 0)).toBe(true);
      expect([...b].every((value, at) => inB(at) || value === 0)).toBe(true);
    },
  );

  it('gives every step to one link, the longer ones first', () => {
    const links = Array.from({ length: 11 }, (_, index) => chain.stageAt(index + 1, 11, optionsOf({ links: 4 })));
    expect(links.map(({ index }) => index)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3]);
    expect(links.map(({ firstStep }) => firstStep)).toEqual([1, 1, 1, 4, 4, 4, 7, 7, 7, 10, 10]);
    expect(links.map(({ steps }) => steps)).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 2]);
  });

  it('is refused for other methods, with early stop and with fewer steps than links', () => {
    const asked = { procedure: 'chain', links: 5, steps: 4, earlyStopPatience: 2 };
    expect(misfits(asked, loraSpec).map(({ field }) => field)).toEqual([
      'training.earlyStopPatience',
      'training.steps',
    ]);
    expect(misfits({ procedure: 'chain' }, vbloraSpec)).toMatchObject([{ field: 'training.procedure' }]);
  });

  it('is refused for ranks that do not fit links, adapter or start', () => {
    const plan = {
      ...{ steps: 10, trainedTokensPerStep: 100, freeMemoryBytes: 1e9, startsFromAdapter: false },
      pairs: [8, 8].map((rank) => ({ module: 'm', rank, inFeatures: 16, outFeatures: 16 })),
    };
    const refused = (given: object, change: object = {}) =>
      misplanned({ procedure: 'chain', ...given }, { ...plan, ...change }).map(({ message }) => message);
    expect(misfits({ procedure: 'chain', linkRanks: [8, 4] } as object, loraSpec)).toMatchObject([
      { field: 'training.linkRanks', message: expect.stringContaining('each of the 3 links') as string },
    ]);
    expect(refused({ linkRanks: [8, 4, 2], compressRank: 13 })).toEqual([]);
    expect(refused({ linkRanks: [16, 8, 4] })).toEqual([expect.stringContaining('Set the rank to 16')]);
    expect(refused({ linkRanks: [4, 4, 2] })).toEqual([expect.stringContaining('Set the rank to 4')]);
    expect(refused({ compressRank: 24 })).toEqual([expect.stringContaining('rank 24')]);
    expect(refused({ compressRank: 23 })).toEqual([]);
    expect(refused({ linkRanks: [4, 8, 2] }, { startsFromAdapter: true })).toEqual([
      expect.stringContaining('an adapter of rank 8'),
    ]);
    const mixed = [4, 8].map((rank) => ({ module: 'm', rank, inFeatures: 16, outFeatures: 16 }));
    expect(refused({ compressRank: 2 }, { pairs: mixed })).toEqual([expect.stringContaining('has 4, 8')]);
    expect(refused({}, { pairs: mixed })).toEqual([]);
  });
});
