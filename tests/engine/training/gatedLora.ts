/** A LoRA's folder as BeamLoRA's, whose gate is open: it does the same, and can be trained on. */
import { join } from 'node:path';
import { getAdapterMethod, readAdapter } from '../../../main/engine/adapters/registry.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { readPeftFolder, writePeftFolder, type PeftFolder } from '../../../main/formats/peftFolder.ts';
import { beamloraOptionsSchema } from '../../../main/methods/beamlora/spec.ts';
import type { LoraOptions } from '../../../main/methods/lora/spec.ts';
import { fixturePath } from '../../support/fixtures.ts';

const base = 'tiny_llama_base';
const { shape } = inspectModel(fixturePath(base));

/** Writes it below `dir`, and gives where. */
export async function gatedFolder(loraDir: string, dir: string): Promise<string> {
  const { options, targets, trained, ...rest } = readAdapter(readPeftFolder(loraDir), shape);
  const { rank, alpha } = options as LoraOptions;
  const tensors = targets.flatMap(({ name }) => [
    [`${name}.beamlora_A`, trained[`${name}.lora_A.weight`]] as const,
    [`${name}.beamlora_B`, trained[`${name}.lora_B.weight`]] as const,
    [`${name}.beamlora_gate`, { group: 'gate', shape: [rank], data: new Float32Array(rank) }] as const,
  ]);
  const gated = { ...rest, methodId: 'beamlora', options: beamloraOptionsSchema.parse({ rank, alpha }) };
  const out = join(dir, 'gated');
  const weights = { ...gated, targets, trained: Object.fromEntries(tensors) };
  await writePeftFolder(out, getAdapterMethod('beamlora').toPeft(weights, base));
  return out;
}

/** What is in a folder of BeamLoRA as plain LoRA, as PEFT would read it. */
export function folded(gatedDir: string): PeftFolder {
  const weights = readAdapter(readPeftFolder(gatedDir), shape);
  return getAdapterMethod('lora').toPeft(getAdapterMethod('beamlora').toLora(weights), base);
}
