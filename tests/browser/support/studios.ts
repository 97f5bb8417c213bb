/**
 * The studios that screens are looked at in, each a real command on a data folder of its own, started when first asked
 * for.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { type SeededStudio, seedStudio, writeUnnamedColumns } from './seedStudio.ts';
import { startStudio, type StudioProcess } from './studioProcess.ts';

/**
 * `new`: never opened; `empty`: the guide was left and nothing is there; `full`: seeded; `live`: seeded, and it trains.
 */
export type StudioKind = 'new' | 'empty' | 'full' | 'live';

export interface LookedAt extends SeededStudio {
  /** A CSV whose columns have to be mapped by hand. */
  readonly unnamedColumns: string;
}

export interface RunningStudio {
  readonly process: StudioProcess;
  readonly seeded: LookedAt;
}

export class Studios {
  readonly #running = new Map<StudioKind, Promise<RunningStudio>>();
  readonly #folders: string[] = [];

  get(kind: StudioKind): Promise<RunningStudio> {
    const running = this.#running.get(kind) ?? this.#start(kind);
    this.#running.set(kind, running);
    return running;
  }

  async end(): Promise<void> {
    const running = await Promise.allSettled(this.#running.values());
    for (const each of running) if (each.status === 'fulfilled') await each.value.process.stop();
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }

  async #start(kind: StudioKind): Promise<RunningStudio> {
    const folder = mkdtempSync(join(tmpdir(), 'graft-looked-at-'));
    this.#folders.push(folder);
    const home = join(folder, 'graft');
    const seeded = await fill(kind, home);
    return { process: await startStudio(home), seeded: { ...seeded, unnamedColumns: writeUnnamedColumns(folder) } };
  }
}

async function fill(kind: StudioKind, home: string): Promise<SeededStudio> {
  if (kind === 'full') return seedStudio(home);
  if (kind === 'live') return seedStudio(home, { runs: 14, adapters: 20, queue: true });
  if (kind === 'empty') {
    const studio = await openStudio({ home });
    studio.preferences.update({ firstRunDone: true });
    await studio.close();
  }
  return nothing;
}

const nothing: SeededStudio = {
  ...{ projectId: '', modelId: '' },
  datasetIds: { pirate: '', facts: '', support: '', glossary: '', letters: '' },
  runIds: { succeeded: '', long: '', failed: '', interrupted: '', cancelled: '', live: '', queued: '', others: [] },
  adapterIds: { ofRun: '', loadable: '', others: [] },
  chatIds: { branches: '', compared: '', code: '', japanese: '', failed: '' },
};
