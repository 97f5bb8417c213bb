/**
 * Rows of `runs`: what a run is and where it stands; what it measured is in runRecords.ts. The state changes only by
 * the queue's reducer (main/jobs), through `updateQueueRow`, in a transaction that no other process can come between.
 */
import type { Database } from 'better-sqlite3';
import type { Run, RunState } from '../contract/entities.ts';
import {
  backendChosenColumn,
  configurationColumn,
  errorColumn,
  estimateColumn,
  evaluationColumn,
  splitColumn,
  testEvaluationColumn,
} from './columnSchemas.ts';
import { EntityRows } from './EntityRows.ts';
import { optionalJson, parseJsonColumn, parseOptionalJson } from './jsonColumn.ts';
import { findByIdOrName } from './resolve.ts';
import { RunRecords } from './runRecords.ts';
import { fromStoredPath, toStoredPath } from './storedPath.ts';

interface RunRow {
  readonly id: string;
  readonly name: string;
  readonly project_id: string;
  readonly model_id: string;
  readonly dataset_id: string;
  readonly state: RunState;
  readonly configuration: string;
  readonly backend_chosen: string | null;
  readonly estimate: string;
  readonly split: string | null;
  readonly adapter_id: string | null;
  readonly error: string | null;
  readonly base_evaluation: string | null;
  readonly adapter_evaluation: string | null;
  readonly test_evaluation: string | null;
  readonly trainable_parameters: number | null;
  readonly stored_bytes: number | null;
  readonly peak_memory_bytes: number | null;
  readonly tokens_per_second: number | null;
  readonly dir: string;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly finished_at: number | null;
}

/** The columns that the queue works on. */
export interface QueueRow {
  readonly runId: string;
  readonly state: RunState;
  readonly stopWished: boolean;
  readonly discardWished: boolean;
  readonly queuedAt: number;
  readonly rank: number;
}

interface QueueColumns {
  readonly id: string;
  readonly state: RunState;
  readonly stop_wished: number;
  readonly discard_wished: number;
  readonly queued_at: number;
  readonly queue_rank: number;
}

const queueColumns = 'SELECT id, state, stop_wished, discard_wished, queued_at, queue_rank FROM runs';

/** What is asked several times a second. */
export interface RunStatus {
  readonly state: RunState;
  readonly stopWished: boolean;
  readonly discardWished: boolean;
  readonly phase: string | null;
  readonly trashedAt: number | null;
}

/** How a run failed, without a word that a person or a file gave. */
export interface FailedRun {
  readonly state: RunState;
  readonly code: string;
  readonly step: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly method: string;
  readonly backend: string;
  readonly precision: string;
  readonly at: number | null;
}

/** What an earlier run says of the speed of another. */
export interface AlikeRun {
  readonly modelId: string;
  readonly method: string;
  readonly backend: string;
  readonly precision: string;
}

/** What is learned while a run runs and when it ends. */
export interface RunFindings {
  readonly backendChosen?: Run['backendChosen'];
  readonly adapterId?: Run['adapterId'];
  readonly error?: Run['error'];
  readonly baseEvaluation?: Run['baseEvaluation'];
  readonly adapterEvaluation?: Run['adapterEvaluation'];
  readonly testEvaluation?: Run['testEvaluation'];
  readonly trainableParameters?: number | null;
  readonly storedBytes?: number | null;
  readonly peakMemoryBytes?: number | null;
  readonly tokensPerSecond?: number | null;
  readonly startedAt?: number | null;
  readonly finishedAt?: number | null;
  readonly phase?: string | null;
  /** The step whose weights the adapter has. */
  readonly adapterStep?: number | null;
  /** When what trains it last gave a sign of life. */
  readonly seenAt?: number | null;
}

const lastRank = `(SELECT max(queue_rank) + 1 FROM runs WHERE state IN ('queued', 'running'))`;
const insert = `
INSERT INTO runs (id, name, project_id, model_id, dataset_id, state, configuration, backend_chosen, estimate, split, dir,
  queued_at, queue_rank, created_at)
VALUES (@id, @name, @project_id, @model_id, @dataset_id, @state, @configuration, @backend_chosen, @estimate, @split, @dir,
  @created_at, max(@created_at, coalesce(${lastRank}, 0)), @created_at)`;

const addElapsed = `
UPDATE runs SET elapsed_ms = elapsed_ms + max(0, coalesce(@until, seen_at, started_at) - started_at)
WHERE id = @id AND started_at IS NOT NULL`;

