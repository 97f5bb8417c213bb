/**
 * Sorts texts with an encoder: one engine process keeps the model and its adapters resident, so that trying the next
 * text waits for nothing. It ends by itself when nobody has asked for some minutes.
 */
import type {
  ClassificationAnswer,
  ClassificationRequest,
  ClassificationService,
  EncoderLogits,
  EncoderLogitsRequest,
  LabelledText,
  TextRow,
} from '../../contract/classification.ts';
import type { ClassifyRequest, ClassifyResult } from '../../contract/engine.ts';
import type { Adapter, Model } from '../../contract/entities.ts';
import { requireBlocks } from '../../contract/packedBase.ts';
import { GraftError, toGraftError } from '../../contract/errors.ts';
import type { CallOptions } from '../../contract/progress.ts';
import type { BackendRequest } from '../../contract/trainRequest.ts';
import { encodeTexts, rowLayoutOf } from '../../datasets/encoderRows.ts';
import type { EngineHost } from '../../engineHost/EngineHost.ts';
import { cutTextPair } from '../../formats/cutTextPair.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import { AdapterContents } from '../adapters/AdapterContents.ts';
import { type BackendWorld, chooseBackend } from '../machine/backendChoice.ts';
import { folderState } from '../shared/folderState.ts';
import { requireTokenizer } from '../models/requireTokenizer.ts';
import { untilAborted } from '../shared/untilAborted.ts';
import { chatWords } from '../../contract/words/chats.ts';

export interface ClassifierSetup {
  readonly host: EngineHost;
  readonly models: {
    get(idOrName: string): Model;
    tokenizer(idOrName: string, adapter?: Adapter | null): Promise<Tokenizer>;
  };
  readonly adapters: { get(idOrName: string): Adapter };
  readonly world: () => BackendWorld;
  /** How long the process stays when nobody asks. */
  readonly idleMs?: number;
}

interface Resident {
  readonly generation: number;
  /** Of the model as its files are, and of the settings. */
  readonly key: string;
}

const usualIdleMs = 5 * 60_000;
const cancelledMessage = chatWords.cancelledClassifying();

