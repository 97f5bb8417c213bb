/**
 * Runs as lists and their own screen's head need them, straight out of SQL. No step is read but the last ones: the
 * little curve of an ended run is kept in its row, and only a run that is not ended has its own made anew.
 */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { RunState } from '../contract/entities.ts';
import type { Page } from '../contract/library.ts';
import type { RunQuery, RunSummary } from '../contract/runHistory.ts';
import { parseOptionalJson } from './jsonColumn.ts';
import { readPage } from './readPage.ts';
import type { RunRecords } from './runRecords.ts';

/** How a run stands beside what `Run` says. */
export interface RunStanding {
  readonly modelName: string;
  readonly datasetName: string;
  readonly state: RunState;
  readonly stopping: boolean;
  readonly phase: string | null;
  /** Of the phase, what is done; null where it has no measure. */
  readonly phaseShare: number | null;
  readonly trashedAt: number | null;
  readonly adapterStep: number | null;
  readonly lastStep: number;
  readonly startedAt: number | null;
  /** Of the starts that have ended. */
  readonly elapsedMs: number;
  /** Runs before it in the queue, the running one included; null where it is not in the queue. */
  readonly queuePosition: number | null;
}

/** What tells cheaply whether there is anything new. */
export interface RunPulse {
  readonly state: RunState;
  readonly phase: string | null;
  readonly phaseShare: number | null;
  readonly lastStep: number;
  readonly lastLog: number;
  /** Differs when anything but steps and log does. */
  readonly mark: string;
}

interface SummaryRow extends Omit<RunSummary, 'stopping' | 'sparkline'> {
  readonly stopping: number;
  readonly sparkline: string | null;
}

interface StandingRow extends Omit<RunStanding, 'stopping'> {
  readonly stopping: number;
}

const sparklineColumn = z.array(z.number().nullable());

const tables = `runs JOIN models ON models.id = runs.model_id JOIN datasets ON datasets.id = runs.dataset_id`;
const lastStep = `coalesce((SELECT max(step) FROM run_steps WHERE run_id = runs.id), 0)`;

const summaryColumns = `
  runs.id, runs.name, runs.project_id AS projectId, runs.model_id AS modelId, models.name AS modelName,
  runs.dataset_id AS datasetId, datasets.name AS datasetName, configuration ->> '$.method.id' AS method, state,
  stop_wished AS stopping, ${lastStep} AS step, configuration ->> '$.training.steps' AS steps, sparkline,
  (SELECT loss FROM run_steps WHERE run_id = runs.id ORDER BY step DESC LIMIT 1) AS loss,
  (SELECT min(loss) FROM run_evaluations WHERE run_id = runs.id) AS bestEvaluation,
  adapter_id AS adapterId, queued_at AS queuedAt, runs.created_at AS createdAt, started_at AS startedAt, finished_at AS finishedAt`;

const standingQuery = `
SELECT models.name AS modelName, datasets.name AS datasetName, state, stop_wished AS stopping, phase, phase_share AS phaseShare, trashed_at AS trashedAt,
  adapter_step AS adapterStep, ${lastStep} AS lastStep, started_at AS startedAt, elapsed_ms AS elapsedMs,
  CASE WHEN state IN ('queued', 'running') THEN
    (SELECT count(*) FROM runs AS other WHERE other.state = 'running' AND other.id <> runs.id)
    + CASE WHEN state = 'running' THEN 0 ELSE (SELECT count(*) FROM runs AS other
        WHERE other.state = 'queued' AND (other.queue_rank, other.id) < (runs.queue_rank, runs.id)) END
  END AS queuePosition
FROM ${tables} WHERE runs.id = ?`;

const pulseQuery = `
SELECT state, phase, phase_share AS phaseShare, ${lastStep} AS lastStep, coalesce((SELECT max(sequence) FROM run_logs WHERE run_id = runs.id), 0) AS lastLog,
  json_array(state, stop_wished, phase, phase_share, name, adapter_id, trashed_at, queue_rank, started_at, base_evaluation IS NULL,
    (SELECT count(*) FROM run_evaluations WHERE run_id = runs.id), (SELECT max(step) FROM run_checkpoints WHERE run_id = runs.id),
    (SELECT max(step) FROM run_evaluation_samples WHERE run_id = runs.id),
    CASE state WHEN 'queued' THEN (SELECT json_group_array(other.id) FROM runs AS other
      WHERE other.state IN ('queued', 'running') AND other.queue_rank < runs.queue_rank) END) AS mark
FROM runs WHERE id = ?`;

export class RunSummaries {
  private readonly database: Database;
  private readonly records: RunRecords;

  constructor(database: Database, records: RunRecords) {
    this.database = database;
    this.records = records;
  }

  /** What runs first, then what waits in the order of the queue, then the newest. */
  page(query: RunQuery): Page<RunSummary> {
    const { where, values } = conditionsOf(query);
    const order = `CASE state WHEN 'running' THEN 0 WHEN 'queued' THEN 1 ELSE 2 END, iif(state = 'queued', queue_rank, 0), runs.id DESC`;
    const { items, total } = readPage<SummaryRow>(
      this.database,
      { columns: summaryColumns, from: `${tables} WHERE ${where}`, values, order },
      query,
    );
    return { total, items: items.map((row) => this.summaryOf(row)) };
  }

  standing(id: string): RunStanding | undefined {
    const row = this.database.prepare<[string], StandingRow>(standingQuery).get(id);
    return row && { ...row, stopping: row.stopping === 1 };
  }

  pulse(id: string): RunPulse | undefined {
    return this.database.prepare<[string], RunPulse>(pulseQuery).get(id);
  }

  private summaryOf(row: SummaryRow): RunSummary {
    const isOpen = row.state === 'queued' || row.state === 'running';
    const kept = isOpen ? null : parseOptionalJson(sparklineColumn, row.sparkline, `runs.sparkline of ${row.id}`);
    return { ...row, stopping: row.stopping === 1, sparkline: kept ?? this.records.sparkline(row.id) };
  }
}

function conditionsOf({ projectId, states, search = '', trashed }: RunQuery): {
  readonly where: string;
  readonly values: unknown[];
} {
  const conditions = [trashed ? 'trashed_at IS NOT NULL' : 'trashed_at IS NULL'];
  const values: unknown[] = [];
  if (projectId !== undefined) {
    conditions.push('runs.project_id = ?');
    values.push(projectId);
  }
  if (states !== undefined) {
    conditions.push('state IN (SELECT value FROM json_each(?))');
    values.push(JSON.stringify(states));
  }
  for (const word of search.split(/\s+/).filter((part) => part !== '')) {
    conditions.push(`instr(lower(runs.name || char(10) || models.name || char(10) || datasets.name || char(10)
      || (configuration ->> '$.method.id')), lower(?)) > 0`);
    values.push(word);
  }
  return { where: conditions.join(' AND '), values };
}
