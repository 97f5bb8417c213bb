/**
 * The curves of one run as far as a chart shows them. News of a live run make it read again, at most twice a second and
 * not while the chart shows an earlier stretch; another range, width or smoothing is read at once, and what it outdates
 * is dropped.
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

export interface CurveNews {
  readonly lastStep: number;
  /** How many there are. */
  readonly evaluations: number;
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
  #news: CurveNews = { lastStep: 0, evaluations: 0 };
  /** The news that the last reading came after: a run whose curves end elsewhere than it says is not asked for ever. */
  #readNews = this.#news;

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

  /** So much is there now. */
  news(news: CurveNews): void {
    if (news.lastStep === this.#news.lastStep && news.evaluations === this.#news.evaluations) return;
    this.#news = news;
    if (this.#isBehind()) this.#soon();
  }

  /** A person asks again after an error. */
  refresh(): void {
    this.#soon();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#reading?.abort();
    this.#question = undefined;
  }

  #isBehind(): boolean {
    if (this.#news === this.#readNews) return false;
    const { lastStep, evaluations } = this.#news;
    const known: CurveNews = {
      lastStep: this.curves?.lastStep ?? 0,
      evaluations: this.curves?.evaluations.length ?? 0,
    };
    if (lastStep === known.lastStep && evaluations === known.evaluations) return false;
    const range = this.#question?.range ?? null;
    return range === null || range.to > known.lastStep || lastStep < known.lastStep;
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
    this.#readNews = this.#news;
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
    if (this.#isBehind()) this.#soon();
  }
}

function inputOf({ runId, metrics, range, widthPx, smoothing }: CurveQuestion) {
  const points = Math.min(mostPoints, Math.max(fewestPoints, Math.ceil(widthPx / widthGrain) * widthGrain));
  return { id: runId, metrics: [...metrics], points, smoothing, ...(range ?? {}) };
}