export class Classifier implements ClassificationService {
  readonly #setup: ClassifierSetup;
  readonly #contents = new AdapterContents();
  #resident: Resident | undefined;
  #idle: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(setup: ClassifierSetup) {
    this.#setup = setup;
  }

  /** Cancelling ends the wait at once, for another's turn and for the model too. */
  async classify(request: ClassificationRequest, options: CallOptions = {}): Promise<readonly ClassificationAnswer[]> {
    return this.#inTurn(async () => this.#answer(request, options), options);
  }

  async logits(request: EncoderLogitsRequest, options: CallOptions = {}): Promise<EncoderLogits> {
    return this.#inTurn(async () => this.#logits(request, options), options);
  }

  #inTurn<Result>(work: () => Promise<Result>, options: CallOptions): Promise<Result> {
    const answer = this.#turn.then(() => this.#turnOf(work, options));
    this.#turn = answer.catch(() => undefined);
    return untilAborted(answer, options.signal, cancelledMessage);
  }

  async unload(): Promise<void> {
    clearTimeout(this.#idle);
    this.#resident = undefined;
    await this.#setup.host.stop();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    await this.#setup.host.close();
  }

  /** Whatever comes of it, the process that it may have started ends by itself. */
  async #turnOf<Result>(work: () => Promise<Result>, options: CallOptions): Promise<Result> {
    if (options.signal?.aborted === true) throw new GraftError('cancelled', cancelledMessage);
    clearTimeout(this.#idle);
    try {
      return await work();
    } finally {
      if (!this.#isClosed) this.#idle = setTimeout(() => void this.unload(), this.#setup.idleMs ?? usualIdleMs).unref();
    }
  }

  async #answer(request: ClassificationRequest, { signal }: CallOptions): Promise<readonly ClassificationAnswer[]> {
    const { models, adapters } = this.#setup;
    const model = models.get(request.model);
    requireEncoder(model);
    requireTokenizer(model);
    const wanted = request.adapters.map((idOrName) => (idOrName === null ? null : adapters.get(idOrName)));
    // An adapter may bring tokens of its own; most share one tokenizer, and then one reading of the rows.
    const read = new Map<Tokenizer, ClassifyRequest['rows']>();
    const tokenizers = await Promise.all(wanted.map(async (adapter) => models.tokenizer(model.id, adapter)));
    for (const tokenizer of tokenizers)
      read.set(tokenizer, read.get(tokenizer) ?? tokenise(request.rows, model, tokenizer));
    await this.#loadModel(model, request.backend);
    const answers: ClassificationAnswer[] = [];
    for (const [index, adapter] of wanted.entries()) {
      const about = { adapterId: adapter?.id ?? null, adapterName: adapter?.name ?? null };
      try {
        const rows = read.get(tokenizers[index]) ?? [];
        answers.push({ ...about, ...(await this.#classify(rows, { adapter, model, signal })), error: null });
      } catch (thrown) {
        const error = toGraftError(thrown);
        if (wanted.length === 1 || error.code === 'cancelled') throw error;
        answers.push({ ...about, task: null, rows: [], swapMs: 0, error: error.toJSON() });
      }
    }
    return answers;
  }

  async #logits(
    { model: idOrName, adapter, ids, attentionMask, backend }: EncoderLogitsRequest,
    { signal }: CallOptions,
  ): Promise<EncoderLogits> {
    const { models, adapters, host } = this.#setup;
    const model = models.get(idOrName);
    requireEncoder(model);
    const wanted = adapter === null ? null : adapters.get(adapter);
    await this.#loadModel(model, backend);
    const chosen = wanted === null ? null : { key: await this.#loadAdapter(wanted, model), scale: 1 };
    const rows = ids.map((row, index) => ({ ids: row, secondStart: row.length, mask: attentionMask?.[index] }));
    const { outputs, task } = await host.request(
      'classify',
      { rows, adapter: chosen, asLogits: true },
      { ...(signal && { signal }) },
    );
    return { shape: [outputs.length, outputs[0]?.length ?? 0], data: outputs.flat(), task };
  }

  async #classify(
    rows: ClassifyRequest['rows'],
    { adapter, model, signal }: Asked,
  ): Promise<Pick<ClassificationAnswer, 'task' | 'rows' | 'swapMs'>> {
    const chosen = adapter === null ? null : { key: await this.#loadAdapter(adapter, model), scale: 1 };
    const result = await this.#setup.host.request('classify', { rows, adapter: chosen }, { ...(signal && { signal }) });
    return {
      task: result.task,
      rows: result.outputs.map((outputs) => toLabelled(outputs, result)),
      swapMs: result.swapMs,
    };
  }

  /** Keeps what is loaded when model, settings and process are still the same. */
  async #loadModel(model: Model, backend: BackendRequest = {}): Promise<void> {
    const { host, world } = this.#setup;
    const { settings } = chooseBackend(backend, world());
    requireBlocks(model, settings.precision);
    const key = JSON.stringify([model.id, await folderState(model.dir), settings]);
    if (this.#resident?.key === key && host.running && host.generation === this.#resident.generation) return;
    if (this.#resident !== undefined) await host.stop();
    this.#resident = undefined;
    await host.request('loadEncoder', { settings, modelDir: model.dir });
    this.#resident = { generation: host.generation, key };
  }

  /** What the engine calls it: another than before where its content is. */
  async #loadAdapter(adapter: Adapter, model: Model): Promise<string> {
    if (adapter.modelId !== null && adapter.modelId !== model.id) {
      const message = chatWords.otherBase({ adapter: adapter.name, base: adapter.modelId, model: model.name });
      throw new GraftError('invalid', message, {
        field: 'adapter',
        remedy: chatWords.chooseModel({ modelId: adapter.modelId }),
      });
    }
    const key = await this.#contents.key(adapter);
    await this.#setup.host.request('loadEncoderAdapter', { key, dir: adapter.dir });
    return key;
  }
}

interface Asked {
  readonly adapter: Adapter | null;
  readonly model: Model;
  readonly signal: AbortSignal | undefined;
}

function requireEncoder({ name, shape }: Model): void {
  if (shape.encoder !== undefined) return;
  throw new GraftError('invalid', chatWords.writesText({ name, family: shape.family }), {
    field: 'model',
    remedy: chatWords.chatOrEncoder(),
  });
}

/** Cut to what the model holds, as in training. */
function tokenise(rows: readonly TextRow[], { shape }: Model, tokenizer: Tokenizer): ClassifyRequest['rows'] {
  const layout = rowLayoutOf(tokenizer);
  const join = (parts: readonly (readonly number[])[]): readonly number[] => parts.flat();
  return rows.map((row) => {
    const { ids, secondStart } = encodeTexts(row, tokenizer);
    return cutTextPair({ ids, secondStart }, layout, { maxLength: shape.maxPositions, join });
  });
}

function toLabelled(outputs: readonly number[], { task }: ClassifyResult): LabelledText {
  if (task.kind === 'regression') return { kind: 'regression', value: outputs[0] };
  const best = outputs.reduce((most, value, id) => (value > outputs[most] ? id : most), 0);
  return { kind: 'classification', label: task.labels[best], probabilities: outputs };
}
