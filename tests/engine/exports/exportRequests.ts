/** Exports as the engine is asked for them, on plain JavaScript. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HeldOutText } from '../../../main/contract/engine.ts';
import type { ExportResult } from '../../../main/contract/exports/exportSpec.ts';
import { getAdapterExport, parseExportOptions } from '../../../main/contract/exports/registry.ts';
import { headShapes } from '../../../main/contract/families/bert.ts';
import type { LoraOptions } from '../../../main/methods/lora/spec.ts';
import { methodSpecs } from '../../../main/methods/registry.ts';
import { getAdapterMethod } from '../../../main/engine/adapters/registry.ts';
import { writeExport } from '../../../main/engine/writeExport.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { writePeftFolder } from '../../../main/formats/peftFolder.ts';
import { backendSettings } from '../../support/backends.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { initAdapter } from '../../support/initAdapter.ts';

export interface Asked {
  readonly modelDir: string;
  readonly adapterDir: string | null;
  readonly to: string;
  readonly options?: object;
  readonly heldOut?: HeldOutText;
  readonly signal?: AbortSignal;
}

export interface Exported extends ExportResult {
  readonly outDir: string;
}

/** Into a folder of its own. */
export async function runExport({
  signal = new AbortController().signal,
  options = {},
  ...asked
}: Asked): Promise<Exported> {
  const outDir = join(temporaryDir(), 'out');
  mkdirSync(outDir);
  const parsed = parseExportOptions(getAdapterExport(asked.to), options);
  const request = {
    ...asked,
    outDir,
    options: parsed,
    settings: backendSettings.cpu,
    baseModel: 'base',
    fileStem: 'it',
    title: 'It',
  };
  return { ...(await writeExport(request, { signal, onEvent: () => undefined })), outDir };
}

/**
 * An adapter of that method on every linear layer of the model, with weights that are all of them something; `labels`:
 * and a head.
 */
export async function madeAdapter(
  modelDir: string,
  method: 'lora' | 'vera',
  options: Partial<LoraOptions> = {},
  labels: readonly string[] = [],
): Promise<string> {
  const { shape } = inspectModel(modelDir);
  let state = 7;
  const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
  const parsed = methodSpecs[method].options.parse({ rank: 3, targets: 'all-linear', ...options });
  const made = await initAdapter(method, { options: parsed, targets: shape.linears, shape, random });
  const weights = shape.encoder ? { ...made, forEncoder: true as const } : made;
  const sizes = labels.length === 0 ? [] : [...headShapes(shape, labels.length, { pooler: false })];
  const tensors = Object.fromEntries(
    sizes.map(([name, size]) => [
      name,
      { shape: size, data: new Float32Array(size.reduce((product, each) => product * each)) },
    ]),
  );
  for (const { data } of Object.values({ ...weights.trained, ...tensors }))
    data.forEach((_, at) => (data[at] = 0.4 * (random() - 0.5)));
  const headed =
    labels.length === 0
      ? weights
      : { ...weights, head: { task: { kind: 'classification' as const, labels }, tensors } };
  const dir = join(temporaryDir(), method);
  await writePeftFolder(dir, getAdapterMethod(method).toPeft(headed, 'base'));
  return dir;
}
