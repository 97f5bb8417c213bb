/**
 * What a run measured: steps, evaluations, checkpoints, samples, log. Writing a step again replaces it, since a resumed
 * run goes through the steps after its checkpoint once more.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { Checkpoint, StoredMark } from '../contract/entities.ts';
import type { Evaluation, RunMark, SampleAnswer, StepMetrics } from '../contract/engine.ts';
import { idsColumn, metricsColumn } from './columnSchemas.ts';
import { optionalJson, parseJsonColumn, parseOptionalJson } from './jsonColumn.ts';
import { fromStoredPath, toStoredPath } from './storedPath.ts';
import type { RunLogLine } from '../contract/runHistory.ts';
import type { Said } from '../contract/words/words.ts';
import { saidToColumn, saidFromColumn } from './saidColumn.ts';

interface StepRow {
  readonly step: number;
  readonly loss: number | null;
  readonly grad_norm: number | null;
  readonly learning_rate: number | null;
  readonly tokens: number;
  readonly trained_tokens: number;
  readonly step_ms: number | null;
}

interface EvaluationRow {
  readonly step: number;
  readonly loss: number | null;
  readonly trained_tokens: number;
  readonly metrics: string | null;
}

export interface EvaluationSample {
  readonly step: number;
  readonly adapter: boolean;
  readonly prompt: string;
  readonly text: string;
}

const insertStep = `
INSERT OR REPLACE INTO run_steps (run_id, step, loss, grad_norm, learning_rate, tokens, trained_tokens, step_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

const sparklineQuery = `
SELECT avg(loss) FROM run_steps, (SELECT max(step) AS last FROM run_steps WHERE run_id = @runId)
WHERE run_id = @runId GROUP BY (step - 1) * min(40, last) / last ORDER BY min(step)`;

export class RunRecords {
  private readonly database: Database;
  private readonly home: string;
  private readonly insertStep: Statement<[string, number, number, number, number, number, number, number]>;

  constructor(database: Database, home: string) {
    this.database = database;
    this.home = home;
    this.insertStep = database.prepare(insertStep);
  }

  /** One transaction for the whole batch. */
  addSteps(runId: string, steps: readonly StepMetrics[]): void {
    this.database.transaction(() => {
      for (const { step, loss, gradNorm, learningRate, tokens, trainedTokens, stepMs } of steps) {
        this.insertStep.run(runId, step, loss, gradNorm, learningRate, tokens, trainedTokens, stepMs);
      }
    })();
  }

  /** In order, those after the given step. */
  steps(runId: string, afterStep = 0): StepMetrics[] {
    return this.database
      .prepare<[string, number], StepRow>('SELECT * FROM run_steps WHERE run_id = ? AND step > ? ORDER BY step')
      .all(runId, afterStep)
      .map(toStep);
  }

  /** How many of the steps 1 … `upTo` are recorded. */
  countSteps(runId: string, upTo: number): number {
    return (
      this.database
        .prepare<[string, number], number>('SELECT count(*) FROM run_steps WHERE run_id = ? AND step <= ?')
        .pluck()
        .get(runId, upTo) ?? 0
    );
  }

  /** The last ones, in order. */
  lastSteps(runId: string, count: number): StepMetrics[] {
    const query = 'SELECT * FROM run_steps WHERE run_id = ? ORDER BY step DESC LIMIT ?';
    return this.database.prepare<[string, number], StepRow>(query).all(runId, count).map(toStep).reverse();
  }

  /** Means of the loss over at most 40 equal stretches of steps; null where it was not finite. */
  sparkline(runId: string): (number | null)[] {
    return this.database.prepare<[{ runId: string }], number | null>(sparklineQuery).pluck().all({ runId });
  }

  addEvaluation(runId: string, evaluation: Evaluation): void {
    this.database
      .prepare(
        'INSERT OR REPLACE INTO run_evaluations (run_id, step, loss, trained_tokens, metrics) VALUES (?, ?, ?, ?, ?)',
      )
      .run(runId, evaluation.step, evaluation.loss, evaluation.trainedTokens, optionalJson(evaluation.metrics));
  }

  evaluations(runId: string, afterStep = -1): Evaluation[] {
    const rows = this.database
      .prepare<[string, number], EvaluationRow>(
        'SELECT * FROM run_evaluations WHERE run_id = ? AND step > ? ORDER BY step',
      )
      .all(runId, afterStep);
    return rows.map(({ step, loss, trained_tokens: trainedTokens, metrics }) => {
      const parsed = parseOptionalJson(metricsColumn, metrics, `run_evaluations.metrics of ${runId}`);
      return { step, loss: loss ?? NaN, trainedTokens, ...(parsed && { metrics: parsed }) };
    });
  }

  /** Saying it again replaces it. */
  addMark(runId: string, { step, part, said }: RunMark): void {
    this.database
      .prepare('INSERT OR REPLACE INTO run_marks (run_id, step, part, said) VALUES (?, ?, ?, ?)')
      .run(runId, step, part, saidToColumn(said));
  }

  marks(runId: string): StoredMark[] {
    return this.database
      .prepare<[string], { readonly step: number; readonly said: string }>(
        'SELECT step, said FROM run_marks WHERE run_id = ? ORDER BY step, part',
      )
      .all(runId)
      .map(({ step, said }) => ({ step, ...saidFromColumn(said) }));
  }

  /** A new best takes the mark from the one before. */
  addCheckpoint(runId: string, checkpoint: Checkpoint): void {
    this.database.transaction(() => {
      if (checkpoint.best) this.database.prepare('UPDATE run_checkpoints SET best = 0 WHERE run_id = ?').run(runId);
      this.database
        .prepare('INSERT OR REPLACE INTO run_checkpoints (run_id, step, dir, best, created_at) VALUES (?, ?, ?, ?, ?)')
        .run(
          runId,
          checkpoint.step,
          toStoredPath(this.home, checkpoint.dir),
          checkpoint.best ? 1 : 0,
          checkpoint.createdAt,
        );
    })();
  }

  removeCheckpoint(runId: string, step: number): void {
    this.database.prepare('DELETE FROM run_checkpoints WHERE run_id = ? AND step = ?').run(runId, step);
  }

  checkpoints(runId: string): Checkpoint[] {
    const rows = this.database
      .prepare<[string], { step: number; dir: string; best: number; created_at: number }>(
        'SELECT * FROM run_checkpoints WHERE run_id = ? ORDER BY step',
      )
      .all(runId);
    return rows.map((row) => ({
      step: row.step,
      dir: fromStoredPath(this.home, row.dir),
      best: row.best === 1,
      createdAt: row.created_at,
    }));
  }

  /** Replaces all samples of the run. */
  setSamples(runId: string, samples: readonly SampleAnswer[]): void {
    const add = this.database.prepare(
      'INSERT INTO run_samples (run_id, position, prompt, adapter, ids, text) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.database.transaction(() => {
      this.database.prepare('DELETE FROM run_samples WHERE run_id = ?').run(runId);
      samples.forEach((sample, position) =>
        add.run(runId, position, sample.prompt, sample.adapter ? 1 : 0, JSON.stringify(sample.ids), sample.text),
      );
    })();
  }

  samples(runId: string): SampleAnswer[] {
    const rows = this.database
      .prepare<[string], { prompt: string; adapter: number; ids: string; text: string }>(
        'SELECT * FROM run_samples WHERE run_id = ? ORDER BY position',
      )
      .all(runId);
    return rows.map((row) => ({
      prompt: row.prompt,
      adapter: row.adapter === 1,
      ids: parseJsonColumn(idsColumn, row.ids, `run_samples.ids of ${runId}`),
      text: row.text,
    }));
  }

  /** What was answered at an evaluation; a base's answers belong to step 0. Saying it again replaces it. */
  addEvaluationSamples(runId: string, step: number, answers: readonly SampleAnswer[]): void {
    const add = this.database.prepare(
      'INSERT OR REPLACE INTO run_evaluation_samples (run_id, step, adapter, position, prompt, text) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.database.transaction(() => {
      for (const [position, { adapter, prompt, text }] of answers.entries())
        add.run(runId, step, Number(adapter), position, prompt, text);
    })();
  }

  /** By step, in the order of the prompts. */
  evaluationSamples(runId: string): EvaluationSample[] {
    const rows = this.database
      .prepare<[string], Omit<EvaluationSample, 'adapter'> & { readonly adapter: number }>(
        'SELECT step, adapter, prompt, text FROM run_evaluation_samples WHERE run_id = ? ORDER BY step, adapter, position',
      )
      .all(runId);
    return rows.map((row) => ({ ...row, adapter: row.adapter === 1 }));
  }

  addLog(runId: string, at: number, said: string | Said): void {
    const stored = saidToColumn(said);
    this.database.prepare('INSERT INTO run_logs (run_id, at, message) VALUES (?, ?, ?)').run(runId, at, stored);
  }

  log(runId: string, afterSequence = 0): RunLogLine[] {
    return this.database
      .prepare<[string, number], Omit<RunLogLine, 'reason'>>(
        'SELECT sequence, at, message FROM run_logs WHERE run_id = ? AND sequence > ? ORDER BY sequence',
      )
      .all(runId, afterSequence)
      .map(({ sequence, at, message }) => ({ sequence, at, ...saidFromColumn(message) }));
  }

  /** Forgets what was measured after a step: a resumed run measures it again. */
  truncateAfter(runId: string, step: number): void {
    this.database.transaction(() => {
      for (const table of ['run_steps', 'run_evaluations', 'run_evaluation_samples', 'run_checkpoints', 'run_marks']) {
        this.database.prepare(`DELETE FROM ${table} WHERE run_id = ? AND step > ?`).run(runId, step);
      }
    })();
  }
}

function toStep(row: StepRow): StepMetrics {
  return {
    step: row.step,
    loss: row.loss ?? NaN,
    gradNorm: row.grad_norm ?? NaN,
    learningRate: row.learning_rate ?? NaN,
    tokens: row.tokens,
    trainedTokens: row.trained_tokens,
    stepMs: row.step_ms ?? NaN,
  };
}
