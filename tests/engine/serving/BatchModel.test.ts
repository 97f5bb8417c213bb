/** Functions of a served model: a server that runs for weeks meets ever new mixtures of adapters. */
import { expect, it } from 'vitest';
import type { Backend } from '../../../main/engine/backends/backend.ts';
import { openBackend } from '../../../main/engine/backends/registry.ts';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { BatchModel } from '../../../main/engine/serving/BatchModel.ts';
import { backendSettings } from '../../support/backends.ts';
import { tinyLlamaDir } from '../../support/tinyModel.ts';

it('keeps the functions used last and disposes the others (memory that only grows)', async () => {
  const opened = await openBackend(backendSettings.cpu);
  let alive = 0;
  const compile: Backend['compile'] = (...given) => {
    const compiled = opened.compile(...given);
    alive++;
    const dispose = (): void => {
      alive--;
      compiled.dispose();
    };
    return Object.assign((inputs: Parameters<typeof compiled>[0]) => compiled(inputs), { dispose });
  };
  const backend = Object.create(opened, { compile: { value: compile } }) as Backend;
  const shared = new BatchModel(backend, loadModel(opened, tinyLlamaDir), 64, { exactJoins: false });
  const others = alive;
  const joined = shared.adapters.join([null]);
  const first = shared.decodeFor({ ...joined, signature: 'first' });
  for (let i = 0; i < 100; i++) {
    shared.decodeFor({ ...joined, signature: `mixture ${i}` });
    expect(shared.decodeFor({ ...joined, signature: 'first' })).toBe(first);
  }
  expect(alive - others).toBe(48);
  joined.dispose();
  shared.dispose();
  expect(alive).toBe(0);
});
