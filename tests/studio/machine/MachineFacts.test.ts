import { expect, it } from 'vitest';
import { MachineFacts } from '../../../main/studio/machine/MachineFacts.ts';
import type { BackendWorld } from '../../../main/studio/machine/backendChoice.ts';

const machine = {
  ...{ platform: 'linux-x64', cpu: 'test', cores: 2, memoryBytes: 8e9, freeMemoryBytes: 4e9 },
  ...{ hasBf16: false, nvidiaGpu: null },
};
const world: BackendWorld = { machine, findRuntime: () => undefined };

it('tells of memory when it has moved noticeably, and of nothing while a process only drifts', async () => {
  const used = [200e6, 201e6, 199e6, 203e6, 260e6, 260e6, 120e6];
  const stop = new AbortController();
  const facts = new MachineFacts(() => world, {
    usedMemory: async () => {
      const next = used.shift();
      if (next === undefined) stop.abort();
      return next ?? 120e6;
    },
    lookMs: 1,
  });
  const told: number[] = [];
  for await (const { usedMemoryBytes } of facts.watch(stop.signal)) told.push(usedMemoryBytes);
  expect(told).toEqual([200e6, 260e6, 120e6]);
});
