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
import { findByIdOrName } from './resolve.ts';
import { RunRecords } from './runRecords.ts';
import { type Columns, json, jsonOrNull, pathUnder, plain, RowTable } from './RowTable.ts';

/** What is learned while a run runs and when it ends. */
type Found = Pick<
  Run,
  | 'backendChosen'
  | 'adapterId'
  | 'error'
  | 'baseEvaluation'
  | 'adapterEvaluation'
  | 'testEvaluation'
  | 'trainableParameters'
  | 'storedBytes'
  | 'peakMemoryBytes'
  | 'tokensPerSecond'
  | 'startedAt'
  | 'finishedAt'
>;

interface Findings extends Found {
  readonly phase: string | null;
  readonly phaseShare: number | null;
  /** The step whose weights the adapter has. */
  readonly adapterStep: number | null;
  /** When what trains it last gave a sign of life. */
  readonly seenAt: number | null;
}

export type RunFindings = Partial<Findings>;

const foundColumns: Columns<Found> = {
  backendChosen: jsonOrNull(backendChosenColumn),
  adapterId: plain(),
  error: jsonOrNull(errorColumn),
  baseEvaluation: jsonOrNull(evaluationColumn),
  adapterEvaluation: jsonOrNull(evaluationColumn),
  testEvaluation: jsonOrNull(testEvaluationColumn),
  trainableParameters: plain(),
  storedBytes: plain(),
  peakMemoryBytes: plain(),
  tokensPerSecond: plain(),
  startedAt: plain(),
  finishedAt: plain(),
};

const findings = new RowTable<Findings>('runs', {
  ...foundColumns,
  phase: plain(),
  phaseShare: plain(),
  adapterStep: plain(),
  seenAt: plain(),
});

/** A run without its records. */
type RunRow = Omit<Run, 'checkpoints' | 'evaluations' | 'samples'>;

const tableUnder = (home: string) =>
  new RowTable<RunRow>('runs', {
    id: plain(),
    name: plain(),
    projectId: plain(),
    modelId: plain(),
    datasetId: plain(),
    state: plain(),
    configuration: json(configurationColumn),
    estimate: json(estimateColumn),
    split: jsonOrNull(splitColumn),
    dir: pathUnder(home),
    createdAt: plain(),
    ...foundColumns,
  });

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

const lastRank = `(SELECT max(queue_rank) + 1 FROM runs WHERE state IN ('queued', 'running'))`;
const addElapsed = `
UPDATE runs SET elapsed_ms = elapsed_ms + max(0, coalesce(@until, seen_at, started_at) - started_at)
WHERE id = @id AND started_at IS NOT NULL`;

export class RunRepository extends EntityRows<Run> {
  readonly records: RunRecords;
  readonly #rows: RowTable<RunRow>;

  constructor(database: Database, home: string) {
    const [rows, records] = [tableUnder(home), new RunRecords(database, home)];
    super(database, {
      ...{ kind: 'run', table: 'runs', trash: 'trashed_at' },
      toEntity(stored) {
        const run = rows.toEntity(stored);
        const [checkpoints, evaluations] = [records.checkpoints(run.id), records.evaluations(run.id)];
        return { ...run, checkpoints, evaluations, samples: records.samples(run.id) };
      },
    });
    this.records = records;
    this.#rows = rows;
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

  /** A new run, last in the queue; records come later. */
  insert(run: Run): void {
    const queue_rank = `max(@created_at, coalesce(${lastRank}, 0))`;
    this.#rows.insert(this.database, run, { queued_at: '@created_at', queue_rank });
  }

  /** Only the given fields change. */
  update(id: string, found: RunFindings): void {
    findings.update(this.database, id, found);
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
      .prepare('UPDATE runs SET finished_at = ?, phase = NULL, phase_share = NULL, sparkline = ? WHERE id = ?')
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
