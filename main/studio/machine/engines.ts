/** The engine processes of a studio: where their entry is, and the short jobs that need one only for a moment. */
import type { Model } from '../../contract/entities.ts';
import type { EngineRequests, InspectedAdapter } from '../../contract/engine.ts';
import type { ExportResult } from '../../contract/exports/exportSpec.ts';
import type { CallOptions } from '../../contract/progress.ts';
import { type EnginePurpose, type EngineSpawner, processSpawner } from '../../engineHost/engineChild.ts';
import { EngineHost } from '../../engineHost/EngineHost.ts';
import { programFile } from '../../processes/programFile.ts';
import { type BackendWorld, chooseBackend } from './backendChoice.ts';

/** Not imported: this file is the program of another process. */
const engineEntry = programFile('../../engine/process', import.meta.url);

/** No process yet: it starts with the first request. Close it when done. */
export function makeEngineHost(purpose: EnginePurpose, spawn: EngineSpawner = processSpawner(engineEntry)): EngineHost {
  return new EngineHost({ purpose, spawn });
}

/** Reads an adapter folder against a model. */
export async function inspectAdapter(adapterDir: string, model: Model): Promise<InspectedAdapter> {
  return withEngine((host) => host.request('inspectAdapter', { adapterDir, modelDir: model.dir }));
}

/** What the engine is asked for. */
export type WeightsRequest = Omit<EngineRequests['writeExport'][0], 'settings' | 'modelDir'> & {
  readonly model: Model;
};

/** Writes weights for other programs and compares them with the original. */
export async function writeWeights(
  request: WeightsRequest,
  options: CallOptions,
  world: BackendWorld,
): Promise<ExportResult> {
  const { model, ...rest } = request;
  // Parity is a statement about the files: float32, so that rounding of the base does not blur it.
  const { settings } = chooseBackend({ precision: 'float32' }, world);
  const onEvent = ({ update }: EngineRequests['writeExport'][1]): void => options.onProgress?.(update);
  return withEngine((host) =>
    host.request(
      'writeExport',
      { ...rest, settings, modelDir: model.dir },
      { onEvent, ...(options.signal && { signal: options.signal }) },
    ),
  );
}

/** In a process of its own, which ends with the work. */
export async function withEngine<T>(
  work: (host: EngineHost) => Promise<T>,
  purpose: EnginePurpose = 'chat',
): Promise<T> {
  const host = makeEngineHost(purpose);
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}
