/**
 * Work done one at a time, fairly: parties take turns, each with its own work in order, so that a chat that asked for
 * four long answers does not keep another waiting for all of them. Work for idle times runs when nobody waits.
 */
export type Work = () => Promise<void>;

export class FairTurns {
  /** In the order in which the parties come next. */
  readonly #waiting = new Map<string, Work[]>();
  #whenIdle: Work | undefined;
  #running: Promise<void> | undefined;

  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** `work` settles by itself: it must not reject. */
  add(party: string, work: Work): void {
    const queue = this.#waiting.get(party);
    if (queue === undefined) this.#waiting.set(party, [work]);
    else queue.push(work);
    this.#running ??= this.#run();
  }

  /** Replaces what waited for an idle time before; that never runs. */
  addWhenIdle(work: Work): void {
    this.#whenIdle = work;
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // What is added in the same breath takes part in the first choice.
    await Promise.resolve();
    for (let work = this.#take(); work !== undefined; work = this.#take()) await work();
    this.#running = undefined;
  }

  #take(): Work | undefined {
    const [next] = this.#waiting;
    if (next === undefined) {
      const idle = this.#whenIdle;
      this.#whenIdle = undefined;
      return idle;
    }
    const [party, [work, ...rest]] = next;
    this.#waiting.delete(party);
    if (rest.length > 0) this.#waiting.set(party, rest);
    return work;
  }
}
