/** What the curve of a chain (tests/fixtures/procedures/cola) starts each of its links from. */
import { join } from 'node:path';
import { vi } from 'vitest';
import { getAdapterMethod } from '../../../main/engine/adapters/registry.ts';
import { readPeftFolder, writePeftFolder } from '../../../main/formats/peftFolder.ts';
import { openSafetensors } from '../../../main/formats/safetensors.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

/** The adapter of the fixtures with every B at zero: where it is written. */
export async function withZeroB(): Promise<string> {
  const folder = readPeftFolder(fixturePath('lora_r4_a8'));
  for (const [name, { data }] of folder.tensors) if (name.includes('lora_B')) data.fill(0);
  const dir = join(temporaryDir(), 'start');
  await writePeftFolder(dir, folder);
  return dir;
}

export interface GivenLinks {
  /** The link that was begun last, from 1; set it where a run goes on from. */
  link: number;
  restore(): void;
}

const lora = getAdapterMethod('lora');
const init = lora.init.bind(lora);

/** A of the links after the first as the reference drew them, in the place of Graft's own draws. */
export function giveLinks(): GivenLinks {
  const given = { link: 1, restore: () => spy.mockRestore() };
  const spy = vi.spyOn(lora, 'init').mockImplementation(async (context) => {
    const weights = await init(context);
    given.link += 1;
    const file = openSafetensors(fixturePath('procedures/cola/link_init.safetensors'));
    const trained = Object.entries(weights.trained).map(([name, tensor]) => {
      const key = [...file.tensors.keys()].find((each) => each.includes(`link${given.link}`) && each.includes(name));
      return [name, key === undefined ? tensor : { ...tensor, data: file.readFloat32(key) }] as const;
    });
    file.close();
    return { ...weights, trained: Object.fromEntries(trained) };
  });
  return given;
}
