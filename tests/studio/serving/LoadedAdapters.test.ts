/** Which adapters an engine process has in memory; the process is a stand-in that drops when the test says so. */
import { expect, it } from 'vitest';
import type { EngineHost } from '../../../main/engineHost/EngineHost.ts';
import { LoadedAdapters } from '../../../main/studio/serving/LoadedAdapters.ts';

it('loads an adapter again that is asked for while it is dropped (an answer without its adapter)', async () => {
  const dropping = Promise.withResolvers<void>();
  const dropAsked = Promise.withResolvers<void>();
  const asked: string[] = [];
  const request = async (name: string, { key }: { readonly key: string }): Promise<unknown> => {
    asked.push(`${name} ${key}`);
    if (name !== 'dropAdapter') return { bytes: 10 };
    dropAsked.resolve();
    return dropping.promise;
  };
  const contents = { key: async ({ id }: { readonly id: string }) => id };
  const loaded = new LoadedAdapters({ request: request as unknown as EngineHost['request'] }, contents, 15);
  const load = async (id: string): Promise<void> => loaded.use({ id, dir: id }, async () => undefined);
  await load('a');
  const second = load('b');
  await dropAsked.promise;
  const again = load('a');
  dropping.resolve();
  await Promise.all([second, again]);
  expect(asked.slice(0, 4)).toEqual(['serveAdapter a', 'serveAdapter b', 'dropAdapter a', 'serveAdapter a']);
});
