import { createRouterClient } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import type { Studio } from '../../../main/contract/services.ts';
import { forwarding } from '../../../main/hosts/procedures/forwarding.ts';
import type { HostContext } from '../../../main/hosts/procedures/HostContext.ts';
import { router } from '../../../main/hosts/procedures/registry.ts';

type Call = readonly [method: string, ...given: readonly unknown[]];

/** A service that notes its calls and answers nothing but what `answers` says. */
function noting(calls: Call[], answers: Readonly<Record<string, unknown>> = {}): unknown {
  return new Proxy(
    {},
    {
      get:
        (_, method: string) =>
        (...given: readonly unknown[]) => {
          calls.push([method, ...given]);
          return answers[method];
        },
    },
  );
}

describe('handlers that only forward', () => {
  it('give a method what the contract says: nothing, the one field, the id and the rest, or the whole input', async () => {
    const calls: Call[] = [];
    const service = noting(calls);
    const studio = { models: service, conversations: service, tasks: service, datasets: service } as unknown as Studio;
    const client = createRouterClient(router, { context: { studio } as HostContext });
    await client.models.list();
    await client.models.get({ id: 'one' });
    await client.chats.search({ text: ' frogs ' });
    await client.chats.update({ id: 'two', title: 'Frogs' });
    await client.datasets.rows({ id: 'three', offset: 5 });
    await client.chats.vote({ round: 'r', turnId: null, blind: true });
    expect(calls).toEqual([
      ['list'],
      ['get', 'one'],
      ['search', 'frogs'],
      ['update', 'two', { title: 'Frogs' }],
      ['rows', 'three', { offset: 5, limit: 100 }],
      ['vote', { round: 'r', turnId: null, blind: true }],
    ]);
  });

  it('answer null for nothing and pass on what a service gives or throws', async () => {
    const answers = { get: { id: 'task' } };
    const tasks = noting([], answers);
    const cancel = { cancel: () => Promise.reject(new Error('no')) };
    const clientOf = (service: unknown) =>
      createRouterClient(router, { context: { studio: { tasks: service } as Studio } as HostContext });
    expect(await clientOf(tasks).tasks.get({ id: 'task' })).toBe(answers.get);
    expect(await clientOf(tasks).tasks.dismiss({ id: 'task' })).toBeNull();
    await expect(clientOf(cancel).tasks.cancel({ id: 'task' })).rejects.toThrow('no');
  });

  it('are a type error where the service has no such method', () => {
    // @ts-expect-error a stream ends with its caller's signal: `watch` must be written out
    forwarding('tasks', 'tasks', {});
    // @ts-expect-error the machine has none of these
    forwarding('preferences', 'machine', {});
    expect(Object.keys(forwarding('preferences', 'preferences', {}))).toEqual(['get', 'update']);
  });
});