export class RunRepository extends EntityRows<RunRow, Run> {
  readonly records: RunRecords;
  readonly #home: string;

  constructor(database: Database, home: string) {
    const records = new RunRecords(database, home);
    super(database, {
      ...{ kind: 'run', table: 'runs', trash: 'trashed_at' },
      toEntity: (row) => runOf(row, { records, home }),
    });
    this.records = records;
    this.#home = home;
  }

  /** One in the trash where no other fits. */
  override find(idOrName: string): Run | undefined {
    return super.find(idOrName) ?? findByIdOrName('run', idOrName, this.trashed);
  }

  /** As `find`. Throws GraftError('notFound' | 'conflict'). */
  override get(idOrName: string): Run {
    return this.find(idOrName) ?? super.get(idOrName);
  }

  /** By another run than the given one; in the trash too, since what is there can come back. */
  override isNameTaken(name: string, exceptId = ''): boolean {
    const select = 'SELECT 1 FROM runs WHERE name = ? AND id <> ? LIMIT 1';
    return this.database.prepare<[string, string], 1>(select).pluck().get(name, exceptId) !== undefined;
  }

  /** Its row with all that was measured, for good; files are the caller's. Of runs in the trash alone. */
  purge(id: string): void {
    this.database.prepare('DELETE FROM runs WHERE id = ? AND trashed_at IS NOT NULL').run(id);
  }

  /** The last ones first. */
  lastFailures(count: number): FailedRun[] {
    const query = `SELECT state, error ->> '$.code' AS code, coalesce((SELECT max(step) FROM run_steps WHERE run_id = runs.id), 0) AS step,
      error ->> '$.data.exitCode' AS exitCode, error ->> '$.data.signal' AS signal, configuration ->> '$.method.id' AS method,
      coalesce(backend_chosen ->> '$.backend', configuration ->> '$.backend') AS backend, configuration ->> '$.precision' AS precision,
      finished_at AS at FROM runs WHERE error IS NOT NULL ORDER BY finished_at DESC LIMIT ?`;
    return this.database.prepare<[number], FailedRun>(query).all(count);
  }

  /** Tokens per second of the last such run; null where there was none. */
  knownSpeed({ modelId, method, backend, precision }: AlikeRun): number | null {
    const query = `SELECT tokens_per_second FROM runs
      WHERE model_id = ? AND tokens_per_second > 0 AND configuration ->> '$.method.id' = ? AND backend_chosen ->> '$.backend' = ?
      AND configuration ->> '$.precision' = ? ORDER BY id DESC LIMIT 1`;
    return this.database.prepare<string[], number>(query).pluck().get(modelId, method, backend, precision) ?? null;
  }

