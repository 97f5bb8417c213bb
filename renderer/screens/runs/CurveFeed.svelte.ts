/**
 * The curves of one run as far as a chart shows them. News of a live run make it read again, at most twice a second and not
 * while the chart shows an earlier stretch; another range, width or smoothing is read at once, and what it outdates is dropped.
 */
import { GraftError } from '../../../main/contract/errors.ts';
import type { CurveMetric, RunCurves } from '../../../main/contract/runHistory.ts';
import type { StepRange } from '../../components/chart/zoomRange.ts';
import type { Api } from '../../lib/api.ts';

export interface CurveQuestion {
  readonly runId: string;
  readonly metrics: readonly CurveMetric[];
  /** null: every step. */
  readonly range: StepRange | null;
  /** Pixels of the widest chart. */
  readonly widthPx: number;
  readonly smoothing: number;
}

const pauseMs = 500;
const widthGrain = 100; // so that dragging a window's edge does not ask at every pixel
const [fewestPoints, mostPoints] = [200, 4000];

export class CurveFeed {
  curves: RunCurves | undefined = $state.raw();
  error: unknown = $state.raw();
  readonly #api: Api;
  readonly #now: () => number;
  #question: CurveQuestion | undefined;
  #reading: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #readAt = -Infinity;
  #newsStep = 0;

  constructor(api: Api, now: () => number = Date.now) {
    this.#api = api;
    this.#now = now;
  }

  ask(question: CurveQuestion): void {
    if (this.#question?.runId !== question.runId) this.curves = undefined;
    this.#question = question;
    this.#reading?.abort();
    this.#reading = undefined;
    void this.#read();
  }

  /** There are steps up to here now. */
  news(lastStep: number): void {
    this.#newsStep = lastStep;
    const range = this.#question?.range ?? null;
    const known = this.curves?.lastStep ?? 0;
    if (lastStep === known || (range !== null && range.to <= known && lastStep > known)) return;
    this.#soon();
  }

  /** Evaluations came, or the connection came back. */
  refresh(): void {
    this.#soon();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#reading?.abort();
    this.#question = undefined;
  }

  #soon(): void {
    if (this.#timer !== undefined || this.#reading !== undefined) return;
    this.#timer = setTimeout(() => void this.#read(), Math.max(0, this.#readAt + pauseMs - this.#now()));
  }

  async #read(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const question = this.#question;
    if (question === undefined) return;
    const reading = new AbortController();
    this.#reading = reading;
    this.#readAt = this.#now();
    try {
      const curves = await this.#api.runs.curves(inputOf(question), { signal: reading.signal });
      if (this.#reading !== reading) return;
      this.curves = curves;
      this.error = undefined;
    } catch (error) {
      if (this.#reading !== reading || (error instanceof GraftError && error.code === 'cancelled')) return;
      this.error = error;
    }
    this.#reading = undefined;
    if (this.curves !== undefined) this.news(Math.max(this.#newsStep, this.curves.lastStep));
  }
}

function inputOf({ runId, metrics, range, widthPx, smoothing }: CurveQuestion) {
  const points = Math.min(mostPoints, Math.max(fewestPoints, Math.ceil(widthPx / widthGrain) * widthGrain));
  return { id: runId, metrics: [...metrics], points, smoothing, ...(range ?? {}) };
}
