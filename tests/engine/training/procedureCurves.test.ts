/**
 * Curves of optimizers, callbacks and procedures (tests/fixtures/procedures) on TensorFlow and WebAssembly, each of
 * them stopped and resumed at its middle as well: for `npm run proof`. `npm test` takes the curve of LoRA-RITE on
 * TensorFlow; the others on WebAssembly stand beside the steps of their optimizers.
 */
import { afterEach, expect, it } from 'vitest';
import { readPeftFolder } from '../../../main/formats/peftFolder.ts';
import { tensorflowMissing } from '../../support/backends.ts';
import { breadth, expectWithin, isProof } from '../../support/breadth.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { describeWith } from '../../support/requirements.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { giveLinks, withZeroB, type GivenLinks } from './colaLinks.ts';
import { folded, gatedFolder } from './gatedLora.ts';
import { allowedLoss, curveJob, expectAdapter, expectLora, readCurve } from './goldenCurve.ts';
import { expectResumedAlike, withMiddle } from './stoppedAtMiddle.ts';
import { watch } from './watchRun.ts';

const beam = { callbacks: ['beam'], beamPeriod: 6, beamShare: 0.95, beamRise: 24 };

const trainings: Readonly<Record<string, object>> = {
  lora_adamw: {},
  lora_plus: { optimizer: 'lora-plus', loraPlusRatio: 16 },
  lora_fa: { optimizer: 'lora-fa' },
  lora_rite: { optimizer: 'lora-rite' },
  lora_pro_light: { optimizer: 'lora-pro' },
  lora_pro_full: { optimizer: 'lora-pro', loraProForm: 'full' },
  beamlora: beam,
  beamlora_released: { ...beam, beamMoments: false },
  cola: { procedure: 'chain', links: 3 },
};

let links: GivenLinks | undefined;
afterEach(() => links?.restore());

const startOf = async (name: string): Promise<string> => {
  if (name === 'cola') return withZeroB();
  const lora = fixturePath('lora_r4_a8');
  return name.startsWith('beamlora') ? gatedFolder(lora, temporaryDir()) : lora;
};

for (const backend of ['tensorflow', 'wasm'] as const) {
  const isEnough = (name: string): boolean => backend === 'tensorflow' && name === 'lora_rite';
  const names = breadth(Object.keys(trainings), isEnough);
  const reason = backend === 'tensorflow' ? tensorflowMissing : null;
  if (names.length === 0) continue;
  describeWith({ reason }, `curves of optimizers and procedures on ${backend}`, () => {
    it.each(names)('%s', async (name) => {
      const curve = readCurve(name);
      const method = name.startsWith('beamlora') ? 'beamlora' : 'lora';
      const job = withMiddle(await curveJob(curve, await startOf(name), { ...trainings[name] }, method));
      const { training } = job;
      const arm = (from: number): void => {
        links?.restore();
        if (name !== 'cola') return;
        links = giveLinks();
        links.link = 1 + Math.max(0, Math.ceil(from / (training.steps / 3)) - 1);
      };
      arm(0);
      const whole = await watch(job, { backend });
      const losses = whole.steps.map(({ loss }, index) => Math.abs(loss - curve.steps[index].loss));
      const [of, where] = ['loss of 24 steps, the reference (absolute)', `${name}, ${backend}`];
      expectWithin({ of, where, difference: Math.max(...losses), tolerance: allowedLoss(curve) });
      if (name === 'beamlora') expectLora(folded(whole.result.adapterDir), name);
      else if (name.startsWith('beam')) expect(readPeftFolder(whole.result.adapterDir).tensors.size).toBeGreaterThan(0);
      else expectAdapter(whole.result.adapterDir, name);
      if (isProof) await expectResumedAlike(job, whole, { backend, where, arm });
    });
  });
}
