/** BeamLoRA's pruning and expanding: one event and a whole run of tests/fixtures/procedures/beamlora. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loraSpec } from '../../../main/methods/lora/spec.ts';
import { pruneAndExpand, shareAt, slotsToPrune } from '../../../main/training/callbacks/beam.ts';
import { misfits } from '../../../main/training/registry.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { gateLora } from './gatedLora.ts';
import { expectAdapter, expectCurve, readCurve, runCurve } from './goldenCurve.ts';
import { countingRows, trainingJob } from './trainingJob.ts';
import { adapterBytes, lossesOf, watch } from './watchRun.ts';

interface Moments {
  readonly m: readonly number[];
  readonly v: readonly number[];
}

interface Module {
  readonly A: readonly number[];
  readonly B: readonly number[];
  readonly p: readonly number[];
  readonly stA: Moments;
  readonly stB: Moments;
  readonly stP: Moments;
}

interface Golden {
  readonly theta: number;
  readonly temperature: number;
  readonly before: readonly Module[];
  readonly snapshot: readonly Omit<Module, 'p' | 'stP'>[];
  readonly after: readonly Module[];
  readonly copies_donor_receiver: readonly (readonly (readonly number[])[])[];
  readonly cap_case: {
    readonly gates: readonly (readonly number[])[];
    readonly theta: number;
    readonly masks: readonly (readonly number[])[];
  };
}

interface BeamCurve {
  readonly events: readonly { readonly after_step: number; readonly theta: number; readonly pruned: number }[];
}

const golden = JSON.parse(readFileSync(fixturePath('procedures/beamlora/event.json'), 'utf8')) as Golden;

function vectorsOf(module: Omit<Module, 'p' | 'stP'> & Partial<Module>, index: number): [string, Float32Array][] {
  const { A, B, p, stA, stB, stP } = module;
  const all = [
    ...[[`parameters/a${index}`, A], [`firstMoment/a${index}`, stA.m], [`secondMoment/a${index}`, stA.v]], // prettier-ignore
    ...[[`parameters/b${index}`, B], [`firstMoment/b${index}`, stB.m], [`secondMoment/b${index}`, stB.v]], // prettier-ignore
    ...[[`parameters/p${index}`, p], [`firstMoment/p${index}`, stP?.m], [`secondMoment/p${index}`, stP?.v]], // prettier-ignore
  ] as [string, readonly number[] | undefined][];
  return all.flatMap(([name, values]) => (values ? [[name, Float32Array.from(values)] as [string, Float32Array]] : []));
}

const weightsOf = (gates: readonly (readonly number[])[], temperature: number): number[][] =>
  gates.map((gate) => {
    const powers = gate.map((value) => Math.exp(Math.fround(value) / temperature));
    const total = powers.reduce((sum, power) => sum + power, 0);
    return powers.map((power) => (gate.length * power) / total);
  });

let ungate: (() => void) | undefined;
afterEach(() => {
  vi.restoreAllMocks();
  ungate?.();
  ungate = undefined;
});

describe('BeamLoRA', () => {
  it('prunes and expands as the release does, moments of the copies included', () => {
    const values = new Map(golden.before.flatMap(vectorsOf));
    const tensors = Object.fromEntries(golden.snapshot.flatMap(vectorsOf));
    const pairs = golden.before.map((_, index) => ({
      ...{ module: `m${index}`, a: `a${index}`, b: `b${index}`, scale: 1 },
      gate: { tensor: `p${index}`, temperature: golden.temperature },
    }));
    const copies = pruneAndExpand(
      {
        ...{ step: 6, steps: 24, pairs, moments: ['firstMoment', 'secondMoment'] },
        values: (name, vector = 'parameters') => values.get(`${vector}/${name}`) ?? new Float32Array(),
        kept: { json: null, tensors },
      },
      golden.theta,
    );
    expect(copies).toEqual(golden.copies_donor_receiver);
    for (const [name, expected] of golden.after.flatMap(vectorsOf)) expect(values.get(name), name).toEqual(expected);
  });

  it('takes at most half of a module, the least weighed', () => {
    const { gates, theta, masks } = golden.cap_case;
    const pruned = slotsToPrune(weightsOf(gates, golden.temperature), theta);
    expect(pruned.map((ofModule) => ofModule.map(Number))).toEqual(masks);
  });

  it('keeps a share of the weight that rises to all of it', () => {
    const { events } = readCurve('beamlora') as unknown as BeamCurve;
    const options = { beamPeriod: 6, beamShare: 0.95, beamRise: 24 };
    for (const { after_step: step, theta } of events) expect(shareAt(step, 24, options)).toBeCloseTo(theta, 12);
    expect(shareAt(30, 40, options)).toBe(1);
  });

  it('takes the 24 steps of a run with three events', async () => {
    ungate = gateLora();
    const curve = readCurve('beamlora');
    const beam = { callbacks: ['beam'], beamPeriod: 6, beamShare: 0.95, beamRise: 24 };
    const { steps, result, events } = await runCurve(curve, fixturePath('lora_r4_a8'), beam);
    expectCurve(steps, curve);
    expectAdapter(result.adapterDir, 'beamlora');
    const told = events.flatMap((event) => (event.type === 'mark' ? [event.mark] : []));
    expect(told.map(({ step, said }) => [step, said.parameters.slots])).toEqual(
      (curve as unknown as BeamCurve).events.map(({ after_step: step, pruned }) => [step, pruned]),
    );
  });

  it('resumes alike with a snapshot that waits for its event', async () => {
    ungate = gateLora();
    const rates = { learningRates: { default: 0.02 } };
    const training = { steps: 20, callbacks: ['beam'], beamPeriod: 4, checkpointEvery: 1, ...rates };
    const whole = await watch(await trainingJob(temporaryDir(), countingRows(20), { training }));
    const job = await trainingJob(temporaryDir(), countingRows(20), { training });
    const { result } = await watch(job, { stopAfterStep: 3 });
    expect(result.steps).toBeLessThan(16); // the last event
    const resumed = await watch({ ...job, resumeFrom: join(job.runDir, 'checkpoints', String(result.steps)) });
    expect(lossesOf(resumed.steps)).toEqual(lossesOf(whole.steps));
    expect(adapterBytes(resumed.result.adapterDir)).toBe(adapterBytes(whole.result.adapterDir));
    const marks = [whole, resumed].map(({ events }) => events.filter(({ type }) => type === 'mark'));
    expect(marks[0]).toHaveLength(4);
    expect(marks[1]).toEqual(marks[0]);
  });

  it('is refused without gates, and where it would never act', () => {
    expect(misfits({ callbacks: ['beam'], steps: 40 }, loraSpec)).toMatchObject([{ field: 'training.callbacks' }]);
    const gated = { title: 'Gated', pairs: { kind: 'gated', of: () => [] } } as const;
    expect(misfits({ callbacks: ['beam'], steps: 6 }, gated)).toMatchObject([{ field: 'training.steps' }]);
    expect(misfits({ callbacks: ['beam'], steps: 6, ...{ beamPeriod: 3 } }, gated)).toMatchObject([
      { field: 'training.beamPeriod' },
    ]);
  });
});
