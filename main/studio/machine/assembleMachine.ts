import type { RuntimeService } from '../../contract/services.ts';
import type { BackendWorld } from './backendChoice.ts';
import { Doctor, type DoctorSetup } from './Doctor.ts';
import { makeEngineHost } from './engines.ts';
import { keepTest } from './keptTests.ts';
import { MachineFacts } from './MachineFacts.ts';
import { createRuntimeService } from './runtimes.ts';

export interface MachineNeeds extends Omit<DoctorSetup, 'makeHost' | 'keep'> {
  readonly world: () => BackendWorld;
  /** A runtime was installed or removed. */
  readonly onChange: () => void;
}

/** The wing's services. */
export function assembleMachine({ cacheDir, world, onChange, ...doctor }: MachineNeeds): {
  readonly machine: MachineFacts;
  readonly doctor: Doctor;
  readonly runtimes: RuntimeService;
} {
  return {
    machine: new MachineFacts(world),
    doctor: new Doctor({
      ...{ ...doctor, cacheDir, world, makeHost: () => makeEngineHost('chat') },
      keep: (place, version, result) => keepTest(cacheDir, place, version, result),
    }),
    runtimes: createRuntimeService({ cacheDir, machine: () => world().machine, onChange }),
  };
}
