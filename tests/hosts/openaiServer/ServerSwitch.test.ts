/** The switch while studios end under it: nothing is left that listens or waits. The engine's part is a stand-in. */
import { expect, it } from 'vitest';
import type { ServingService } from '../../../main/contract/serving.ts';
import { ServerSwitch } from '../../../main/hosts/openaiServer/ServerSwitch.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';

const request = { model: 'tiny', adapters: [], apiKey: null };
const served = { name: 'tiny', ownName: 'tiny', base: null, adapterId: null, createdAt: 0 };

async function* nothing(): AsyncGenerator<never> {
  // no window watches
}

/** Loads when `loading` resolves, and answers until it is told to end. */
function switchOver(loading: Promise<void> = Promise.resolve()) {
  const asked = Promise.withResolvers<void>();
  const serving: ServingService = {
    start: async () => loading.then(() => ({ device: 'none', loadMs: 0, contextLength: 8 })),
    stop: async () => Promise.resolve(),
    models: () => [served],
    fingerprint: () => '',
    leftAside: () => [],
    memory: () => null,
    prefixBytes: () => null,
    model: () => served,
    complete: async (_, __, signal) => {
      asked.resolve();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return { finish: 'stop', promptTokens: 1, cachedTokens: 0, completionTokens: 0 };
    },
  };
  const changes = { announce: () => undefined, watch: nothing };
  return { server: new ServerSwitch(() => ({ serving, changes })), asked: asked.promise };
}

it('can be switched on again after the studio ended while it was being switched off (a stop that never ended)', async () => {
  const { server, asked } = switchOver();
  const { address } = await server.start(request);
  const answer = fetch(`${String(address)}/completions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'tiny', prompt: 'a' }),
  }).then(async (response) => response.status);
  await asked;
  const stopping = server.stop();
  await server.close();
  expect(await stopping).toMatchObject({ state: 'off', address: null });
  expect(await answer.catch(() => 503)).toBe(503);
  expect((await server.start(request)).state).toBe('on');
  await server.close();
});

it('keeps no port that it got after the studio had ended (a server over a closed studio)', async () => {
  const loading = Promise.withResolvers<void>();
  const { server } = switchOver(loading.promise);
  const starting = graftErrorOfAsync(async () => server.start(request));
  await server.close();
  loading.resolve();
  expect((await starting).code).toBe('cancelled');
  expect(server.status()).toMatchObject({ state: 'failed', address: null });
});
