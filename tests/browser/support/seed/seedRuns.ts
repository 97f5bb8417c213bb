/**
 * Writes runs as the queue and the engine would have left them: rows, curves, evaluations, answers, log, checkpoints.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset, Model, Run } from '../../../../main/contract/entities.ts';
import type { Evaluation } from '../../../../main/contract/engine.ts';
import { resolveTraining } from '../../../../main/contract/resolveTraining.ts';
import type { TrainRequest } from '../../../../main/contract/trainRequest.ts';
import type { RunRepository } from '../../../../main/database/runs.ts';
import { countStoredBytes, countTrained } from '../../../../main/methods/tensorSpec.ts';
import { estimateRun } from '../../../../main/studio/machine/estimate.ts';
import { checkRequest } from '../../../../main/studio/runs/resolveRun.ts';
import type { Chance } from './Chance.ts';
import { type CurveShape, evaluationsOf, stepsOf } from './curves.ts';
import { type RunPlan, usualCurve } from './runPlans.ts';
import { answerAt, samplePrompts, type Topic } from './runSamples.ts';

export interface RunWorld {
  readonly runs: RunRepository;
  readonly runsDir: string;
  readonly chance: Chance;
  readonly nowMs: number;
  /** What each topic is trained on. */
  readonly material: Readonly<
    Record<Topic, { readonly model: Model; readonly dataset: Dataset; readonly projectId: string }>
  >;
}

export interface SeededRun {
  /** As it was inserted. */
  readonly run: Run;
  readonly plan: RunPlan;
  readonly trainableParameters: number;
  readonly storedBytes: number;
  readonly best: Evaluation | null;
}

const hourMs = 3_600_000;
const checkpointBytes = 200_000;
const settings = { backend: 'tensorflow', precision: 'float32', threads: 4 } as const;

export function seedRun(plan: RunPlan, world: RunWorld): SeededRun {
  const { runs, chance } = world;
  const { run, trainableParameters, storedBytes } = insertRun(plan, world);
  if (plan.state === 'queued') return { run, plan, trainableParameters, storedBytes, best: null };
  const shape: CurveShape = { ...usualCurve, ...plan.curve };
  const until = plan.until ?? plan.steps;
  const { training } = run.configuration;
  const steps = stepsOf(training, shape, { until, chance });
  const evaluations = evaluationsOf(training, shape, { until, chance });
  const startedAt = run.createdAt + 4_000;
  const finishedAt = Math.round(startedAt + 12_000 + steps.reduce((sum, { stepMs }) => sum + stepMs, 0));
  runs.transact(() => {
    runs.records.addSteps(run.id, steps);
    for (const evaluation of evaluations) runs.records.addEvaluation(run.id, evaluation);
    addSamples(plan, run, { evaluations, world });
    addLog(plan, run, { startedAt, finishedAt, until, world });
    if (plan.state !== 'succeeded') addCheckpoint(run, { step: Math.floor(until / 50) * 50, at: finishedAt, world });
    const best = evaluations.slice(1).toSorted((a, b) => a.loss - b.loss)[0] ?? null;
    runs.update(run.id, {
      ...{
        backendChosen: {
          backend: 'tensorflow',
          device: 'tensorflow on CPU, float32',
          why: 'TensorFlow 2.18.0 is installed',
        },
      },
      ...{
        error: plan.error ?? null,
        baseEvaluation: evaluations[0] ?? null,
        adapterEvaluation: plan.state === 'succeeded' ? best : null,
      },
      ...{ adapterStep: plan.state === 'succeeded' ? (best?.step ?? null) : null, seenAt: finishedAt },
      ...{
        trainableParameters,
        storedBytes,
        peakMemoryBytes: Math.round(run.estimate.memoryBytes * chance.between(0.85, 1.05)),
      },
      ...{ tokensPerSecond: (shape.tokensPerStep * 1000) / shape.stepMs, startedAt, finishedAt },
    });
    runs.addElapsed(run.id, finishedAt);
    runs.noteEnd(run.id, finishedAt);
    if (plan.isTrashed === true) runs.setTrashed(run.id, finishedAt + hourMs);
  });
  const best = evaluations.slice(1).toSorted((a, b) => a.loss - b.loss)[0] ?? null;
  return { run, plan, trainableParameters, storedBytes, best };
}

