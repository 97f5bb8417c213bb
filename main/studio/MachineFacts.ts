/** This machine for the status line: what it is, which backend a run would get now, and how much memory is left. */
import type { MachineDescription, MachineState } from '../contract/machine.ts';
import type { MachineService } from '../contract/services.ts';
import { type BackendWorld, chooseBackend } from './backendChoice.ts';
import { usedMemoryBytes } from './usedMemory.ts';

export class MachineFacts implements MachineService {
  readonly #world: () => BackendWorld;

  constructor(world: () => BackendWorld) {
    this.#world = world;
  }

  describe(): MachineDescription {
    const { platform, cpu, cores, memoryBytes } = this.#world().machine;
    return { platform, cpu, threads: cores, totalMemoryBytes: memoryBytes };
  }

  async state(): Promise<MachineState> {
    const world = this.#world();
    const { backend, device = 'cpu', precision, threads } = chooseBackend({}, world).settings;
    const { freeMemoryBytes, memoryBytes } = world.machine;
    return {
      ...{ backend, device, precision, threads, freeMemoryBytes, totalMemoryBytes: memoryBytes },
      runtimeVersion: backend === 'tensorflow' ? (world.findRuntime(`tensorflow-${device}`)?.version ?? null) : null,
      usedMemoryBytes: await usedMemoryBytes(),
    };
  }
}
