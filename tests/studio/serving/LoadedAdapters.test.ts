/** Turns, memory and faults of the adapters of one engine process, a stand-in that answers as the test says. */
import { describe, expect, it } from 'vitest';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import type { EngineHost } from '../../../main/engineHost/EngineHost.ts';
import { LoadedAdapters } from '../../../main/studio/serving/LoadedAdapters.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';

interface Engine {
  /** In order, `serve a` or `drop a`. */
  readonly asked: string[];
  /** What a request waits for, by its line in `asked`. */
  readonly holds: Map<string, Promise<unknown>>;
  readonly loaded: LoadedAdapters;
  alive: boolean;
}

interface Given {
  readonly budgetBytes?: number;
  readonly rows?: number;
  readonly pins?: readonly string[];
  readonly prefetches?: boolean;
}

function engine({ budgetBytes = 100, rows = 2, pins = [], prefetches = true }: Given = {}): Engine {
  const asked: string[] = [];
  const holds = new Map<string, Promise<unknown>>();
  const request = async (name: string, { key }: { readonly key: string }): Promise<unknown> => {
    const line = `${name === 'dropAdapter' ? 'drop' : 'serve'} ${key}`;
    asked.push(line);
    await holds.get(line);
    return { bytes: 10 };
  };
  const made: Engine = {
    asked,
    holds,
    alive: true,
    loaded: new LoadedAdapters({
      host: { request: request as unknown as EngineHost['request'] },
      contents: { key: async ({ id, dir }) => (id === dir ? id : `${id}@${dir}`) },
      bytesOf: ({ name }) => Number(name),
      isAlive: () => made.alive,
      ...{ budgetBytes, rows, prefetches, pins: new Set(pins) },
    }),
  };
  return made;
}

const adapter = (id: string, bytes = 10, dir = id) => ({ id, dir, name: String(bytes) });

/** An answer that lasts until it is told to end; `key` resolves when its turn has come. */
function answer({ loaded }: Engine, of: ReturnType<typeof adapter> | null, signal?: AbortSignal) {
  const begun = Promise.withResolvers<string | null>();
  const ending = Promise.withResolvers<undefined>();
  const work = async (key: string | null): Promise<string> => {
    begun.resolve(key);
    await ending.promise;
    return 'answered';
  };
  const done = loaded.use(of, work, signal);
  done.catch(begun.reject);
  begun.promise.catch(() => undefined);
  return { key: begun.promise, end: async () => (ending.resolve(undefined), done), done };
}

const settled = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('an engine with few rows', () => {
  it('answers in the order of asking, as many at once as it has rows', async () => {
    const studio = engine({ rows: 2 });
    const answers = ['a', 'b', 'c'].map((id) => answer(studio, adapter(id)));
    expect(await Promise.all(answers.slice(0, 2).map(async ({ key }) => key))).toEqual(['a', 'b']);
    let begun = false;
    void answers[2].key.then(() => (begun = true));
    await settled();
    expect(begun).toBe(false);
    await answers[1].end();
    expect(await answers[2].key).toBe('c');
    await Promise.all([answers[0].end(), answers[2].end()]);
  });

  it('loads what waits while others are answered, so that its turn finds it there', async () => {
    const studio = engine({ rows: 1 });
    const [first, second] = ['a', 'b'].map((id) => answer(studio, adapter(id)));
    await first.key;
    await settled();
    expect(studio.asked).toEqual(['serve a', 'serve b']);
    await first.end();
    await second.end();
    expect(studio.loaded.memory).toMatchObject({ loads: 1, prefetches: 1, hits: 1 });
  });

  it('loads nothing ahead where it is told not to', async () => {
    const studio = engine({ rows: 1, prefetches: false });
    const [first, second] = ['a', 'b'].map((id) => answer(studio, adapter(id)));
    await first.key;
    await settled();
    expect(studio.asked).toEqual(['serve a']);
    await first.end();
    await second.end();
    expect(studio.asked).toEqual(['serve a', 'serve b']);
  });

  it('gives a turn to the base too, and takes one back that is given up', async () => {
    const studio = engine({ rows: 1 });
    const base = answer(studio, null);
    expect(await base.key).toBeNull();
    const gone = new AbortController();
    const [left, last] = [answer(studio, adapter('a'), gone.signal), answer(studio, adapter('b'))];
    await settled();
    gone.abort();
    expect(await left.done).toBeUndefined();
    await base.end();
    expect(await last.key).toBe('b');
    await last.end();
  });
});