  /** A new run, as it stands at its creation; figures and records come later. */
  insert(run: Run): void {
    this.database.prepare(insert).run({
      id: run.id,
      name: run.name,
      project_id: run.projectId,
      model_id: run.modelId,
      dataset_id: run.datasetId,
      state: run.state,
      configuration: JSON.stringify(run.configuration),
      backend_chosen: optionalJson(run.backendChosen),
      estimate: JSON.stringify(run.estimate),
      split: optionalJson(run.split),
      dir: toStoredPath(this.#home, run.dir),
      created_at: run.createdAt,
    });
  }

  /** Only the given fields change. */
  update(id: string, findings: RunFindings): void {
    const columns = Object.entries(columnsOf(findings)).filter(([, value]) => value !== undefined);
    if (columns.length === 0) return;
    const assignments = columns.map(([column]) => `${column} = @${column}`).join(', ');
    this.database.prepare(`UPDATE runs SET ${assignments} WHERE id = @id`).run({ ...Object.fromEntries(columns), id });
  }

  /** Everything that waits or runs, and the given run in whatever state. */
  queueRows(runId: string | null = null): QueueRow[] {
    const open = this.database
      .prepare<[], QueueColumns>(`${queueColumns} WHERE state IN ('queued', 'running') ORDER BY queue_rank, id`)
      .all();
    const isListed = open.some((row) => row.id === runId);
    const asked =
      runId === null || isListed
        ? []
        : this.database.prepare<[string], QueueColumns>(`${queueColumns} WHERE id = ?`).all(runId);
    return [...open, ...asked].map((row) => ({
      runId: row.id,
      state: row.state,
      stopWished: row.stop_wished === 1,
      discardWished: row.discard_wished === 1,
      queuedAt: row.queued_at,
      rank: row.queue_rank,
    }));
  }

  updateQueueRow({ runId, state, stopWished, discardWished, queuedAt, rank }: QueueRow): void {
    this.database
      .prepare(
        'UPDATE runs SET state = ?, stop_wished = ?, discard_wished = ?, queued_at = ?, queue_rank = ? WHERE id = ?',
      )
      .run(state, Number(stopWished), Number(discardWished), queuedAt, rank, runId);
  }

  /** The end of a run, with the curve that lists show of it. */
  noteEnd(id: string, at: number): void {
    const sparkline = JSON.stringify(this.records.sparkline(id));
    this.database
      .prepare('UPDATE runs SET finished_at = ?, phase = NULL, sparkline = ? WHERE id = ?')
      .run(at, sparkline, id);
  }

  /** Counts the present start as worked, to `until` or, where nobody knows when it ended, to its last sign of life. */
  addElapsed(id: string, until: number | null): void {
    this.database.prepare(addElapsed).run({ id, until });
  }

  /** Cheap enough to ask several times a second. */
  status(id: string): RunStatus | undefined {
    const query = 'SELECT state, stop_wished, discard_wished, phase, trashed_at FROM runs WHERE id = ?';
    type Columns = Pick<QueueColumns, 'state' | 'stop_wished' | 'discard_wished'> & {
      phase: string | null;
      trashed_at: number | null;
    };
    const row = this.database.prepare<[string], Columns>(query).get(id);
    if (row === undefined) return undefined;
    const { state, phase } = row;
    return {
      state,
      phase,
      stopWished: row.stop_wished === 1,
      discardWished: row.discard_wished === 1,
      trashedAt: row.trashed_at,
    };
  }

  /** Runs `work` in one write transaction: nothing from another process comes between its reads and its writes. */
  transact<T>(work: () => T): T {
    return this.database.transaction(work).immediate();
  }
}

function runOf(row: RunRow, { records, home }: { readonly records: RunRecords; readonly home: string }): Run {
  const column = (name: string): string => `runs.${name} of ${row.id}`;
  return {
    id: row.id,
    name: row.name,
    projectId: row.project_id,
    modelId: row.model_id,
    datasetId: row.dataset_id,
    state: row.state,
    configuration: parseJsonColumn(configurationColumn, row.configuration, column('configuration')),
    backendChosen: parseOptionalJson(backendChosenColumn, row.backend_chosen, column('backend_chosen')),
    estimate: parseJsonColumn(estimateColumn, row.estimate, column('estimate')),
    split: parseOptionalJson(splitColumn, row.split, column('split')),
    adapterId: row.adapter_id,
    error: parseOptionalJson(errorColumn, row.error, column('error')),
    checkpoints: records.checkpoints(row.id),
    evaluations: records.evaluations(row.id),
    baseEvaluation: parseOptionalJson(evaluationColumn, row.base_evaluation, column('base_evaluation')),
    adapterEvaluation: parseOptionalJson(evaluationColumn, row.adapter_evaluation, column('adapter_evaluation')),
    testEvaluation: parseOptionalJson(testEvaluationColumn, row.test_evaluation, column('test_evaluation')),
    samples: records.samples(row.id),
    trainableParameters: row.trainable_parameters,
    storedBytes: row.stored_bytes,
    peakMemoryBytes: row.peak_memory_bytes,
    tokensPerSecond: row.tokens_per_second,
    dir: fromStoredPath(home, row.dir),
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}

function columnsOf(findings: RunFindings): Record<string, string | number | null | undefined> {
  const json = (value: unknown): string | null | undefined => (value === undefined ? undefined : optionalJson(value));
  return {
    backend_chosen: json(findings.backendChosen),
    adapter_id: findings.adapterId,
    error: json(findings.error),
    base_evaluation: json(findings.baseEvaluation),
    adapter_evaluation: json(findings.adapterEvaluation),
    test_evaluation: json(findings.testEvaluation),
    trainable_parameters: findings.trainableParameters,
    stored_bytes: findings.storedBytes,
    peak_memory_bytes: findings.peakMemoryBytes,
    tokens_per_second: findings.tokensPerSecond,
    started_at: findings.startedAt,
    finished_at: findings.finishedAt,
    phase: findings.phase,
    adapter_step: findings.adapterStep,
    seen_at: findings.seenAt,
  };
}
