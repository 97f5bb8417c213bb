/**
 * Watches a run to its end: one live line with step, loss, speed and remaining time. The first Ctrl-C asks the run to
 * stop and save, through the database, so that it does not matter which process trains.
 */
import type { RunWithSteps } from '../contract/entities.ts';
import type { Evaluation, StepMetrics } from '../contract/engine.ts';
import type { Studio } from '../contract/services.ts';
import type { RunEvent } from '../contract/runHistory.ts';
import { toGraftError } from '../contract/errors.ts';
import { metricNames, metricTitles } from '../contract/metrics.ts';
import { duration, loss } from './format.ts';
import type { CommandSession } from './session.ts';
import type { Terminal } from './terminal.ts';

const keptSteps = 20;

/** Those that come many times in a run get no line of their own where there is no terminal. */
const quietPhases = ['training', 'evaluating', 'saving', 'sampling'];

/** Resolves with the run as it ended, whatever its state. */
export async function followRun(session: CommandSession, studio: Studio, runId: string): Promise<RunWithSteps> {
  const { interrupt, terminal } = session;
  const stop = (): void =>
    void studio.runs.stop(runId).catch((error: unknown) => terminal.note(toGraftError(error).message));
  if (interrupt.signal.aborted) stop();
  interrupt.signal.addEventListener('abort', stop, { once: true });
  const line = new RunLine(terminal, studio.runs.get(runId));
  try {
    for await (const event of studio.runs.watch(runId)) line.show(event);
  } finally {
    interrupt.signal.removeEventListener('abort', stop);
    terminal.endLive();
  }
  return studio.runs.get(runId);
}

/** Loss, and the first of its metrics. */
function shownEvaluation({ loss: evaluated, metrics = {} }: Evaluation): string {
  const first = metricNames.find((name) => metrics[name] !== undefined);
  return first === undefined
    ? loss(evaluated)
    : `${loss(evaluated)}, ${metricTitles[first].toLowerCase()} ${loss(metrics[first])}`;
}

function phaseText({ phase, share }: Extract<RunEvent, { type: 'phase' }>): string {
  return share === undefined ? phase : `${phase} ${Math.floor(100 * share)} %`;
}

class RunLine {
  readonly #terminal: Terminal;
  readonly #totalSteps: number;
  #recent: readonly StepMetrics[] = [];
  #evaluation: string | undefined;
  #phase = '';

  constructor(terminal: Terminal, run: RunWithSteps) {
    this.#terminal = terminal;
    this.#totalSteps = run.configuration.training.steps;
  }

  show(event: RunEvent): void {
    switch (event.type) {
      case 'state':
        if (event.run.state === 'queued') this.#terminal.live(`${event.run.name} waits in the queue`);
        return;
      case 'phase':
        this.#phase = phaseText(event);
        this.#terminal.live(this.#text(), event.share === undefined && !quietPhases.includes(event.phase));
        return;
      case 'metrics':
        this.#recent = [...this.#recent, ...event.steps].slice(-keptSteps);
        this.#terminal.live(this.#text(), this.#recent.at(-1)?.step === this.#totalSteps);
        return;
      case 'evaluation':
        this.#evaluation = shownEvaluation(event.evaluation);
        this.#terminal.live(this.#text());
        return;
      case 'log':
        this.#terminal.note(this.#terminal.dim(event.message));
    }
  }

  #text(): string {
    const last = this.#recent.at(-1);
    if (last === undefined) return this.#phase;
    const speed = this.#tokensPerSecond();
    const parts = [
      `step ${String(last.step).padStart(String(this.#totalSteps).length)}/${this.#totalSteps}`,
      `loss ${loss(last.loss)}`,
      ...(this.#evaluation === undefined ? [] : [`evaluation ${this.#evaluation}`]),
      `${Math.round(speed)} tokens/s`,
      this.#phase === 'training' ? `${duration(this.#remainingSeconds(last.step))} left` : this.#phase,
    ];
    return parts.join('  ');
  }

  #tokensPerSecond(): number {
    const tokens = this.#recent.reduce((sum, step) => sum + step.tokens, 0);
    const ms = this.#recent.reduce((sum, step) => sum + step.stepMs, 0);
    return ms === 0 ? 0 : (1000 * tokens) / ms;
  }

  #remainingSeconds(step: number): number {
    const times = this.#recent.map(({ stepMs }) => stepMs).sort((a, b) => a - b);
    const medianMs = times[Math.floor(times.length / 2)] ?? 0;
    return (medianMs * (this.#totalSteps - step)) / 1000;
  }
}
