/**
 * Long work as something that can be listed, watched and cancelled from any window. Tasks live as long as the studio;
 * ended ones are kept until they are dismissed or there are too many.
 */
import { GraftError, toGraftError } from '../../contract/errors.ts';
import type { ChangeService, TaskService } from '../../contract/services.ts';
import type { CallOptions } from '../../contract/progress.ts';
import type { Task, TaskKind, TaskTicket } from '../../contract/tasks.ts';
import { newId } from '../../database/ids.ts';
import { EventQueue } from './eventQueue.ts';
import { taskWords } from '../../contract/words/tasks.ts';
import type { Said } from '../../contract/words/words.ts';

const mostEndedTasks = 50;
const tellEveryMs = 250;

interface Entry {
  task: Task;
  toldAtMs: number;
  readonly abort: AbortController;
  readonly watchers: Set<EventQueue<Task>>;
  /** Settles with the work; never rejects. */
  ended: Promise<void>;
}

export class Tasks implements TaskService {
  readonly #entries = new Map<string, Entry>();
  readonly #changes: Pick<ChangeService, 'announce'>;

  constructor(changes: Pick<ChangeService, 'announce'>) {
    this.#changes = changes;
  }

  start<Result>(
    { kind, subject }: { readonly kind: TaskKind; readonly subject: string | Said },
    work: (options: Required<CallOptions>) => Promise<Result>,
  ): TaskTicket<Result> {
    const abort = new AbortController();
    const task: Task = {
      ...{ id: newId(), kind, subject, state: 'running', startedAt: Date.now() },
      ...{ progress: null, result: null, error: null, finishedAt: null, heard: false },
    };
    const entry: Entry = { task, abort, toldAtMs: 0, watchers: new Set(), ended: Promise.resolve() };
    this.#entries.set(task.id, entry);
    this.#forgetOldest();
    entry.ended = this.#follow(entry, work);
    this.#changes.announce('tasks');
    return { taskId: task.id };
  }

  list(): readonly Task[] {
    return [...this.#entries.values()].map(({ task }) => task);
  }

  get(id: string): Task {
    return this.#get(id).task;
  }

  async *watch(
    id: string,
    { signal, waits = false }: { readonly signal?: AbortSignal | undefined; readonly waits?: boolean } = {},
  ): AsyncGenerator<Task> {
    const entry = this.#get(id);
    const queue = new EventQueue<Task>(signal);
    queue.push(entry.task);
    if (entry.task.state === 'running') entry.watchers.add(queue);
    else queue.end();
    try {
      for await (const task of queue) {
        yield task;
        if (waits && task.state !== 'running') this.#hear(entry);
      }
    } finally {
      entry.watchers.delete(queue);
    }
  }

  cancel(id: string): void {
    this.#get(id).abort.abort();
  }

  dismiss(id: string): void {
    if (this.#entries.get(id)?.task.state === 'running') {
      throw new GraftError('conflict', taskWords.stillRunning(), { field: 'id', remedy: taskWords.cancelFirst() });
    }
    if (this.#entries.delete(id)) this.#changes.announce('tasks');
  }

  /** Cancels what runs and waits for its end. */
  async close(): Promise<void> {
    for (const { abort } of this.#entries.values()) abort.abort();
    await Promise.all([...this.#entries.values()].map(({ ended }) => ended));
  }

  async #follow<Result>(entry: Entry, work: (options: Required<CallOptions>) => Promise<Result>): Promise<void> {
    const { signal } = entry.abort;
    try {
      const result = await work({
        signal,
        onProgress: (progress) => this.#progress(entry, { ...entry.task, progress }),
      });
      this.#tell(entry, { ...entry.task, state: 'succeeded', result, finishedAt: Date.now() });
    } catch (thrown) {
      const error = toGraftError(thrown);
      const state = error.code === 'cancelled' || signal.aborted ? 'cancelled' : 'failed';
      this.#tell(entry, { ...entry.task, state, error: error.toJSON(), finishedAt: Date.now() });
    }
    for (const watcher of entry.watchers) watcher.end();
    this.#changes.announce('tasks');
  }

  #hear(entry: Entry): void {
    if (entry.task.heard) return;
    entry.task = { ...entry.task, heard: true };
    if (entry.task.state === 'failed') this.#changes.announce('tasks');
  }

  /** A progress that comes too soon after the last is kept for whoever asks, and not told. */
  #progress(entry: Entry, task: Task): void {
    const nowMs = performance.now();
    if (nowMs - entry.toldAtMs < tellEveryMs) {
      entry.task = task;
      return;
    }
    entry.toldAtMs = nowMs;
    this.#tell(entry, task);
  }

  #tell(entry: Entry, task: Task): void {
    entry.task = task;
    for (const watcher of entry.watchers) watcher.push(task);
  }

  #get(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry !== undefined) return entry;
    throw new GraftError('notFound', taskWords.notKnown(), { field: 'id', remedy: taskWords.lookAtResult() });
  }

  #forgetOldest(): void {
    const ended = [...this.#entries.values()].filter(({ task }) => task.state !== 'running');
    for (const { task } of ended.slice(0, Math.max(0, ended.length - mostEndedTasks))) this.#entries.delete(task.id);
  }
}
