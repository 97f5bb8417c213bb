/**
 * `demo`: the whole path in under two minutes with nothing downloaded: train two adapters, then compare their answers.
 */
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { Adapter, Dataset, Model, RunWithSteps } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import type { Studio } from '../../contract/services.ts';
import type { BackendRequest, TrainRequest } from '../../contract/trainRequest.ts';
import type { ChatAnswer, ChatRequest } from '../../contract/conversations.ts';
import { affordableSteps, firstQuestion, firstRecipes } from '../../studio/runs/firstRun.ts';
import { addBackendFlags, backendRequest } from '../backendFlags.ts';
import { runJson } from '../entityJson.ts';
import { followRun } from '../followRun.ts';
import { bytes, duration, fields, loss, milliseconds, table } from '../format.ts';
import { leaf } from '../leaf.ts';
import type { CommandSession } from '../session.ts';
import { commandLineWords } from '../../contract/words/commandLine.ts';

const datasetFile = fileURLToPath(new URL('../../../resources/sample-datasets/pirate-replies.jsonl', import.meta.url));
const sampling: Omit<ChatRequest, 'model' | 'adapter' | 'messages'> = {
  ...{ maxTokens: 120, temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 1 },
};

/** Of training alone, on the estimate; both runs with all around them stay under two minutes on two cores. */
const secondsPerRun = 36;

interface Trained {
  readonly run: RunWithSteps;
  readonly adapter: Adapter;
}

interface Answered {
  readonly name: string;
  readonly adapterId: string | null;
  readonly answer: ChatAnswer;
}

export function addDemoCommand(program: Command, session: CommandSession): void {
  const command = leaf(program, session, {
    syntax: 'demo',
    summary: 'Train two adapters on the sample model and compare their answers',
    example: 'demo',
  });
  addBackendFlags(command).action(async (flags: BackendRequest) => {
    const studio = await session.studio();
    const model = await session.working((options) => studio.models.fetch('sample', options));
    const dataset = await session.working((options) => studio.datasets.import(datasetFile, options));
    describe(session, model, dataset);
    const trained: Trained[] = [];
    for (const recipe of Object.values(firstRecipes))
      trained.push(
        await train(session, studio, {
          ...recipe,
          ...backendRequest(flags),
          backend: flags.backend ?? 'auto',
          model: model.id,
          dataset: dataset.id,
        }),
      );
    const answers = await answer(session, studio, { model, trained, backend: backendRequest(flags) });
    const { dir } = studio.dataFolder;
    session.result(
      {
        home: dir,
        modelId: model.id,
        datasetId: dataset.id,
        runs: trained.map(({ run }) => runJson(run)),
        prompt: firstQuestion,
        answers,
      },
      () => renderDemo(session, { trained, answers, home: dir, model }),
    );
  });
}

function describe({ terminal }: CommandSession, model: Model, dataset: Dataset): void {
  terminal.note(
    `Base model: ${model.name}, ${(model.parameters / 1e6).toFixed(1)} million parameters, made by this project`,
  );
  terminal.note(`Dataset: ${dataset.name}, ${dataset.rows} rows`);
}

async function train(session: CommandSession, studio: Studio, request: TrainRequest): Promise<Trained> {
  const steps = await affordableSteps(studio.runs, request, secondsPerRun);
  session.terminal.note(`Training ${request.method}, ${steps} steps …`);
  const { id } = await studio.runs.start({
    ...request,
    training: { ...request.training, steps, evaluateEvery: Math.ceil(steps / 3) },
  });
  const run = await followRun(session, studio, id);
  if (run.state === 'cancelled')
    throw new GraftError('cancelled', commandLineWords.demoStopped(), { remedy: commandLineWords.goOn({ id }) });
  if (run.error !== null) throw GraftError.fromJson(run.error);
  if (run.adapterId === null)
    throw new GraftError('interrupted', commandLineWords.runEnded({ state: run.state }), {
      remedy: commandLineWords.goOn({ id }),
    });
  return { run, adapter: studio.adapters.get(run.adapterId) };
}

interface AnswerSetup {
  readonly model: Model;
  readonly trained: readonly Trained[];
  readonly backend: BackendRequest;
}

async function answer(
  session: CommandSession,
  studio: Studio,
  { model, trained, backend }: AnswerSetup,
): Promise<Answered[]> {
  await studio.chats.open(
    model.id,
    trained.map(({ adapter }) => adapter.id),
    backend,
  );
  const answers: Answered[] = [];
  for (const adapter of [null, ...trained.map((each) => each.adapter)]) {
    const asked = {
      model: model.id,
      adapter: adapter && { idOrName: adapter.id, scale: 1 },
      messages: [{ role: 'user', content: firstQuestion }],
      ...sampling,
    };
    const given = await studio.chats.send(asked, undefined, session.interrupt.signal);
    answers.push({ name: adapter?.name ?? 'base', adapterId: adapter?.id ?? null, answer: given });
  }
  return answers;
}

interface DemoResult {
  readonly trained: readonly Trained[];
  readonly answers: readonly Answered[];
  readonly home: string;
  readonly model: Model;
}

function renderDemo({ terminal }: CommandSession, { trained, answers, home, model }: DemoResult): string[] {
  const rows = trained.map(({ run, adapter }) => [
    adapter.name,
    adapter.method,
    bytes(adapter.sizeBytes),
    run.startedAt === null || run.finishedAt === null ? '–' : duration((run.finishedAt - run.startedAt) / 1000),
    `${loss(run.baseEvaluation?.loss)} → ${loss(run.adapterEvaluation?.loss)}`,
  ]);
  return [
    '',
    ...table(['adapter', 'method', '>size', '>time', 'evaluation loss'], rows),
    '',
    terminal.cyan(firstQuestion),
    '',
    ...answers.flatMap(({ name, answer: { text, swapMs, tokensPerSecond } }) => [
      `${terminal.bold(name)} ${terminal.dim(`(swap ${milliseconds(swapMs)}, ${Math.round(tokensPerSecond)} tokens/s)`)}`,
      `  ${text.trim().replaceAll('\n', '\n  ')}`,
      '',
    ]),
    ...fields([
      ['data folder', home],
      ['base model', model.dir],
      ...trained.map(({ adapter }): [string, string] => [adapter.name, adapter.dir]),
    ]),
    '',
    `Go on with: chat --model ${model.name} ${trained.map(({ adapter }) => `--adapter ${adapter.name}`).join(' ')}`,
  ];
}
