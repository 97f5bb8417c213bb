import { describe, expect, it } from 'vitest';
import type { Page } from '../../../main/contract/library.ts';
import { PagedRows } from '../../../renderer/lib/PagedRows.svelte.ts';

interface Row {
  readonly name: string;
}

/** A studio whose answers a test lets through one by one. */
class SlowList {
  total = 1000;
  readonly asked: string[] = [];
  readonly #waiting: { readonly key: string; readonly answer: (error?: Error) => void }[] = [];

  readonly read = (query: string, { offset, limit }: { offset: number; limit: number }): Promise<Page<Row>> => {
    const key = `${query}@${offset}`;
    this.asked.push(key);
    return new Promise((resolve, reject) => {
      const count = Math.max(0, Math.min(limit, this.total - offset));
      const items = Array.from({ length: count }, (_, index) => ({ name: `${query} ${offset + index}` }));
      const page = { items, total: this.total };
      this.#waiting.push({ key, answer: (error) => (error === undefined ? resolve(page) : reject(error)) });
    });
  };

  async answer(key: string, error?: Error): Promise<void> {
    const index = this.#waiting.findIndex((call) => call.key === key);
    expect(index, `${key} was asked`).toBeGreaterThanOrEqual(0);
    this.#waiting.splice(index, 1)[0]?.answer(error);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

function start(): { readonly list: SlowList; readonly rows: PagedRows<string, Row, Page<Row>> } {
  const list = new SlowList();
  return { list, rows: new PagedRows<string, Row, Page<Row>>({ read: list.read, pageSize: 100 }) };
}

describe('PagedRows', () => {
  it('knows no total before the first answer, so that no screen says 0', async () => {
    const { list, rows } = start();
    void rows.setQuery('all');
    expect(rows.total).toBeUndefined();
    await list.answer('all@0');
    expect(rows.total).toBe(1000);
    expect(rows.rowAt(3)).toEqual({ name: 'all 3' });
    expect(rows.rowAt(100)).toBeUndefined();
  });

  it('reads the pages in view, each once', async () => {
    const { list, rows } = start();
    void rows.setQuery('all');
    await list.answer('all@0');
    void rows.want(190, 210);
    void rows.want(195, 215);
    expect(list.asked).toEqual(['all@0', 'all@100', 'all@200']);
    await list.answer('all@200');
    await list.answer('all@100');
    expect(rows.rowAt(199)).toEqual({ name: 'all 199' });
    expect(rows.rowAt(200)).toEqual({ name: 'all 200' });
  });

  it('keeps the old rows until the new query has answered: typing must not empty the list', async () => {
    const { list, rows } = start();
    void rows.setQuery('v');
    await list.answer('v@0');
    list.total = 7;
    void rows.setQuery('vo');
    expect(rows.rowAt(0)).toEqual({ name: 'v 0' });
    expect(rows.total).toBe(1000);
    // The list box still shows the old rows and asks for them: nothing of the new query may be mixed in.
    void rows.want(500, 520);
    expect(list.asked).toEqual(['v@0', 'vo@0']);
    await list.answer('vo@0');
    expect(rows.total).toBe(7);
    expect(rows.rowAt(0)).toEqual({ name: 'vo 0' });
    expect(rows.rowAt(500)).toBeUndefined();
  });

  it('ignores the answer to a query that was typed over, even when it comes last', async () => {
    const { list, rows } = start();
    void rows.setQuery('a');
    void rows.setQuery('ab');
    await list.answer('ab@0');
    await list.answer('a@0');
    expect(rows.rowAt(0)).toEqual({ name: 'ab 0' });
  });

  it('drops a page that was asked before a change and answered after it', async () => {
    const { list, rows } = start();
    void rows.setQuery('all');
    await list.answer('all@0');
    void rows.want(300, 310);
    list.total = 301;
    void rows.reload();
    await list.answer('all@300'); // the old one
    expect(rows.rowAt(300)).toBeUndefined();
    await list.answer('all@300');
    expect(rows.total).toBe(301);
    expect(rows.rowAt(300)).toEqual({ name: 'all 300' });
    expect(rows.rowAt(301)).toBeUndefined();
  });

  it('reads again what is in view when told so, and only that', async () => {
    const { list, rows } = start();
    void rows.setQuery('all');
    await list.answer('all@0');
    void rows.want(250, 260);
    await list.answer('all@200');
    list.asked.length = 0;
    void rows.reload();
    expect(list.asked).toEqual(['all@200']);
    expect(rows.rowAt(250)).toEqual({ name: 'all 250' }); // until the answer is there
    await list.answer('all@200');
    expect(rows.rowAt(250)).toEqual({ name: 'all 250' });
  });

  it('gives rows that nobody has scrolled to: a range is chosen whole', async () => {
    const { list, rows } = start();
    void rows.setQuery('all');
    await list.answer('all@0');
    const range = rows.rows(95, 205);
    await list.answer('all@100');
    await list.answer('all@200');
    await expect(range).resolves.toHaveLength(110);
  });

  it('tells an error and recovers with the next reload', async () => {
    const { list, rows } = start();
    void rows.setQuery('all');
    await list.answer('all@0', new Error('busy'));
    expect(rows.error).toBeInstanceOf(Error);
    void rows.reload();
    await list.answer('all@0');
    expect(rows.error).toBeUndefined();
    expect(rows.total).toBe(1000);
  });
});
