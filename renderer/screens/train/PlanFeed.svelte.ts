/**
 * What Start would decide and what it would cost, asked again whenever the form rests for a moment. The last figures
 * stay, marked as stale, until the next are here; an answer to an outdated question is dropped.
 */
import { type GraftError, type Problem, problemOf, saidOf } from '../../../main/contract/errors.ts';
import type { TrainingPlan } from '../../../main/contract/runHistory.ts';
import type { TrainRequest } from '../../../main/contract/trainRequest.ts';
import type { Api } from '../../lib/api.ts';
import { fromWire } from '../../lib/wireErrors.ts';

const restMs = 300;

export class PlanFeed {
  plan: TrainingPlan | undefined = $state.raw();
  problems: readonly Problem[] = $state.raw([]);
  /** Of no field. */
  error: GraftError | undefined = $state.raw();
  /** The figures are those of an earlier question. */
  isStale = $state(false);
  readonly #api: Api;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;
  #request: TrainRequest | null = null;

  constructor(api: Api) {
    this.#api = api;
  }

  /** null: not enough is known to ask. */
  ask(request: TrainRequest | null): void {
    this.stop();
    this.#request = request;
    if (request === null) {
      this.plan = undefined;
      this.#settle([], undefined);
      return;
    }
    this.isStale = true;
    this.#timer = setTimeout(() => void this.#ask(request), restMs);
  }

  /** After the counting of tokens was cancelled. */
  again(): void {
    this.#settle([], undefined);
    this.ask(this.#request);
  }

  /** What Start refused is shown where the form shows its problems. */
  refuse(thrown: unknown): void {
    const error = fromWire(thrown);
    const problems =
      error.data.problems ?? (error.data.field === undefined ? [] : [problemOf(error.data.field, saidOf(error))]);
    this.#settle(problems, problems.length > 0 ? undefined : error);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  async #ask(request: TrainRequest): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const plan = await this.#api.runs.plan(request, { signal: asking.signal });
      if (asking.signal.aborted) return;
      this.plan = plan;
      this.#settle([], undefined);
      this.isStale = false;
    } catch (error) {
      if (!asking.signal.aborted) this.refuse(error);
    }
  }

  #settle(problems: readonly Problem[], error: GraftError | undefined): void {
    this.problems = problems;
    this.error = error;
    this.isStale = this.plan !== undefined;
  }
}
