/**
 * The first steps of somebody new: the sample model, a sample dataset and settings that show something in under a
 * minute. The learning rates were found on this model, 256 wide, and a few hundred steps: they are above those of the
 * papers, which are for a thousand and more. The guide trains LoRA: in so few steps it keeps more of what the model
 * knows than VeRA does.
 */
import { type FirstRun, firstRunMethod } from '../../contract/runHistory.ts';
import type { RunService, Studio } from '../../contract/services.ts';
import type { CallOptions } from '../../contract/progress.ts';
import type { TrainRequest } from '../../contract/trainRequest.ts';
import { englishOf } from '../../contract/words/words.ts';

export const firstDatasetId = 'pirate-replies';
export const firstQuestion = 'Tell me about the sea.';
const secondQuestion = 'Good morning! How are you today?';
const projectName = 'First project';

const training = { batchSize: 4, maxLength: 128 };
const fewestSteps = 80;
const mostSteps = 200;
/** Of training alone: with loading, evaluations and answers a first run stays under a minute. */
const firstRunSeconds = 27;
const evaluationsPerRun = 3;

export const firstRecipes = {
  lora: {
    method: 'lora',
    methodOptions: { rank: 8, alpha: 16 },
    targets: 'all-linear',
    training: { ...training, learningRate: 4e-3 },
  },
  vera: {
    method: 'vera',
    methodOptions: { rank: 256, saveProjection: false },
    targets: 'all-linear',
    training: { ...training, learningRate: 3e-2 },
  },
} as const;

/** More steps where the machine is quick: as many as the estimate gives `seconds` for. */
export async function affordableSteps(
  runs: Pick<RunService, 'estimate'>,
  request: TrainRequest,
  seconds: number,
): Promise<number> {
  const estimate = await runs.estimate({ ...request, training: { ...request.training, steps: mostSteps } });
  const affordable = estimate.seconds === null ? fewestSteps : Math.floor((mostSteps * seconds) / estimate.seconds);
  return Math.max(fewestSteps, Math.min(mostSteps, affordable));
}

/** Puts model and dataset in place, or finds them; starts nothing. Throws GraftError as imports do. */
export async function prepareFirstRun(studio: Studio, options: CallOptions = {}): Promise<FirstRun> {
  const model = await studio.models.fetch('sample', options);
  const dataset = await studio.datasets.importSample(firstDatasetId, options);
  const known = studio.projects.list().find(({ name }) => name === projectName);
  const project = known ?? studio.projects.create(projectName, model.id);
  const ids = { projectId: project.id, model: model.id, dataset: dataset.id };
  const wished: TrainRequest = {
    ...firstRecipes[firstRunMethod],
    ...ids,
    name: studio.runs.freeName('Pirate'),
    backend: 'auto',
  };
  const steps = await affordableSteps(studio.runs, wished, firstRunSeconds);
  const request: TrainRequest = {
    ...wished,
    training: {
      ...wished.training,
      ...{ steps, evaluateEvery: Math.ceil(steps / evaluationsPerRun), samplePrompts: [firstQuestion, secondQuestion] },
    },
  };
  const { device } = await studio.runs.plan(request, options);
  return {
    ...{ projectId: project.id, modelId: model.id, datasetId: dataset.id },
    request: { ...request },
    backend: englishOf(device),
    tensorflow: await tensorflowState(studio),
    question: { role: 'user', content: firstQuestion },
  };
}

async function tensorflowState({ runtimes }: Pick<Studio, 'runtimes'>): Promise<FirstRun['tensorflow']> {
  const offers = (await runtimes.offers()).filter(({ id }) => id.startsWith('tensorflow'));
  if (offers.some(({ installed }) => installed?.verified === true)) return 'installed';
  return offers.some(({ unavailableBecause }) => unavailableBecause === null) ? 'installable' : 'unavailable';
}
