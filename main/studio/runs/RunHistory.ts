/**
 * Runs as screens read them: pages of summaries, one run's standing, its curves, samples, log and news. All of it comes
 * out of the database, so that it is the same in every window and whichever process trains.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Run, RunState } from '../../contract/entities.ts';
import type { StepMetrics } from '../../contract/engine.ts';
import type { Page } from '../../contract/library.ts';
import type {
  CurveQuery,
  RunCurves,
  RunDetails,
  RunLogLine,
  RunNews,
  RunQuery,
  RunSample,
  RunSummary,
} from '../../contract/runHistory.ts';
import type { RunHistoryService } from '../../contract/services.ts';
import type { RunCurveReader } from '../../database/runCurves.ts';
import type { RunRepository } from '../../database/runs.ts';
import type { RunPulse, RunStanding, RunSummaries } from '../../database/runSummaries.ts';
import { comparableCheckpoint } from './compareWithBase.ts';
import { watchRun } from './watchRun.ts';

export interface RunHistorySetup {
  readonly rows: RunRepository;
  readonly summaries: RunSummaries;
  readonly curves: RunCurveReader;
}

const paceSteps = 50;
const speedSteps = 20;
const resumableStates: readonly RunState[] = ['failed', 'cancelled', 'interrupted'];

export class RunHistory implements RunHistoryService {
  readonly #setup: RunHistorySetup;

  constructor(setup: RunHistorySetup) {
    this.#setup = setup;
  }

  page(query: RunQuery): Page<RunSummary> {
    return this.#setup.summaries.page(query);
  }

  get(idOrName: string): RunDetails {
    const { rows, summaries } = this.#setup;
    const run = rows.get(idOrName);
    const standing = summaries.standing(run.id);
    if (standing === undefined) throw new Error(`the run ${run.id} has no row`);
    return detailsOf(run, standing, rows.records.lastSteps(run.id, paceSteps));
  }

  curves(idOrName: string, query: CurveQuery): RunCurves {
    const { rows, summaries, curves } = this.#setup;
    const { id, evaluations } = rows.get(idOrName);
    return {
      runId: id,
      lastStep: summaries.pulse(id)?.lastStep ?? 0,
      curves: curves.curves(id, query),
      evaluations: evaluations.map(({ step, loss, metrics }) => ({
        step,
        loss: finiteOrNull(loss),
        ...(metrics && { metrics }),
      })),
      marks: rows.records.marks(id),
    };
  }

  samples(idOrName: string): readonly RunSample[] {
    const { rows, summaries } = this.#setup;
    const run = rows.get(idOrName);
    const standing = summaries.standing(run.id);
    return samplesOf(run, rows.records.evaluationSamples(run.id), standing?.adapterStep ?? standing?.lastStep ?? 0);
  }

  log(idOrName: string, after = 0): readonly RunLogLine[] {
    const { rows } = this.#setup;
    return rows.records.log(rows.get(idOrName).id, after);
  }

  /** The run first; what was measured before the end is told before it. */
  async *news(
    idOrName: string,
    { afterLog = 0, signal }: { readonly afterLog?: number; readonly signal?: AbortSignal } = {},
  ) {
    const { rows, summaries } = this.#setup;
    const { id } = rows.get(idOrName);
    const cursor = new NewsCursor(rows, id, afterLog);
    for await (const pulse of watchRun(() => summaries.pulse(id), signal))
      yield* cursor.news(pulse, () => this.get(id));
  }
}

/** What has been told of a run. */
class NewsCursor {
  readonly #rows: RunRepository;
  readonly #id: string;
  #told: Pick<RunPulse, 'lastStep' | 'lastLog' | 'mark'>;
  #isFirst = true;

  constructor(rows: RunRepository, id: string, afterLog: number) {
    this.#rows = rows;
    this.#id = id;
    this.#told = { lastStep: 0, lastLog: afterLog, mark: '' };
  }

