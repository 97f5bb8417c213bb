/** A chain of LoRA: its curve, its knots and its sum against tests/fixtures/procedures/cola; what it is refused for. */
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { getAdapterMethod } from '../../../main/engine/adapters/registry.ts';
import { readPeftFolder, writePeftFolder } from '../../../main/formats/peftFolder.ts';
import { openSafetensors } from '../../../main/formats/safetensors.ts';
import { loraSpec } from '../../../main/methods/lora/spec.ts';
import { vbloraSpec } from '../../../main/methods/vblora/spec.ts';
import { chain } from '../../../main/training/procedures/chain.ts';
import { misfits } from '../../../main/training/registry.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { expectAdapter, expectCurve, readCurve, runCurve } from './goldenCurve.ts';

/** That of the fixtures with every B at zero. */
async function withZeroB(dir: string): Promise<string> {
  const folder = readPeftFolder(fixturePath('lora_r4_a8'));
  for (const [name, { data }] of folder.tensors) if (name.includes('lora_B')) data.fill(0);
  await writePeftFolder(dir, folder);
  return dir;
}

afterEach(() => vi.restoreAllMocks());

describe('a chain of LoRA', () => {
  it('takes the 24 steps of three links, and its adapter is their sum', async () => {
    const curve = readCurve('cola');
    const file = openSafetensors(fixturePath('procedures/cola/link_init.safetensors'));
    const lora = getAdapterMethod('lora');
    const init = lora.init.bind(lora);
    let link = 1;
    vi.spyOn(lora, 'init').mockImplementation(async (context) => {
      const weights = await init(context);
      link += 1;
      const given = Object.entries(weights.trained).map(([name, tensor]) => {
        const key = [...file.tensors.keys()].find((each) => each.includes(`link${link}`) && each.includes(name));
        return [name, key === undefined ? tensor : { ...tensor, data: file.readFloat32(key) }] as const;
      });
      return { ...weights, trained: Object.fromEntries(given) };
    });
    const start = await withZeroB(join(temporaryDir(), 'start'));
    const { steps, result, events } = await runCurve(curve, start, { procedure: 'chain', links: 3 });
    file.close();
    expect(link).toBe(3);
    expectCurve(steps, curve);
    expectAdapter(result.adapterDir, 'cola');
    expect(events.filter(({ type }) => type === 'mark')).toMatchObject([
      { mark: { step: 8, part: 'chain', said: { text: 'link 2 of 3 begins' } } },
      { mark: { step: 16, part: 'chain', said: { text: 'link 3 of 3 begins' } } },
    ]);
  });

  it('gives every step to one link, the longer ones first', () => {
    const links = Array.from({ length: 11 }, (_, index) => chain.stageAt(index + 1, 11, { links: 4 }));
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
});
