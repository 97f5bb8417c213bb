/**
 * Long work of the studio as this window sees it: all running tasks, and a promise for those that this window started.
 */
import { GraftError } from '../../main/contract/errors.ts';
import { commonWords } from '../../main/contract/words/common.ts';
import type { Task, TaskTicket } from '../../main/contract/tasks.ts';
import type { Api } from '../lib/api.ts';
import { follow } from '../lib/follow.ts';

export class TaskState {
  /** Newest last; those running are followed live. */
  tasks: readonly Task[] = $state.raw([]);
  readonly #api: Api;
  readonly #followed = new Set<string>();
  readonly #awaited = new Set<string>();

  constructor(api: Api) {
    this.#api = api;
  }

  get running(): readonly Task[] {
    return this.tasks.filter(({ state }) => state === 'running');
  }

  /** Ended with an error, and no window waited for it and shows that in its own place. */
  get failed(): readonly Task[] {
    return this.tasks.filter(({ id, state, heard }) => state === 'failed' && !heard && !this.#awaited.has(id));
  }

  async load(): Promise<void> {
    this.tasks = await this.#api.tasks.list();
    for (const { id, state } of this.tasks) if (state === 'running') void this.#follow(id);
  }

  /** Starts and waits. Throws the task's GraftError; `cancelled` when it was cancelled. */
  async run<Result>(start: Promise<TaskTicket<Result>>, onUpdate?: (task: Task) => void): Promise<Result> {
    const { taskId } = await start;
    this.#awaited.add(taskId);
    const task = await this.#follow(taskId, { onUpdate, waits: true });
    if (task.state === 'succeeded') return task.result as Result;
    throw task.error === null ? new GraftError('cancelled', commonWords.cancelled()) : GraftError.fromJson(task.error);
  }

  async cancel(id: string): Promise<void> {
    await this.#api.tasks.cancel({ id });
  }

  async dismiss(id: string): Promise<void> {
    this.tasks = this.tasks.filter((task) => task.id !== id);
    await this.#api.tasks.dismiss({ id });
  }

  /** One that is waited for is followed once more, so that the studio knows of it. */
  async #follow(
    id: string,
    {
      onUpdate,
      waits = false,
    }: { readonly onUpdate?: ((task: Task) => void) | undefined; readonly waits?: boolean } = {},
  ): Promise<Task> {
    let last: Task | undefined;
    if (!waits && this.#followed.has(id)) return this.#api.tasks.get({ id });
    this.#followed.add(id);
    const take = (task: Task): void => {
      last = task;
      this.#put(task);
      onUpdate?.(task);
    };
    await follow(
      async (signal) => this.#api.tasks.watch({ id, waits }, { signal }),
      take,
      new AbortController().signal,
    );
    this.#followed.delete(id);
    return last ?? this.#api.tasks.get({ id });
  }

  #put(task: Task): void {
    const known = this.tasks.some(({ id }) => id === task.id);
    this.tasks = known ? this.tasks.map((other) => (other.id === task.id ? task : other)) : [...this.tasks, task];
  }
}
