import { describe, expect, it, vi } from 'vitest';
import { engineProtocolVersion } from '../../main/contract/engine.ts';
import { GraftError } from '../../main/contract/errors.ts';
import { verbatim } from '../../main/contract/words/words.ts';
import { serveRequests } from '../../main/engine/serveRequests.ts';
import { type ClientHooks, EngineClient } from '../../main/engineHost/engineClient.ts';
import { portPair } from './portPair.ts';
import { behaviours, convertRequest, generateRequest, testHandlers } from './testHandlers.ts';

function connect(generation = 1, hooks: Partial<ClientHooks> = {}) {
  const [studio, engine] = portPair();
  const onBroken = vi.fn();
  const client = new EngineClient(studio, generation, { onOverdue: vi.fn(), onBroken, ...hooks });
  serveRequests(engine, { generation: 1, handlers: testHandlers, onBroken: vi.fn() });
  return { client, engine, onBroken };
}

describe('engine protocol over an in-memory pair of ports', () => {
  it('streams events in order before the result', async () => {
    const { client } = connect();
    const seen: number[] = [];
    await client.ready;
    const result = await client.request('generate', generateRequest(0, 8, 9), {
      onEvent: (event) => seen.push(event.id),
    });
    expect(seen).toEqual([0, 8, 9]);
    expect(result.ids).toEqual([0, 8, 9]);
  });

  it('keeps answers of concurrent requests apart', async () => {
    const { client } = connect();
    const answers = await Promise.all([1, 2, 3].map((n) => client.request('generate', generateRequest(0, n))));
    expect(answers.map((answer) => answer.ids[1])).toEqual([1, 2, 3]);
  });

  it('carries a typed error with its data across the clone', async () => {
    const { client } = connect();
    await expect(client.request('generate', generateRequest(behaviours.graftError))).rejects.toMatchObject({
      code: 'nonFinite',
      data: { step: 7 },
    });
  });

  it('reports a bug in a handler as internal with its stack instead of hanging', async () => {
    const { client } = connect();
    const failure = await client.request('generate', generateRequest(behaviours.bug)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(GraftError);
    expect(failure).toMatchObject({ code: 'internal', message: 'a bug' });
    expect((failure as GraftError).data.stack).toContain('testHandlers');
  });

  it('lets a cancelled request wind up and deliver what it has', async () => {
    const { client } = connect();
    const controller = new AbortController();
    const running = client.request('generate', generateRequest(behaviours.waitForCancel, 5), {
      signal: controller.signal,
      onEvent: () => controller.abort(),
    });
    await expect(running).resolves.toMatchObject({ finish: 'cancelled', ids: [behaviours.waitForCancel, 5] });
  });

  it('holds back what rests while it is paused, and nothing else; a cancel is heard there', async () => {
    const { client } = connect();
    const ended: string[] = [];
    const cancel = new AbortController();
    client.setPaused(true);
    const held = client.request('convertBase', convertRequest).then(() => ended.push('held'));
    const given = client.request('convertBase', convertRequest, { signal: cancel.signal });
    await client.request('generate', generateRequest(0));
    cancel.abort();
    await expect(given).rejects.toMatchObject({ code: 'cancelled' });
    expect(ended).toEqual([]);
    client.setPaused(false);
    await held;
  });

  it('asks for the process to be ended when a cancelled request does not wind up', async () => {
    const overdue = Promise.withResolvers<GraftError>();
    const { client } = connect(1, { onOverdue: overdue.resolve });
    const signal = AbortSignal.timeout(1);
    void client.request('generate', generateRequest(behaviours.ignoreCancel), { signal, cancelDeadlineMs: 1 });
    expect((await overdue.promise).code).toBe('interrupted');
  });

  it('never sends a request whose signal is already aborted', async () => {
    const { client } = connect();
    await expect(client.request('generate', generateRequest(0), { signal: AbortSignal.abort() })).rejects.toMatchObject(
      {
        code: 'cancelled',
      },
    );
  });

  it('answers everything pending, and later requests, when the process is gone', async () => {
    const { client } = connect();
    const pending = [3, 3].map((behaviour) => client.request('generate', generateRequest(behaviour)));
    client.fail(new GraftError('engineCrashed', verbatim('gone')));
    for (const one of pending) await expect(one).rejects.toMatchObject({ code: 'engineCrashed' });
    await expect(client.request('generate', generateRequest(0))).rejects.toThrow('gone');
  });

  it('drops frames of another generation', async () => {
    const { client, engine } = connect(2);
    const running = client.request('generate', generateRequest(0));
    engine.post({ version: engineProtocolVersion, generation: 1, kind: 'result', id: 1, result: 'stale' });
    engine.post({ version: engineProtocolVersion, generation: 2, kind: 'result', id: 1, result: 'fresh' });
    await expect(running).resolves.toBe('fresh');
  });

  it.each([
    ['no frame', 'hello'],
    ['another protocol version', { version: engineProtocolVersion + 1, generation: 1, kind: 'hello', pid: 1 }],
    ['an unknown kind', { version: engineProtocolVersion, generation: 1, kind: 'gossip' }],
  ])('reports %s instead of trusting it', async (_, frame) => {
    const { engine, onBroken } = connect();
    engine.post(frame as never);
    await vi.waitFor(() => expect(onBroken).toHaveBeenCalledOnce());
    expect(onBroken.mock.calls[0]?.[0]).toMatchObject({ code: 'engineCrashed' });
  });
});
