import { describe, expect, it, vi } from 'vitest';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import { Connection, type Wire } from '../../../renderer/lib/Connection.svelte.ts';
import { follow } from '../../../renderer/lib/follow.ts';

/** Wires that a test cuts by hand. */
class Line {
  readonly cuts: ((why: 'lost' | 'refused') => void)[] = [];
  isDown = false;
  call: Wire['link']['call'] = async () => null;

  readonly open = async (): Promise<Wire | 'refused'> => {
    if (this.isDown) throw new Error('down');
    const closed = new Promise<'lost' | 'refused'>((resolve) => this.cuts.push(resolve));
    const call: Wire['link']['call'] = async (path, input, options) => this.call(path, input, options);
    return { link: { call }, closed };
  };
}

describe('Connection', () => {
  it('keeps a call made before the wire is there, instead of failing it', async () => {
    const line = new Line();
    line.call = async (path) => path.join('.');
    const connection = new Connection(line.open);
    await expect(connection.api.projects.list()).resolves.toBe('projects.list');
  });

  it('fails what was under way when the wire went down, and serves the next call on a new wire', async () => {
    const line = new Line();
    line.call = async () => new Promise(() => undefined);
    const connection = new Connection(line.open);
    const call = connection.api.projects.list();
    await vi.waitFor(() => expect(connection.state).toBe('open'));
    line.cuts[0]?.('lost');
    await expect(call).rejects.toMatchObject({ code: 'network' });
    line.call = async () => 'again';
    await expect(connection.api.projects.list()).resolves.toBe('again');
    expect(connection.generation).toBe(2);
  });

  it('tells a wire of an abort while it is up, and not once it is down: a closed socket throws', async () => {
    const line = new Line();
    const signals: (AbortSignal | undefined)[] = [];
    line.call = async (_path, _input, { signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const connection = new Connection(line.open);
    const [early, late] = [new AbortController(), new AbortController()];
    const calls = [early, late].map(async ({ signal }) => connection.api.projects.list(undefined, { signal }));
    calls.forEach((call) => void call.catch(() => undefined));
    await vi.waitFor(() => expect(signals).toHaveLength(2));
    early.abort();
    line.cuts[0]?.('lost');
    await expect(calls[1]).rejects.toMatchObject({ code: 'network' });
    late.abort();
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, false]);
  });

  it('says that the connection is lost while it tries again', async () => {
    const line = new Line();
    const connection = new Connection(line.open);
    await vi.waitFor(() => expect(connection.state).toBe('open'));
    line.isDown = true;
    line.cuts[0]?.('lost');
    await vi.waitFor(() => expect(connection.state).toBe('lost'));
    line.isDown = false;
    connection.retry();
    await vi.waitFor(() => expect(connection.state).toBe('open'));
  });

  it('gives up when it is refused: a wrong cookie does not get better', async () => {
    const connection = new Connection(async () => 'refused');
    await vi.waitFor(() => expect(connection.state).toBe('refused'));
    await expect(connection.api.projects.list()).rejects.toBeInstanceOf(GraftError);
  });
});

describe('follow', () => {
  it('opens the stream again after a lost connection, from where the caller is', async () => {
    const seen: number[] = [];
    let opened = 0;
    const open = async (): Promise<AsyncIterable<number>> => numbersFrom(seen.length, opened++ === 0 ? 2 : 4);
    await follow(open, (item) => seen.push(item), new AbortController().signal);
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(opened).toBe(2);
  });

  it('hands any other error on', async () => {
    const open = async (): Promise<AsyncIterable<number>> => {
      throw new GraftError('notFound', verbatim('gone'));
    };
    await expect(follow(open, () => undefined, new AbortController().signal)).rejects.toMatchObject({
      code: 'notFound',
    });
  });
});

/** Loses the connection before `limit` unless it is 4. */
async function* numbersFrom(from: number, limit: number): AsyncGenerator<number> {
  for (let number = from; number < limit; number++) yield number;
  if (limit < 4) throw new GraftError('network', verbatim('lost'));
}
