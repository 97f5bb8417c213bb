/**
 * The run service: a request is checked against model, dataset and machine, tokenised and estimated before its row is
 * written; the queue does the rest. Watching reads the database, so that it works the same whichever process trains.
 */
import { copyFile, mkdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Adapter, Dataset, Estimate, Model, Run, RunConfiguration, RunState, RunWithSteps } from '../contract/entities.ts';
import type { InspectedAdapter } from '../contract/engine.ts';
import { GraftError } from '../contract/errors.ts';
import { getMethodSpec } from '../contract/methods/registry.ts';
import { resolveTraining } from '../contract/resolveTraining.ts';
import type { RunEvent, RunService, TrainRequest } from '../contract/services.ts';
import { newId } from '../database/ids.ts';
import type { RunRepository } from '../database/runs.ts';
import type { RunQueue } from '../jobs/RunQueue.ts';
import { type BackendChoice, type BackendWorld, chooseBackend } from './backendChoice.ts';
import { estimateRun } from './estimate.ts';
import { Problems } from './Problems.ts';
import { checkRequest, type CheckedRequest } from './resolveRun.ts';
import type { TokenisedRows, Tokenise } from './tokenised.ts';

export interface RunsSetup {
  readonly rows: RunRepository;
  readonly queue: RunQueue;
  readonly models: { get(idOrName: string): Model };
  readonly datasets: { get(idOrName: string): Dataset };
  readonly projects: { default(): { readonly id: string } };
  readonly adapters: { find(idOrName: string): Adapter | undefined };
  readonly tokenise: Tokenise;
  /** Reads an adapter folder against a model, in an engine process. */
  readonly inspectAdapter: (adapterDir: string, model: Model) => Promise<InspectedAdapter>;
  readonly world: () => BackendWorld;
  readonly runsDir: string;
}

interface Plan {
  readonly model: Model;
  readonly dataset: Dataset;
  readonly configuration: RunConfiguration;
  readonly choice: BackendChoice;
  readonly estimate: Estimate;
  readonly initialDir: string | null;
}

const pollMs = 150;
const endStates: readonly RunState[] = ['succeeded', 'failed', 'cancelled', 'interrupted'];

export class Runs implements RunService {
  readonly #setup: RunsSetup;

  constructor(setup: RunsSetup) {
    this.#setup = setup;
  }

  list(): readonly RunWithSteps[] {
    return this.#setup.rows.list().map((run) => this.#withSteps(run));
  }

  get(idOrName: string): RunWithSteps {
    return this.#withSteps(this.#setup.rows.get(idOrName));
  }

  async estimate(request: TrainRequest): Promise<Estimate> {
    return (await this.#plan(request)).estimate;
  }

  async start(request: TrainRequest): Promise<Run> {
    const { rows, queue, projects, runsDir } = this.#setup;
    const { model, dataset, configuration, choice, estimate, initialDir } = await this.#plan(request);
    const id = newId();
    const dir = join(runsDir, id);
    if (initialDir !== null) await copyAdapter(initialDir, initialAdapterDir(dir));
    rows.insert({
      ...nothingMeasured,
      id,
      name: request.name ?? this.#freeName(`${configuration.method.id}-${dataset.name}`),
      projectId: request.projectId ?? projects.default().id,
      modelId: model.id,
      datasetId: dataset.id,
      state: 'queued',
      configuration,
      backendChosen: { backend: choice.settings.backend, device: choice.label, why: choice.why },
      estimate,
      dir,
      createdAt: Date.now(),
    });
    queue.adopt(id);
    return rows.get(id);
  }

  async resume(idOrName: string): Promise<Run> {
    const { rows, queue } = this.#setup;
    const { id, name, state } = rows.get(idOrName);
    if (queue.resume(id)) return rows.get(id);
    const remedy =
      state === 'succeeded' ? 'Start a new run from its adapter with --init-adapter.' : 'Wait until it has ended, or stop it first.';
    throw new GraftError('conflict', `The run ${name} is ${state}; there is nothing to resume.`, { field: 'run', state, remedy });
  }

  async stop(idOrName: string): Promise<Run> {
    const { rows, queue } = this.#setup;
    const { id, name, state } = rows.get(idOrName);
    if (queue.stop(id) || rows.status(id)?.stopWished === true) return rows.get(id);
    throw new GraftError('conflict', `The run ${name} is ${state} already.`, { field: 'run', state });
  }

  async *watch(idOrName: string, signal?: AbortSignal): AsyncGenerator<RunEvent> {
    const { id } = this.#setup.rows.get(idOrName);
    const cursor = new RunCursor(this.#setup.rows, id);
    for (;;) {
      yield* cursor.news();
      if (cursor.ended) return;
      try {
        await sleep(pollMs, undefined, { signal });
      } catch {
        return; // aborted: nobody watches any more
      }
    }
  }

  async #plan(request: TrainRequest): Promise<Plan> {
    const { models, datasets, world } = this.#setup;
    const problems = new Problems();
    const model = problems.try(() => models.get(request.model));
    const dataset = problems.try(() => datasets.get(request.dataset));
    const choice = problems.try(() => chooseBackend(request, world()));
    const initialDir = problems.try(() => this.#adapterFolder(request.initAdapter)) ?? null;
    if (request.method !== '') problems.try(() => getMethodSpec(request.method));
    problems.throwIfAny();
    if (model === undefined || dataset === undefined || choice === undefined) throw new Error('a problem went unreported');
    const initial = initialDir === null ? null : await this.#setup.inspectAdapter(initialDir, model);
    const checked = checkRequest(request, { model, initial });
    const tokenised = await this.#setup.tokenise({ dataset, model, maxLength: checked.maxLength });
    const configuration = configurationOf(request, checked, { model, choice, tokenised });
    return {
      initialDir,
      model,
      dataset,
      configuration,
      choice,
      estimate: this.#estimate(checked, { model, configuration, choice, tokenised }),
    };
  }

  #estimate(
    checked: CheckedRequest,
    { model, configuration, choice, tokenised }: Omit<Plan, 'dataset' | 'estimate' | 'initialDir'> & { readonly tokenised: TokenisedRows },
  ): Estimate {
    const { spec, options, targets } = checked;
    const { settings } = choice;
    const alike = this.#setup.rows.list().findLast((run) => {
      const sameWork =
        run.modelId === model.id && run.configuration.method.id === spec.id && run.backendChosen?.backend === settings.backend;
      return sameWork && run.configuration.precision === settings.precision && run.tokensPerSecond !== null;
    });
    return estimateRun({
      ...{ shape: model.shape, spec, options, targets, training: configuration.training, settings },
      meanLength: tokenised.meanLength,
      longestLength: tokenised.longestLength,
      knownTokensPerSecond: alike?.tokensPerSecond || null,
    });
  }

  /** A folder (an absolute path), or an adapter of the library. */
  #adapterFolder(idOrDir: string | undefined): string | undefined {
    if (idOrDir === undefined) return undefined;
    if (isAbsolute(idOrDir)) return idOrDir;
    const adapter = this.#setup.adapters.find(idOrDir);
    if (adapter !== undefined) return adapter.dir;
    throw new GraftError('notFound', `There is no adapter ${idOrDir}, neither a folder nor in the library.`, {
      field: 'initAdapter',
      remedy: 'List the library with `adapter list`, or name a folder with adapter_config.json.',
    });
  }

  #withSteps(run: Run): RunWithSteps {
    return { ...run, steps: this.#setup.rows.records.steps(run.id) };
  }

  #freeName(wanted: string): string {
    const taken = new Set(this.#setup.rows.list().map(({ name }) => name));
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
    return name;
  }
}

