/** This machine for the status line: what it is, which backend a run would get now, and how much memory Graft holds. */
import { getBackendSpec } from '../../backends/registry.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineDescription, MachineState } from '../../contract/machine.ts';
import type { MachineService } from '../../contract/services.ts';
import { type BackendWorld, chooseBackend } from './backendChoice.ts';
import { usedMemoryBytes } from './usedMemory.ts';

const lookEveryMs = 5_000;
/** What an idle process drifts by is no news. */
const noticedShare = 0.03;

export class MachineFacts implements MachineService {
  readonly #world: () => BackendWorld;
  readonly #usedMemory: () => Promise<number>;
  readonly #lookEveryMs: number;

  constructor(world: () => BackendWorld, { usedMemory = usedMemoryBytes, lookMs = lookEveryMs } = {}) {
    this.#world = world;
    this.#usedMemory = usedMemory;
    this.#lookEveryMs = lookMs;
  }

  describe(): MachineDescription {
    const { platform, cpu, cores, memoryBytes } = this.#world().machine;
    return { platform, cpu, threads: cores, totalMemoryBytes: memoryBytes };
  }

  /** Looks for itself, so that no window has to ask: an open one that nothing happens in stays silent. */
  async *watch(signal?: AbortSignal): AsyncGenerator<MachineState> {
    let told: MachineState | undefined;
    for (;;) {
      const state = await this.#state();
      if (told === undefined || isNews(state, told)) {
        told = state;
        yield state;
      }
      try {
        await sleep(this.#lookEveryMs, undefined, { signal });
      } catch {
        return; // aborted: nobody watches any more
      }
    }
  }

  async #state(): Promise<MachineState> {
    const world = this.#world();
    const { backend, device = 'cpu', precision, threads } = chooseBackend({}, world).settings;
    const places = getBackendSpec(backend).places;
    const runtime = places.find((place) => place.device === undefined || place.device === device)?.runtime;
    return {
      ...{ backend, device, precision, threads },
      runtimeVersion: (runtime && world.findRuntime(runtime)?.version) ?? null,
      usedMemoryBytes: await this.#usedMemory(),
    };
  }
}

function isNews(state: MachineState, told: MachineState): boolean {
  const moved = Math.abs(state.usedMemoryBytes - told.usedMemoryBytes);
  const names = ['backend', 'device', 'precision', 'threads', 'runtimeVersion'] as const;
  return moved > noticedShare * told.usedMemoryBytes || names.some((name) => state[name] !== told[name]);
}
