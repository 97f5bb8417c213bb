/**
 * The run service: a request is planned (RunPlanner) before its row is written; the queue does the rest. Watching reads
 * the database, so that it works the same whichever process trains. What screens read is RunHistory's.
 */
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Estimate, Run, RunState, RunWithSteps } from '../../contract/entities.ts';
import { GraftError, saidOf } from '../../contract/errors.ts';
import type { ConfigurationFile, RunEvent, TrainingPlan } from '../../contract/runHistory.ts';
import type { RunService } from '../../contract/services.ts';
import type { CallOptions } from '../../contract/progress.ts';
import type { TrainRequest } from '../../contract/trainRequest.ts';
import { newId } from '../../database/ids.ts';
import type { RunRepository } from '../../database/runs.ts';
import type { RunPulse, RunStanding } from '../../database/runSummaries.ts';
import type { RunQueue } from '../../jobs/RunQueue.ts';
import { chooseBackend } from '../machine/backendChoice.ts';
import { freeName, requireFreeName } from '../shared/freeName.ts';
import { comparableCheckpoint, compareWithBase, type ComparisonSetup } from './compareWithBase.ts';
import { refuseBeyondMachine } from './nearestFit.ts';
import { RunPlanner, type RunPlannerSetup } from './RunPlanner.ts';
import { requestOf } from './runRequest.ts';
import { writeConfiguration } from './trainConfiguration.ts';
import { initialAdapterDir } from './trainJob.ts';
import { watchRun } from './watchRun.ts';
import { logEvent } from '../../contract/engine.ts';
import { runStateWords as stateWords } from '../../contract/words/runStates.ts';
import { runWords } from '../../contract/words/runs.ts';
import { chatWords } from '../../contract/words/chats.ts';

export interface RunsSetup
  extends
    Omit<RunPlannerSetup, 'knownSpeed' | 'requireFreeName' | 'adapters' | keyof ComparisonSetup>,
    ComparisonSetup {
  readonly rows: RunRepository;
  readonly queue: RunQueue;
  /** Of a run by its id; undefined where it was purged. */
  readonly readStanding: (id: string) => RunStanding | undefined;
  readonly readPulse: (id: string) => RunPulse | undefined;
  readonly adapters: RunPlannerSetup['adapters'] & { isNameTaken(name: string): boolean };
  readonly projects: { default(): { readonly id: string }; get(idOrName: string): { readonly id: string } };
  readonly runsDir: string;
  /** A row changed; what the queue changes it tells itself. */
  readonly onChange: () => void;
}

export class Runs implements RunService {
  readonly #setup: RunsSetup;
  readonly #planner: RunPlanner;

