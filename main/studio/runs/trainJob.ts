/** What the engine is asked to train, out of a run's row and the files of its model and datasets. */
import { join } from 'node:path';
import type { TrainJob } from '../../contract/engine.ts';
import type { Dataset, DatasetReference, Model, Run } from '../../contract/entities.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import type { Tokenise } from '../datasets/tokenised.ts';
import { chatPrompt } from '../models/prompts/chatPrompt.ts';
import { decompositionsDir } from '../shared/places.ts';

export interface TrainJobSetup {
  readonly models: { get(id: string): Model; tokenizer(id: string): Promise<Tokenizer> };
  readonly datasets: { get(id: string): Dataset };
  readonly tokenise: Tokenise;
  readonly cacheDir: string;
}

const fixedPrompts = {
  chat: ['Hello! Who are you?', 'Tell me something about the sea in two sentences.'],
  text: ['Once upon a time', 'The sea was'],
} as const;

/**
 * A run's own copy of the adapter it starts from, which may be changed or removed while the run waits or is resumed.
 */
export function initialAdapterDir(runDir: string): string {
  return join(runDir, 'initial-adapter');
}

/** From the start, or from the run's last checkpoint. */
export async function trainJob(run: Run, setup: TrainJobSetup, signal?: AbortSignal): Promise<TrainJob> {
  const { models, datasets, tokenise, cacheDir } = setup;
  const options = signal === undefined ? {} : { signal };
  const { configuration } = run;
  const model = models.get(run.modelId);
  const dataset = datasets.get(run.datasetId);
  const { maxLength, splitSeed, specialTokens = 'special' } = configuration.training;
  const cut = { model, maxLength, specialTokens };
  const { file } = await tokenise({ ...cut, dataset, legacy: splitSeed === undefined }, options);
  const fileOf = async (reference: DatasetReference | undefined): Promise<string | undefined> =>
    reference && (await tokenise({ ...cut, dataset: datasets.get(reference.id) }, options)).file;
  const evaluationFile = await fileOf(configuration.evalDataset);
  const testFile = await fileOf(configuration.testDataset);
  const checkpoint = run.checkpoints.at(-1);
  return {
    runId: run.id,
    runDir: run.dir,
    modelDir: model.dir,
    baseModel: model.name,
    method: configuration.method,
    targets: configuration.targets,
    training: configuration.training,
    tokenFile: file,
    decompositionsDir: decompositionsDir(cacheDir),
    ...(evaluationFile !== undefined && { evaluationFile }),
    ...(testFile !== undefined && { testFile }),
    ...(configuration.initAdapter !== null && { initAdapter: initialAdapterDir(run.dir) }),
    ...(checkpoint && { resumeFrom: checkpoint.dir }),
    ...(configuration.labelTask && { labelTask: configuration.labelTask }),
    samplePrompts: await samplePrompts({ model, dataset }, models, configuration.training.samplePrompts),
  };
}

/** As a chat with the adapter will put them to the model. */
async function samplePrompts(
  { model, dataset }: Trained,
  models: TrainJobSetup['models'],
  asked: readonly string[],
): Promise<TrainJob['samplePrompts']> {
  if (!model.hasTokenizer || model.shape.encoder !== undefined) return [];
  const texts = asked.length > 0 ? asked : fixedPrompts[model.hasChatTemplate ? 'chat' : 'text'];
  const tokenizer = await models.tokenizer(model.id);
  const idsOf = (content: string): Promise<readonly number[]> =>
    chatPrompt({ model, tokenizer, messages: [{ role: 'user', content }], trainedOn: dataset.format });
  return Promise.all(texts.map(async (text) => ({ text, ids: await idsOf(text) })));
}

interface Trained {
  readonly model: Model;
  readonly dataset: Dataset;
}
