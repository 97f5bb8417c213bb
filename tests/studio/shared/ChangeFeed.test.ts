import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { changeTopics } from '../../../main/contract/changes.ts';
import { ChangeFeed } from '../../../main/studio/shared/ChangeFeed.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

function openFeed() {
  const file = join(temporaryDir(), 'graft.db');
  const [own, other] = [new Database(file), new Database(file)];
  own.pragma('journal_mode = WAL');
  own.exec('CREATE TABLE things (id INTEGER)');
  const feed = new ChangeFeed(own);
  onTestFinished(() => {
    feed.close();
    own.close();
    other.close();
  });
  return { feed, other };
}

describe('ChangeFeed', () => {
  it('hears from the call on: a window that listens first and reads then misses nothing', async () => {
    const { feed } = openFeed();
    const changes = feed.watch();
    feed.announce('runs');
    await new Promise((resolve) => setTimeout(resolve, 150)); // told while nobody asks
    expect((await changes.next()).value).toEqual({ topics: ['runs'] });
  });

  it('tells every watcher, and what is announced together as one change', async () => {
    const { feed } = openFeed();
    const watchers = [feed.watch(), feed.watch()];
    feed.announce('runs', 'adapters');
    feed.announce('runs');
    for (const watcher of watchers) expect((await watcher.next()).value).toEqual({ topics: ['runs', 'adapters'] });
  });

  it('announces everything when another process has written, since SQLite does not say what', async () => {
    const { feed, other } = openFeed();
    const changes = feed.watch();
    other.exec('INSERT INTO things VALUES (1)');
    expect((await changes.next()).value).toEqual({ topics: [...changeTopics] });
  });

  it('ends with its watcher, also where nothing was ever asked for', async () => {
    const { feed } = openFeed();
    const gone = new AbortController();
    const changes = feed.watch(gone.signal);
    gone.abort();
    expect((await changes.next()).done).toBe(true);
  });
});