  constructor(setup: RunsSetup) {
    this.#setup = setup;
    this.#planner = new RunPlanner({
      ...setup,
      knownSpeed: (alike) => setup.rows.knownSpeed(alike),
      requireFreeName: (name) => this.#requireFreeName(name),
    });
  }

  list(): readonly RunWithSteps[] {
    return this.#setup.rows.list().map((run) => this.#withSteps(run));
  }

  get(idOrName: string): RunWithSteps {
    return this.#withSteps(this.#setup.rows.get(idOrName));
  }

  async estimate(request: TrainRequest): Promise<Estimate> {
    return (await this.#planner.plan(request)).estimate;
  }

  async plan(request: TrainRequest, options: CallOptions = {}): Promise<TrainingPlan> {
    return this.#planner.describe(request, options);
  }

  async start(request: TrainRequest, options: CallOptions = {}): Promise<Run> {
    const { rows, queue, projects, runsDir, onChange } = this.#setup;
    const planned = await this.#planner.plan(request, options);
    const { model, dataset, configuration, choice, estimate, split, initialDir } = planned;
    refuseBeyondMachine(planned, this.#setup.world().machine.memoryBytes);
    const projectId = request.projectId === undefined ? projects.default().id : projects.get(request.projectId).id;
    const id = newId();
    const dir = join(runsDir, id);
    if (initialDir !== null) await copyAdapter(initialDir, initialAdapterDir(dir));
    rows.insert({
      ...nothingMeasured,
      ...{ id, projectId, configuration, estimate, split, dir, modelId: model.id, datasetId: dataset.id },
      name: request.name ?? this.freeName(`${configuration.method.id}-${dataset.name}`),
      state: 'queued',
      backendChosen: { backend: choice.settings.backend, device: choice.label, why: choice.why },
      createdAt: Date.now(),
    });
    onChange();
    queue.adopt(id);
    return rows.get(id);
  }

  async resume(idOrName: string): Promise<Run> {
    const { rows, queue } = this.#setup;
    const { id, name, state } = rows.get(idOrName);
    this.#refuseTrashed(id, name);
    if (queue.resume(id)) return rows.get(id);
    const remedy = state === 'succeeded' ? runWords.newFromAdapter() : runWords.waitOrStop();
    throw new GraftError('conflict', runWords.nothingToResume({ name, state: stateWords[state]() }), {
      field: 'run',
      state,
      remedy,
    });
  }

  async stop(idOrName: string, keep: 'save' | 'discard' = 'save'): Promise<Run> {
    const { rows, queue } = this.#setup;
    const { id, name, state } = rows.get(idOrName);
    if (queue.stop(id, keep) || rows.status(id)?.stopWished === true) return rows.get(id);
    throw new GraftError('conflict', runWords.alreadyEnded({ name, state: stateWords[state]() }), {
      field: 'run',
      state,
    });
  }

  async compareWithBase(idOrName: string, options: CallOptions = {}): Promise<Run> {
    const { rows, readStanding, onChange } = this.#setup;
    const { id, name } = rows.get(idOrName);
    const checkpoint = (): string | undefined => {
      const standing = readStanding(id);
      return standing && comparableCheckpoint(rows.get(id), standing);
    };
    const resumeFrom = checkpoint();
    const nothing = (): GraftError =>
      new GraftError('conflict', runWords.nothingToCompare({ name }), {
        field: 'run',
        remedy: runWords.lookOrResume(),
      });
    if (resumeFrom === undefined) throw nothing();
    const found = await compareWithBase(rows.get(id), { ...this.#setup, resumeFrom }, options);
    if (checkpoint() !== resumeFrom) throw nothing();
    rows.update(id, found);
    onChange();
    return rows.get(id);
  }

  holdQueue(): string | undefined {
    return this.#setup.queue.hold();
  }

  releaseQueue(): void {
    this.#setup.queue.release();
  }

  reorder(idOrName: string, before: string | null): void {
    const moved = this.#waiting(idOrName);
    const next = before === null ? null : this.#waiting(before);
    if (moved.id !== next?.id) this.#setup.queue.reorder(moved.id, next?.id ?? null);
  }

  rename(idOrName: string, name: string): Run {
    const { rows, onChange } = this.#setup;
    const { id } = rows.get(idOrName);
    const trimmed = name.trim();
    if (trimmed === '')
      throw new GraftError('invalid', runWords.needsName(), { field: 'name', remedy: runWords.giveName() });
    requireFreeName('run', trimmed, (wanted) => rows.isNameTaken(wanted, id));
    rows.rename(id, trimmed);
    onChange();
    return rows.get(id);
  }

  /** The run's adapter will have the name too. */
  freeName(wanted: string): string {
    return freeName(wanted, (name) => this.#isTaken(name));
  }

  remove(idOrName: string): void {
    const { rows, queue, onChange } = this.#setup;
    const { id, name } = rows.get(idOrName);
    if (rows.status(id)?.state === 'queued') queue.stop(id);
    if (rows.status(id)?.state === 'running') {
      const remedy = runWords.stopFirst();
      throw new GraftError('conflict', runWords.isRunning({ name }), { field: 'run', remedy });
    }
    rows.setTrashed(id, Date.now());
    onChange();
  }

  restore(idOrName: string): Run {
    const { rows, onChange } = this.#setup;
    const { id } = rows.getTrashed(idOrName);
    rows.setTrashed(id, null);
    onChange();
    return rows.get(id);
  }

  request(idOrName: string): TrainRequest {
    const { rows, world, models } = this.#setup;
    const run = rows.get(idOrName);
    return requestOf(run, {
      model: findOrNothing(() => models.get(run.modelId)),
      choose: (asked) => chooseBackend(asked, world()),
    });
  }

  /** Names where they are as good as ids: another data folder may have the same. */
  exportConfiguration(request: TrainRequest): ConfigurationFile {
    const { models, datasets } = this.#setup;
    const datasetName = (idOrName: string): string => nameOrId(idOrName, (each) => datasets.get(each));
    const { evalDataset, testDataset } = request;
    return writeConfiguration({
      ...request,
      model: nameOrId(request.model, (idOrName) => models.get(idOrName)),
      dataset: datasetName(request.dataset),
      ...(evalDataset !== undefined && { evalDataset: datasetName(evalDataset) }),
      ...(testDataset !== undefined && { testDataset: datasetName(testDataset) }),
    });
  }

  async *watch(idOrName: string, signal?: AbortSignal): AsyncGenerator<RunEvent> {
    const { rows, readPulse } = this.#setup;
    const { id } = rows.get(idOrName);
    const cursor = new RunCursor(rows, id);
    for await (const pulse of watchRun(() => readPulse(id), signal)) yield* cursor.news(pulse);
  }

  #isTaken(name: string): boolean {
    return this.#setup.rows.isNameTaken(name) || this.#setup.adapters.isNameTaken(name);
  }

  #requireFreeName(name: string): void {
    const kind = this.#setup.rows.isNameTaken(name) ? 'run' : 'adapter';
    requireFreeName(kind, name, (wanted) => this.#isTaken(wanted));
  }

  #withSteps(run: Run): RunWithSteps {
    const { records } = this.#setup.rows;
    return { ...run, steps: records.steps(run.id), marks: records.marks(run.id) };
  }

  #waiting(idOrName: string): Run {
    const run = this.#setup.rows.get(idOrName);
    if (run.state === 'queued') return run;
    throw new GraftError('conflict', runWords.notQueued({ name: run.name, state: stateWords[run.state]() }), {
      field: 'run',
      state: run.state,
    });
  }

  #refuseTrashed(id: string, name: string): void {
    if (this.#setup.rows.status(id)?.trashedAt === null) return;
    throw new GraftError('conflict', runWords.inTrash({ name }), { field: 'run', remedy: chatWords.restoreFirst() });
  }
}

function findOrNothing<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof GraftError && error.code === 'notFound') return undefined;
    throw error;
  }
}