/** A run's own copy of the adapter it starts from, which may be changed or removed while the run waits or is resumed. */
export function initialAdapterDir(runDir: string): string {
  return join(runDir, 'initial-adapter');
}

async function copyAdapter(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const file of ['adapter_config.json', 'adapter_model.safetensors']) await copyFile(join(from, file), join(to, file));
}

/** What has been told of a run; `news` gives the rest. */
class RunCursor {
  readonly #rows: RunRepository;
  readonly #id: string;
  #state: RunState | undefined;
  #phase: string | null = null;
  #step: number;
  #evaluated: number;
  #logged: number;

  constructor(rows: RunRepository, id: string) {
    const { records } = rows;
    this.#rows = rows;
    this.#id = id;
    this.#step = records.steps(id).at(-1)?.step ?? 0;
    this.#evaluated = records.evaluations(id).at(-1)?.step ?? -1;
    this.#logged = records.log(id).at(-1)?.sequence ?? 0;
  }

  get ended(): boolean {
    return this.#state !== undefined && endStates.includes(this.#state);
  }

  /** The state last: what was measured before the end is told before it. */
  *news(): Generator<RunEvent> {
    const status = this.#rows.status(this.#id);
    const isFirst = this.#state === undefined;
    if (isFirst) yield { type: 'state', run: this.#rows.get(this.#id) };
    if (status !== undefined && status.phase !== null && status.phase !== this.#phase) yield { type: 'phase', phase: status.phase };
    this.#phase = status?.phase ?? null;
    yield* this.#records();
    if (!isFirst && status?.state !== this.#state) yield { type: 'state', run: this.#rows.get(this.#id) };
    this.#state = status?.state;
  }

  *#records(): Generator<RunEvent> {
    const { records } = this.#rows;
    // A resumed run forgets what it measured after its checkpoint.
    if (records.countSteps(this.#id, this.#step) < this.#step) this.#step = records.countSteps(this.#id, this.#step);
    const steps = records.steps(this.#id, this.#step);
    if (steps.length > 0) yield { type: 'metrics', steps };
    this.#step = steps.at(-1)?.step ?? this.#step;
    for (const evaluation of records.evaluations(this.#id, this.#evaluated)) {
      this.#evaluated = evaluation.step;
      yield { type: 'evaluation', evaluation };
    }
    for (const { sequence, message } of records.log(this.#id, this.#logged)) {
      this.#logged = sequence;
      yield { type: 'log', message };
    }
  }
}

const nothingMeasured = {
  adapterId: null,
  error: null,
  checkpoints: [],
  evaluations: [],
  baseEvaluation: null,
  adapterEvaluation: null,
  samples: [],
  trainableParameters: null,
  storedBytes: null,
  peakMemoryBytes: null,
  tokensPerSecond: null,
  startedAt: null,
  finishedAt: null,
} satisfies Partial<Run>;

interface ConfigurationInput {
  readonly model: Model;
  readonly choice: BackendChoice;
  readonly tokenised: TokenisedRows;
}

function configurationOf(
  request: TrainRequest,
  checked: CheckedRequest,
  { model, choice, tokenised }: ConfigurationInput,
): RunConfiguration {
  const { spec, options, targets, training } = checked;
  return {
    method: { id: spec.id, options },
    targets: targets.map(({ name }) => name),
    training: resolveTraining(training, { spec, shape: model.shape, rows: tokenised.trainableRows }),
    backend: request.backend,
    ...(request.device && { device: request.device }),
    precision: choice.settings.precision,
    threads: choice.settings.threads,
    initAdapter: request.initAdapter ?? null,
  };
}
