/**
 * What a run has written, and its news while it is open. The number of the last line is the cursor of a lost
 * connection.
 */
import type { RunDetails, RunLogLine, RunNews } from '../../../main/contract/runHistory.ts';
import type { Api } from '../../lib/api.ts';
import { follow } from '../../lib/follow.ts';

export interface LivePace {
  readonly lastStep: number;
  readonly loss: number | null;
  readonly tokensPerSecond: number | null;
}

export class RunFollower {
  /** Of `lines`, which itself is not watched: it may hold many thousands. */
  count = $state(0);
  pace: LivePace | null = $state.raw(null);
  readonly lines: RunLogLine[] = [];
  readonly #api: Api;
  readonly #runId: string;
  readonly #onRun: (run: RunDetails) => void;

  constructor(api: Api, runId: string, onRun: (run: RunDetails) => void) {
    this.#api = api;
    this.#runId = runId;
    this.#onRun = onRun;
  }

  /** Until the run has ended or `signal` aborts; call it again when the run is resumed. */
  async follow(signal: AbortSignal): Promise<void> {
    this.#add(await this.#api.runs.log({ id: this.#runId, after: this.#last }, { signal }));
    const open = async (inner: AbortSignal) =>
      this.#api.runs.watch({ id: this.#runId, afterLog: this.#last }, { signal: inner });
    await follow(open, (news) => this.#take(news), signal);
    this.pace = null;
  }

  get #last(): number {
    return this.lines.at(-1)?.sequence ?? 0;
  }

  #take(news: RunNews): void {
    if (news.type === 'run') this.#onRun(news.run);
    else if (news.type === 'steps')
      this.pace = { lastStep: news.lastStep, loss: news.loss, tokensPerSecond: news.tokensPerSecond };
    else this.#add([news.line]);
  }

  #add(lines: readonly RunLogLine[]): void {
    for (const line of lines) if (line.sequence > this.#last) this.lines.push(line);
    this.count = this.lines.length;
  }
}
