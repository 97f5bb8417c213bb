/**
 * Runs one queued run on the training engine: builds its job out of rows and files, and hands events back. The engine
 * process ends with the run, so that its memory is free and the next run starts from nothing.
 */
import type { Dataset, DatasetReference, Model, Run } from '../../contract/entities.ts';
import type { TrainEvent, TrainJob, TrainResult } from '../../contract/engine.ts';
import { logEvent } from '../../contract/engine.ts';
import type { EngineHost } from '../../engineHost/EngineHost.ts';
import { forgetEngine, noteEngine } from '../../jobs/lastEngine.ts';
import type { RunExecutor } from '../../jobs/RunQueue.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import { type BackendWorld, chooseBackend } from '../machine/backendChoice.ts';
import { chatPrompt } from '../models/prompts/chatPrompt.ts';
import { initialAdapterDir } from './Runs.ts';
import type { Tokenise } from '../datasets/tokenised.ts';
import { backendWords } from '../../contract/words/backends.ts';

export interface TrainExecutorSetup {
  readonly host: EngineHost;
  readonly models: { get(id: string): Model; tokenizer(id: string): Promise<Tokenizer> };
  readonly datasets: { get(id: string): Dataset };
  readonly tokenise: Tokenise;
  readonly world: () => BackendWorld;
}

/** A last step, a checkpoint and the adapter must fit in; the engine looks for a stop between steps. */
const stopDeadlineMs = 180_000;

const fixedPrompts = {
  chat: ['Hello! Who are you?', 'Tell me something about the sea in two sentences.'],
  text: ['Once upon a time', 'The sea was'],
} as const;

export class TrainExecutor implements RunExecutor {
  readonly #setup: TrainExecutorSetup;

  constructor(setup: TrainExecutorSetup) {
    this.#setup = setup;
  }

  async run(run: Run, signal: AbortSignal, onEvent: (event: TrainEvent) => void): Promise<TrainResult> {
    const { host, world } = this.#setup;
    const { backend, device, precision, threads } = run.configuration;
    const request = { backend: backend as 'auto', device, precision, threads };
    const choice = chooseBackend(request, world());
    onEvent(logEvent(backendWords.chosen({ label: choice.label, threads: choice.settings.threads, why: choice.why })));
    const job = await this.#job(run, signal);
    try {
      const training = host.request(
        'train',
        { settings: choice.settings, job },
        { onEvent, signal, cancelDeadlineMs: stopDeadlineMs },
      );
      const [result] = await Promise.all([training, this.#noteEngine(run)]);
      return result;
    } finally {
      await host.stop();
      forgetEngine(run.dir);
    }
  }

  /** Async, so that what it throws meets the request in one place. */
  async #noteEngine(run: Run): Promise<void> {
    const { pid } = this.#setup.host;
    if (pid !== undefined) noteEngine(run.dir, pid);
  }

  async #job(run: Run, signal: AbortSignal): Promise<TrainJob> {
    const { models, datasets, tokenise } = this.#setup;
    const { configuration } = run;
    const model = models.get(run.modelId);
    const dataset = datasets.get(run.datasetId);
    const { maxLength, splitSeed, specialTokens = 'special' } = configuration.training;
    const cut = { model, maxLength, specialTokens };
    const { file } = await tokenise({ ...cut, dataset, legacy: splitSeed === undefined }, { signal });
    const fileOf = async (reference: DatasetReference | undefined): Promise<string | undefined> =>
      reference && (await tokenise({ ...cut, dataset: datasets.get(reference.id) }, { signal })).file;
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
      ...(evaluationFile !== undefined && { evaluationFile }),
      ...(testFile !== undefined && { testFile }),
      ...(configuration.initAdapter !== null && { initAdapter: initialAdapterDir(run.dir) }),
      ...(checkpoint && { resumeFrom: checkpoint.dir }),
      ...(configuration.labelTask && { labelTask: configuration.labelTask }),
      samplePrompts: await this.#samplePrompts({ model, dataset }, configuration.training.samplePrompts),
    };
  }

  /** As a chat with the adapter will put them to the model. */
  async #samplePrompts({ model, dataset }: Trained, asked: readonly string[]): Promise<TrainJob['samplePrompts']> {
    if (!model.hasTokenizer || model.shape.encoder !== undefined) return [];
    const texts = asked.length > 0 ? asked : fixedPrompts[model.hasChatTemplate ? 'chat' : 'text'];
    const tokenizer = await this.#setup.models.tokenizer(model.id);
    const idsOf = (content: string): Promise<readonly number[]> =>
      chatPrompt({ model, tokenizer, messages: [{ role: 'user', content }], trainedOn: dataset.format });
    return Promise.all(texts.map(async (text) => ({ text, ids: await idsOf(text) })));
  }
}

interface Trained {
  readonly model: Model;
  readonly dataset: Dataset;
}
