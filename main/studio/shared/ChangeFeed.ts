/**
 * Tells windows what to read again. Services announce what they wrote; what another process wrote shows in SQLite's
 * data_version alone, which says that something changed but not what, so then everything is announced.
 */
import type { Database } from 'better-sqlite3';
import { type Change, type ChangeTopic, changeTopics } from '../../contract/changes.ts';
import type { ChangeService } from '../../contract/services.ts';
import { EventQueue } from './eventQueue.ts';

const gatherMs = 100;
const pollMs = 500;

export class ChangeFeed implements ChangeService {
  readonly #database: Database;
  readonly #queues = new Set<EventQueue<Change>>();
  readonly #waiting = new Set<ChangeTopic>();
  #timer: NodeJS.Timeout | undefined;
  #poll: NodeJS.Timeout | undefined;
  #dataVersion: number;

  constructor(database: Database) {
    this.#database = database;
    this.#dataVersion = this.#readDataVersion();
  }

  /** Announcements within a tenth of a second go out as one. */
  announce(...topics: readonly ChangeTopic[]): void {
    for (const topic of topics) this.#waiting.add(topic);
    this.#timer ??= setTimeout(() => this.#tell(), gatherMs);
  }

  /** Hears from the call on, not only from the first item that is asked for: a window reads everything in between. */
  watch(signal?: AbortSignal): AsyncGenerator<Change> {
    const queue = new EventQueue<Change>(signal);
    this.#queues.add(queue);
    this.#poll ??= setInterval(() => this.#lookForOthers(), pollMs);
    // also where nothing was ever asked for
    signal?.addEventListener('abort', () => this.#forget(queue), { once: true });
    return this.#drain(queue);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#stopPolling();
    for (const queue of this.#queues) queue.end();
  }

  async *#drain(queue: EventQueue<Change>): AsyncGenerator<Change> {
    try {
      yield* queue;
    } finally {
      this.#forget(queue);
    }
  }

  #forget(queue: EventQueue<Change>): void {
    this.#queues.delete(queue);
    if (this.#queues.size === 0) this.#stopPolling();
  }

  #tell(): void {
    this.#timer = undefined;
    const change = { topics: [...this.#waiting] };
    this.#waiting.clear();
    for (const queue of this.#queues) queue.push(change);
  }

  #lookForOthers(): void {
    const dataVersion = this.#readDataVersion();
    if (dataVersion === this.#dataVersion) return;
    this.#dataVersion = dataVersion;
    this.announce(...changeTopics);
  }

  #readDataVersion(): number {
    return Number(this.#database.pragma('data_version', { simple: true }));
  }

  #stopPolling(): void {
    clearInterval(this.#poll);
    this.#poll = undefined;
  }
}