function insertRun(plan: RunPlan, { runs, runsDir, chance, nowMs, material }: RunWorld) {
  const { model, dataset, projectId } = material[plan.topic];
  const request: TrainRequest = {
    ...{ model: model.id, dataset: dataset.id, method: plan.method, methodOptions: plan.options, backend: 'auto' },
    training: {
      ...{ steps: plan.steps, samplePrompts: samplePrompts[plan.topic].map(({ prompt }) => prompt) },
      ...(plan.state === 'queued' && { sampleTokens: 16 }),
      ...(plan.learningRate !== undefined && { learningRate: plan.learningRate }),
    },
  };
  const { spec, options, targets, training: config } = checkRequest(request, { model, initial: null });
  const training = resolveTraining(config, { spec, shape: model.shape, trainingPieces: dataset.rows });
  const createdAt = Math.round(nowMs - plan.hoursAgo * hourMs);
  const id = chance.id(createdAt);
  const lengths = { meanLength: 60, longestLength: 180 };
  const estimate = estimateRun({
    shape: model.shape,
    spec,
    options,
    targets,
    training,
    settings,
    ...lengths,
    knownTokensPerSecond: null,
  });
  const run: Run = {
    ...{
      id,
      name: plan.name,
      projectId,
      modelId: model.id,
      datasetId: dataset.id,
      state: plan.state,
      dir: join(runsDir, id),
    },
    configuration: {
      ...{ method: { id: spec.id, options }, targets: targets.map(({ name }) => name), training },
      // Those queued are trained, beside a browser: more threads take cores from it and save nothing.
      ...(plan.state === 'queued' ? { backend: 'wasm', threads: 1 } : { backend: 'auto', threads: 4 }),
      ...{ precision: 'float32', initAdapter: null },
    },
    ...{
      backendChosen: null,
      estimate,
      split: null,
      testEvaluation: null,
      adapterId: null,
      error: null,
      checkpoints: [],
      evaluations: [],
      samples: [],
    },
    ...{
      baseEvaluation: null,
      adapterEvaluation: null,
      trainableParameters: null,
      storedBytes: null,
      peakMemoryBytes: null,
    },
    ...{ tokensPerSecond: null, createdAt, startedAt: null, finishedAt: null },
  };
  runs.insert(run);
  const tensors = spec.tensors(options, targets, model.shape);
  return { run, trainableParameters: countTrained(tensors), storedBytes: countStoredBytes(tensors) };
}

function addSamples(
  plan: RunPlan,
  { id }: Run,
  { evaluations, world }: { evaluations: readonly Evaluation[]; world: RunWorld },
): void {
  const { records } = world.runs;
  const prompts = samplePrompts[plan.topic];
  const answers = (step: number) =>
    prompts.map(({ prompt, base, adapter }) => ({
      ...{ prompt, ids: [], adapter: step > 0 },
      text: step > 0 ? answerAt(adapter, step / plan.steps) : base,
    }));
  for (const { step } of evaluations) records.addEvaluationSamples(id, step, answers(step));
  if (plan.state === 'succeeded') records.setSamples(id, [...answers(0), ...answers(plan.steps)]);
}

interface LogTimes {
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly until: number;
  readonly world: RunWorld;
}

function addLog(plan: RunPlan, { id, datasetId }: Run, { startedAt, finishedAt, until, world }: LogTimes): void {
  const { records } = world.runs;
  const rows = Object.values(world.material).find(({ dataset }) => dataset.id === datasetId)?.dataset.rows ?? 0;
  const heldOut = Math.max(1, Math.round(rows * 0.05));
  records.addLog(id, startedAt, 'Backend: tensorflow on CPU, float32, 4 threads (TensorFlow 2.18.0 is installed).');
  records.addLog(id, startedAt + 3_000, `${rows - heldOut} rows to train on, ${heldOut} to evaluate on.`);
  if (plan.error !== undefined) records.addLog(id, finishedAt, plan.error.message);
  else if (plan.state === 'succeeded')
    records.addLog(id, finishedAt, `Kept the adapter of the lowest evaluation loss after ${until} steps.`);
  else records.addLog(id, finishedAt, `Stopped after step ${until}; the checkpoint is kept.`);
}

/**
 * Enough of a folder for the disk page to weigh and for the run to count as one that can go on; nothing can be loaded
 * from it.
 */
function addCheckpoint(run: Run, { step, at, world }: { step: number; at: number; world: RunWorld }): void {
  const dir = join(run.dir, 'checkpoints', String(step));
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'seeded-without-weights'), new Uint8Array(checkpointBytes));
  world.runs.records.addCheckpoint(run.id, { step, dir, best: true, createdAt: at });
}
