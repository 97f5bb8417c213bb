/** The tiny Llama's layers, and the adapters that PEFT 0.21 saved for it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { llamaFamily } from '../../../main/contract/families/llama.ts';
import { readPeftFolder } from '../../../main/formats/peftFolder.ts';
import type { PeftFolder } from '../../../main/formats/peftFolder.ts';
import { fixturePath } from '../../support/fixtures.ts';

export const peftFixtures = [
  'vera_r8_all_saved',
  'vera_r8_all_key42_noproj',
  'vblora_full',
  'vblora_topk2_u8',
  'vblora_topk3_i16',
  'lora_r4_a8',
  'lora_r4_a8_rslora',
] as const;

const configFile = path.join(fixturePath('tiny_llama_base'), 'config.json');

export const tinyShape = llamaFamily.parseConfig(JSON.parse(readFileSync(configFile, 'utf8')), configFile);
export const tinyLinears = tinyShape.linears;

export function readFixture(name: (typeof peftFixtures)[number]): PeftFolder {
  return readPeftFolder(fixturePath(name));
}

/** The folder with other configuration fields or tensors; a tensor of undefined is left out. */
export function altered(
  folder: PeftFolder,
  config: Readonly<Record<string, unknown>>,
  tensors: Readonly<
    Record<string, PeftFolder['tensors'] extends ReadonlyMap<string, infer T> ? T | undefined : never>
  > = {},
): PeftFolder {
  const all = new Map(folder.tensors);
  for (const [key, tensor] of Object.entries(tensors)) {
    if (tensor) all.set(key, tensor);
    else all.delete(key);
  }
  return { dir: folder.dir, config: { ...folder.config, ...config }, tensors: all };
}
