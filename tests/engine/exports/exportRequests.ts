/** Exports as the engine is asked for them, on plain JavaScript. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ExportResult } from '../../../main/contract/exports/exportSpec.ts';
import { getAdapterExport, parseExportOptions } from '../../../main/contract/exports/registry.ts';
import type { LoraOptions } from '../../../main/contract/methods/lora.ts';
import { methodSpecs } from '../../../main/contract/methods/registry.ts';
import { getAdapterMethod } from '../../../main/engine/adapters/registry.ts';
import { writeExport } from '../../../main/engine/writeExport.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { writePeftFolder } from '../../../main/formats/peftFolder.ts';
import { backendSettings } from '../../support/backends.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

export interface Asked {
  readonly modelDir: string;
  readonly adapterDir: string | null;
  readonly to: string;
  readonly options?: object;
  readonly signal?: AbortSignal;
}

export interface Exported extends ExportResult {
  readonly outDir: string;
}

/** Into a folder of its own. */
export async function runExport({ signal = new AbortController().signal, options = {}, ...asked }: Asked): Promise<Exported> {
  const outDir = join(temporaryDir(), 'out');
  mkdirSync(outDir);
  const parsed = parseExportOptions(getAdapterExport(asked.to), options);
  const request = { ...asked, outDir, options: parsed, settings: backendSettings.cpu, baseModel: 'base', fileStem: 'it', title: 'It' };
  return { ...(await writeExport(request, { signal, onEvent: () => undefined })), outDir };
}

/** An adapter of that method on every linear layer of the model, with weights that are all of them something. */
export async function madeAdapter(modelDir: string, method: 'lora' | 'vera', options: Partial<LoraOptions> = {}): Promise<string> {
  const { linears } = inspectModel(modelDir).shape;
  let state = 7;
  const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
  const parsed = methodSpecs[method].options.parse({ rank: 3, targets: 'all-linear', ...options });
  const weights = getAdapterMethod(method).init(parsed, linears, random);
  for (const { data } of Object.values(weights.trained)) data.forEach((_, at) => (data[at] = 0.4 * (random() - 0.5)));
  const dir = join(temporaryDir(), method);
  await writePeftFolder(dir, getAdapterMethod(method).toPeft(weights, 'base'));
  return dir;
}
