/** The engine processes of a studio: where their entry is, and the short jobs that need one only for a moment. */
import type { Model } from '../contract/entities.ts';
import type { InspectedAdapter } from '../contract/engine.ts';
import { GraftError } from '../contract/errors.ts';
import { type EnginePurpose, type EngineSpawner, processSpawner } from '../engineHost/engineChild.ts';
import { EngineHost } from '../engineHost/EngineHost.ts';
import { programFile } from '../processes/programFile.ts';
import type { ExportRequest, ExportResult } from './adapters.ts';
import { type BackendWorld, chooseBackend } from './backendChoice.ts';

/** Not imported: this file is the program of another process. */
const engineEntry = programFile('../engine/process', import.meta.url);

export function makeEngineHost(purpose: EnginePurpose, spawn: EngineSpawner = processSpawner(engineEntry)): EngineHost {
  return new EngineHost({ purpose, spawn });
}

/** Reads an adapter folder against a model. */
export async function inspectAdapter(adapterDir: string, model: Model): Promise<InspectedAdapter> {
  return withEngine((host) => host.request('inspectAdapter', { adapterDir, modelDir: model.dir }));
}

/** Converts an adapter and compares the logits of both. */
export async function exportThroughEngine(
  { adapter, to, outDir, options }: ExportRequest,
  model: Model | undefined,
  world: BackendWorld,
): Promise<ExportResult> {
  if (model === undefined) {
    throw new GraftError('conflict', `The base model of ${adapter.name} is not known, and converting needs it.`, {
      field: 'model',
      remedy: 'Import the adapter again and name its base model.',
    });
  }
  // Parity is a statement about the files: float32, so that rounding of the base does not blur it.
  const { settings } = chooseBackend({ precision: 'float32' }, world);
  const request = { settings, modelDir: model.dir, adapterDir: adapter.dir, to, outDir, baseModel: model.name };
  return withEngine((host) => host.request('exportAdapter', request, { signal: options.signal }));
}

async function withEngine<T>(work: (host: EngineHost) => Promise<T>): Promise<T> {
  const host = makeEngineHost('chat');
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}