  *news(pulse: RunPulse, details: () => RunDetails): Generator<RunNews> {
    const run = pulse.mark === this.#told.mark ? undefined : details();
    if (run !== undefined && this.#isFirst) yield { type: 'run', run };
    if (pulse.lastStep !== this.#told.lastStep) yield this.#steps(pulse.lastStep);
    if (pulse.lastLog > this.#told.lastLog) {
      for (const line of this.#rows.records.log(this.#id, this.#told.lastLog)) yield { type: 'log', line };
    }
    if (run !== undefined && !this.#isFirst) yield { type: 'run', run };
    this.#isFirst = false;
    this.#told = { ...pulse, lastLog: Math.max(pulse.lastLog, this.#told.lastLog) };
  }

  #steps(lastStep: number): RunNews {
    const recent = this.#rows.records.lastSteps(this.#id, speedSteps);
    return {
      type: 'steps',
      lastStep,
      loss: finiteOrNull(recent.at(-1)?.loss ?? NaN),
      tokensPerSecond: speedOf(recent),
    };
  }
}

/** `recent`: the last steps, enough to tell the pace. */
export function detailsOf(run: Run, standing: RunStanding, recent: readonly StepMetrics[]): RunDetails {
  const {
    modelName,
    datasetName,
    stopping,
    phase,
    phaseShare,
    lastStep,
    elapsedMs,
    startedAt,
    queuePosition,
    trashedAt,
  } = standing;
  const isRunning = run.state === 'running';
  const presentMs = isRunning && startedAt !== null ? Math.max(0, Date.now() - startedAt) : 0;
  const hasWorked = startedAt !== null && (isRunning || elapsedMs > 0);
  const isOpen = isRunning || run.state === 'queued';
  return {
    ...{ ...run, modelName, datasetName, stopping, phase, phaseShare, queuePosition, trashedAt, step: lastStep },
    elapsedSeconds: hasWorked ? (elapsedMs + presentMs) / 1000 : null,
    remainingSeconds: isOpen ? remainingSeconds(recent, run.configuration.training.steps - lastStep) : null,
    lastTokensPerSecond: speedOf(recent.slice(-speedSteps)),
    comparable: comparableCheckpoint(run, standing) !== undefined,
    resumable: trashedAt === null && resumableStates.includes(run.state) && !isWithoutItsCheckpoints(run),
  };
}

/** At the pace of the last steps; the first, which compiles, counts only while it is alone. */
function remainingSeconds(recent: readonly StepMetrics[], stepsLeft: number): number | null {
  const steps = recent.length > 1 ? recent.filter(({ step }) => step > 1) : recent;
  const times = steps.map(({ stepMs }) => stepMs).filter(Number.isFinite);
  if (times.length === 0) return null;
  return (Math.max(0, stepsLeft) * times.reduce((sum, ms) => sum + ms, 0)) / times.length / 1000;
}

function speedOf(steps: readonly StepMetrics[]): number | null {
  const ms = steps.reduce((sum, { stepMs }) => sum + stepMs, 0);
  return ms > 0 ? (1000 * steps.reduce((sum, { tokens }) => sum + tokens, 0)) / ms : null;
}

/**
 * One that was cut off before its first checkpoint begins anew; one whose checkpoints were cleared away has lost its
 * work.
 */
function isWithoutItsCheckpoints({ dir, checkpoints }: Run): boolean {
  if (checkpoints.length === 0) return false;
  const folder = join(dir, 'checkpoints');
  return !existsSync(folder) || !readdirSync(folder).some((name) => /^[1-9]\d*$/.test(name));
}

interface Answer {
  readonly step: number;
  readonly adapter: boolean;
  readonly prompt: string;
  readonly text: string;
}

/**
 * The base's answer stands beside each of the adapter's; the answers of the end are added where an evaluation gave
 * none.
 */
function samplesOf(run: Run, answers: readonly Answer[], endStep: number): readonly RunSample[] {
  const ofEnd = run.samples.map(({ prompt, adapter, text }): Answer => ({
    prompt,
    adapter,
    text,
    step: adapter ? endStep : 0,
  }));
  const isNew = (answer: Answer): boolean =>
    !answers.some(({ step, prompt }) => step === answer.step && prompt === answer.prompt);
  const all = [...answers, ...ofEnd.filter(isNew)];
  const base = new Map(all.filter(({ adapter }) => !adapter).map(({ prompt, text }) => [prompt, text]));
  const before = [...base].map(([prompt, text]): RunSample => ({ step: 0, prompt, base: text, adapter: null }));
  const after = all
    .filter(({ adapter }) => adapter)
    .toSorted((a, b) => a.step - b.step)
    .map(({ step, prompt, text }): RunSample => ({ step, prompt, base: base.get(prompt) ?? null, adapter: text }));
  return [...before, ...after];
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