function nameOrId(idOrName: string, get: (idOrName: string) => { readonly id: string; readonly name: string }): string {
  const found = findOrNothing(() => get(idOrName));
  if (found === undefined) return idOrName;
  try {
    return get(found.name).id === found.id ? found.name : found.id;
  } catch {
    return found.id; // several have the name
  }
}

async function copyAdapter(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const file of ['adapter_config.json', 'adapter_model.safetensors'])
    await copyFile(join(from, file), join(to, file));
}

/** What has been told of a run; `news` gives the rest. */
class RunCursor {
  readonly #rows: RunRepository;
  readonly #id: string;
  #state: RunState | undefined;
  #phase: Pick<RunPulse, 'phase' | 'phaseShare'> = { phase: null, phaseShare: null };
  #step: number;
  #evaluated: number;
  #logged: number;

  constructor(rows: RunRepository, id: string) {
    const { records } = rows;
    this.#rows = rows;
    this.#id = id;
    this.#step = lastStepOf(rows, id);
    this.#evaluated = records.evaluations(id).at(-1)?.step ?? -1;
    this.#logged = records.log(id).at(-1)?.sequence ?? 0;
  }

  /** The state last: what was measured before the end is told before it. */
  *news({ state, phase, phaseShare }: RunPulse): Generator<RunEvent> {
    const isFirst = this.#state === undefined;
    if (isFirst) yield { type: 'state', run: this.#rows.get(this.#id) };
    const isTold = phase === this.#phase.phase && phaseShare === this.#phase.phaseShare;
    if (phase !== null && !isTold) yield { type: 'phase', phase, ...(phaseShare !== null && { share: phaseShare }) };
    this.#phase = { phase, phaseShare };
    yield* this.#records();
    if (!isFirst && state !== this.#state) yield { type: 'state', run: this.#rows.get(this.#id) };
    this.#state = state;
  }

  *#records(): Generator<RunEvent> {
    const { records } = this.#rows;
    // A resumed run forgets what it measured after its checkpoint.
    this.#step = Math.min(this.#step, lastStepOf(this.#rows, this.#id));
    const steps = records.steps(this.#id, this.#step);
    if (steps.length > 0) yield { type: 'metrics', steps };
    this.#step = steps.at(-1)?.step ?? this.#step;
    for (const evaluation of records.evaluations(this.#id, this.#evaluated)) {
      this.#evaluated = evaluation.step;
      yield { type: 'evaluation', evaluation };
    }
    for (const line of records.log(this.#id, this.#logged)) {
      this.#logged = line.sequence;
      yield logEvent(saidOf(line));
    }
  }
}

function lastStepOf({ records }: RunRepository, id: string): number {
  return records.lastSteps(id, 1)[0]?.step ?? 0;
}

const nothingMeasured = {
  adapterId: null,
  error: null,
  checkpoints: [],
  evaluations: [],
  baseEvaluation: null,
  adapterEvaluation: null,
  testEvaluation: null,
  samples: [],
  trainableParameters: null,
  storedBytes: null,
  peakMemoryBytes: null,
  tokensPerSecond: null,
  startedAt: null,
  finishedAt: null,
} satisfies Partial<Run>;