describe('adapters that a person pins', () => {
  it('stay whatever else is asked for, until they are edited', async () => {
    const studio = engine({ budgetBytes: 20, pins: ['a'] });
    await studio.loaded.pin([adapter('a')]);
    for (const id of ['b', 'c']) await answer(studio, adapter(id)).end();
    expect(studio.asked).toEqual(['serve a', 'serve b', 'drop b', 'serve c']);
    await answer(studio, adapter('a', 10, 'edited')).end();
    expect(studio.asked.slice(4)).toEqual(['drop a', 'serve a@edited']);
    expect(studio.loaded.memory).toMatchObject({ pinned: ['a'], usedBytes: 20 });
  });

  it('are refused beyond the budget, and so is what has no room beside them (it would wait for ever)', async () => {
    const studio = engine({ budgetBytes: 20, pins: ['a', 'b'] });
    const error = await graftErrorOfAsync(async () => studio.loaded.pin([adapter('a', 15), adapter('b', 6)]));
    expect(error).toMatchObject({ code: 'outOfMemory', data: { field: 'pins' } });
    expect(studio.asked).toEqual([]);
    await studio.loaded.pin([adapter('a', 15)]);
    const beside = await graftErrorOfAsync(async () => answer(studio, adapter('c', 6)).done);
    expect(beside).toMatchObject({ code: 'outOfMemory', data: { field: 'adapter' } });
    await answer(studio, adapter('c', 5)).end();
  });
});

describe('memory for few adapters', () => {
  it('sends the longest unused away before the next is loaded', async () => {
    const studio = engine({ budgetBytes: 20 });
    for (const id of ['a', 'b', 'a', 'c']) await answer(studio, adapter(id)).end();
    expect(studio.asked).toEqual(['serve a', 'serve b', 'drop b', 'serve c']);
    expect(studio.loaded.memory).toMatchObject({ usedBytes: 20, peakBytes: 20, resident: 2, evictions: 1 });
  });

  it('lets wait what does not fit beside adapters that answer, and says once that it waits', async () => {
    const studio = engine({ budgetBytes: 20, rows: 3 });
    const [a, b, c] = ['a', 'b', 'c'].map((id) => answer(studio, adapter(id)));
    await Promise.all([a.key, b.key]);
    const more = answer(studio, null);
    await settled();
    expect(studio.asked).toEqual(['serve a', 'serve b']);
    await a.end();
    expect(await c.key).toBe('c');
    expect(studio.asked).toEqual(['serve a', 'serve b', 'drop a', 'serve c']);
    expect(studio.loaded.memory).toMatchObject({ waits: 1, peakBytes: 20 });
    await Promise.all([b, c, more].map(async ({ end }) => end()));
  });

  it('refuses one that is larger than all of it, with both sizes', async () => {
    const error = await graftErrorOfAsync(async () => answer(engine(), adapter('a', 2e6)).end());
    expect(error).toMatchObject({ code: 'outOfMemory', data: { field: 'adapter' } });
    expect(error.message).toContain('2 MB');
  });

  it('loads an adapter again that is asked for while it is dropped (an answer without its adapter)', async () => {
    const studio = engine({ budgetBytes: 15, rows: 1 });
    const dropping = Promise.withResolvers<undefined>();
    studio.holds.set('drop a', dropping.promise);
    await answer(studio, adapter('a')).end();
    const second = answer(studio, adapter('b'));
    await settled();
    const again = answer(studio, adapter('a'));
    await settled();
    dropping.resolve(undefined);
    await second.end();
    await again.end();
    expect(studio.asked).toEqual(['serve a', 'drop a', 'serve b', 'drop b', 'serve a']);
  });

  it('keeps what an answer began with, and sends away what an adapter held before it was edited', async () => {
    const studio = engine();
    const old = answer(studio, adapter('a', 10, 'first'));
    await old.key;
    const edited = answer(studio, adapter('a', 10, 'second'));
    await edited.key;
    expect(studio.asked).toEqual(['serve a@first', 'serve a@second']);
    await Promise.all([old.end(), edited.end()]);
    await answer(studio, adapter('a', 10, 'second')).end();
    await answer(studio, adapter('a', 10, 'third')).end();
    expect(studio.asked.slice(2)).toEqual(['drop a@first', 'drop a@second', 'serve a@third']);
  });
});

describe('faults', () => {
  it('loads one adapter once for all that ask for it', async () => {
    const studio = engine({ rows: 3 });
    const answers = [0, 1, 2].map(() => answer(studio, adapter('a')));
    await Promise.all(answers.map(async ({ end }) => end()));
    expect(studio.asked).toEqual(['serve a']);
  });

  it('a broken file fails its own requests and no others, and the next request tries again', async () => {
    const studio = engine({ rows: 3 });
    studio.holds.set('serve broken', Promise.reject(new GraftError('integrity', verbatim('torn'))));
    const answers = [adapter('broken'), adapter('broken'), adapter('whole')].map((of) => answer(studio, of));
    const ends = await Promise.allSettled(answers.map(async ({ end }) => end()));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(studio.loaded.memory).toMatchObject({ usedBytes: 10, resident: 1 });
    studio.holds.clear();
    await answer(studio, adapter('broken')).end();
    expect(studio.asked.filter((line) => line === 'serve broken')).toHaveLength(2);
  });

  it('whoever waits for an engine that has ended hears of it and asks the next one', async () => {
    const studio = engine({ rows: 1 });
    const first = answer(studio, adapter('a'));
    const second = answer(studio, adapter('b'));
    await first.key;
    studio.alive = false;
    await first.end();
    expect(await second.done).toBeUndefined();
  });
});
