/**
 * Chats by llama.cpp: a GGUF model as it is, quantised or not, or what another was converted into, with adapters
 * swapped in as GGUF LoRA files. An adapter is converted at its first use and the file kept; swapping one that is
 * loaded tells the context which to add.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type {
  EngineRequests,
  GenerateRequest,
  LlamaCppSettings,
  LogitsRequest,
  MeasuredThreads,
} from '../../contract/engine.ts';
import { GraftError, toGraftError, saidOf } from '../../contract/errors.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import { openGguf } from '../../formats/gguf.ts';
import { inspectModel } from '../../formats/modelFolder.ts';
import { checkIds } from '../inference/checkPrompt.ts';
import type { ChatRequests, GenerateOptions } from '../inference/chatRequests.ts';
import { type GgufLoraFile, keptGgufLora } from './keptGgufLora.ts';
import { llamaGenerate, type ThreadCounts } from './llamaGenerate.ts';
import { llamaLogits, probeRow, type ProbedToken } from './llamaLogits.ts';
import { openLlama } from './nodeLlamaCpp.ts';
import type { AddonContext, LlamaLora, LlamaModel, OpenLlama } from './nodeLlamaCpp.ts';
import type { GgufLoraRequest } from './provideGgufLora.ts';
import type { LlamaTape } from './LlamaTape.ts';
import type { SamplerWorld } from './llamaSampler.ts';
import { SequenceShelf } from './SequenceShelf.ts';
import { engineChatWords } from '../../contract/words/engineChat.ts';
import { llamaCppWords } from '../../contract/words/llamaCpp.ts';
import type { Said } from '../../contract/words/words.ts';

interface LoadedLora {
  readonly lora: LlamaLora;
  readonly file: string;
}

interface OpenModel {
  readonly model: LlamaModel;
  readonly modelDir: string;
  readonly shape: ModelShape;
  readonly contextLength: number;
  readonly shelf: SequenceShelf;
  readonly threads: ThreadCounts;
  readonly makeSampler: SamplerWorld['makeSampler'];
  readonly loras: Map<string, LoadedLora>;
}

type AdapterChoice = GenerateRequest['adapter'];

export class LlamaCppEngine implements ChatRequests {
  /** The library is opened once a process. */
  #opened: OpenLlama | undefined;
  #open: OpenModel | undefined;

  async loadModel({
    settings,
    modelDir,
    contextLength,
    ggufFile,
  }: EngineRequests['loadModel'][0]): Promise<EngineRequests['loadModel'][2]> {
    if (settings.backend !== 'llama.cpp') throw new Error(`llama.cpp does not run on ${settings.backend}`);
    const startMs = performance.now();
    await this.dispose();
    const { shape, format, weightFiles } = inspectModel(modelDir);
    const file = ggufFile ?? (format === 'gguf' ? weightFiles[0] : undefined);
    if (file === undefined) throw noGguf(modelDir);
    if (!holdsVocabulary(file)) throw noVocabulary(modelDir);
    const { llama, isOutOfMemory } = (this.#opened ??= await openLlama(settings));
    const model = await loadFile(file, { llama, isOutOfMemory });
    const length = Math.min(contextLength, shape.maxPositions);
    const threads = threadsFor(shape, settings);
    const most = Math.max(threads.token, threads.prompt);
    const shelf = new SequenceShelf({ llama, model, shape, threads: most, contextLength: length, isOutOfMemory });
    const makeSampler = () => new llama._bindings.AddonSampler(model._model);
    const about = { model, modelDir, shape, contextLength: length };
    this.#open = { ...about, shelf, threads, makeSampler, loras: new Map() };
    return { device: deviceOf(llama.gpu, threads), loadMs: performance.now() - startMs };
  }

  async loadAdapter({
    key,
    dir,
    ggufDir,
  }: EngineRequests['loadAdapter'][0]): Promise<EngineRequests['loadAdapter'][2]> {
    const startMs = performance.now();
    const { model, modelDir, loras } = this.#model();
    if (ggufDir === undefined) throw new Error('llama.cpp needs a place for the converted adapter');
    const { file, method } = keptGgufLora(ggufDir) ?? (await convert({ adapterDir: dir, modelDir, ggufDir }));
    await this.unloadAdapter({ key });
    loras.set(key, { lora: await loadLora(model, file), file });
    return { loadMs: performance.now() - startMs, method, bytes: (await stat(file)).size };
  }

  async unloadAdapter({ key }: EngineRequests['unloadAdapter'][0]): Promise<void> {
    const { model, loras, shelf } = this.#model();
    const loaded = loras.get(key);
    if (!loaded) return;
    loras.delete(key);
    shelf.drop((cacheKey) => cacheKey.startsWith(`${key}\u0000`));
    if ([...loras.values()].some(({ file }) => file === loaded.file)) return;
    model._loraAdapters.delete(resolve(loaded.file));
    await loaded.lora.dispose();
  }

  async generate(
    request: GenerateRequest,
    { onEvent, signal }: GenerateOptions = {},
  ): Promise<EngineRequests['generate'][2]> {
    const open = this.#model();
    const { shape, contextLength, threads } = open;
    const { promptIds, sampling, adapter } = request;
    checkIds(promptIds, shape.vocabSize);
    const wanted = { ids: promptIds, tokens: promptIds.length + sampling.maxTokens };
    const { tape, world, swapMs } = await this.#select(open, adapter, wanted);
    const onToken = onEvent && ((id: number): void => onEvent({ type: 'token', id }));
    try {
      const about = { contextLength, promptIds, sampling, onToken, signal };
      return { ...(await llamaGenerate({ ...about, tape, world, threads })), swapMs };
    } catch (error) {
      open.shelf.drop((key) => key === cacheKeyOf(adapter)); // nobody knows how far it got
      throw error;
    }
  }

  async logits(request: LogitsRequest): Promise<EngineRequests['logits'][2]> {
    const open = this.#model();
    for (const row of request.ids) checkIds(row, open.shape.vocabSize);
    const longest = Math.max(...request.ids.map((row) => row.length));
    const { tape, world } = await this.#select(open, request.adapter, { ids: request.ids[0] ?? [], tokens: longest });
    return llamaLogits(tape, world, request);
  }

  /** See probeRow. */
  async probe(
    request: Parameters<typeof probeRow>[2] & { readonly adapter: AdapterChoice },
  ): Promise<readonly ProbedToken[]> {
    const open = this.#model();
    checkIds(request.row, open.shape.vocabSize);
    const { tape, world } = await this.#select(open, request.adapter, { ids: request.row, tokens: request.row.length });
    return probeRow(tape, world, request);
  }

  async dispose(): Promise<void> {
    const open = this.#open;
    if (!open) return;
    this.#open = undefined;
    await open.shelf.dispose();
    await open.model.dispose();
  }

  #model(): OpenModel {
    if (this.#open) return this.#open;
    throw new GraftError('conflict', engineChatWords.noModel(), { remedy: engineChatWords.loadModel() });
  }

  /** The swap, and a cache that belongs to this adapter at this scale. */
  async #select(
    open: OpenModel,
    choice: AdapterChoice,
    { ids, tokens }: { readonly ids: readonly number[]; readonly tokens: number },
  ): Promise<{ readonly tape: LlamaTape; readonly world: SamplerWorld; readonly swapMs: number }> {
    const loaded = choice === null ? undefined : open.loras.get(choice.key);
    if (choice !== null && !loaded)
      throw new GraftError('notFound', engineChatWords.noAdapter({ key: choice.key }), {
        field: 'adapter',
        remedy: engineChatWords.loadFirst(),
      });
    const { context, tape } = await open.shelf.take(cacheKeyOf(choice), ids, Math.min(tokens, open.contextLength));
    const world = { context, vocabSize: open.shape.vocabSize, makeSampler: open.makeSampler };
    return { tape, world, swapMs: swap(context, loaded, choice?.scale ?? 1) };
  }
}

function cacheKeyOf(choice: AdapterChoice): string {
  return choice === null ? '' : `${choice.key}\u0000${choice.scale}`;
}

function swap(context: AddonContext, loaded: LoadedLora | undefined, scale: number): number {
  const startMs = performance.now();
  context.setLoras(loaded ? [loaded.lora] : [], loaded ? [scale] : []);
  return performance.now() - startMs;
}

async function loadFile(modelPath: string, { llama, isOutOfMemory }: OpenLlama): Promise<LlamaModel> {
  try {
    return await llama.loadModel({ modelPath });
  } catch (error) {
    if (isOutOfMemory(error)) {
      throw new GraftError('outOfMemory', llamaCppWords.noMemory(), { remedy: llamaCppWords.closePrograms() }, error);
    }
    const message = llamaCppWords.notOpened({ modelPath, why: saidOf(toGraftError(error)) });
    throw new GraftError('unsupported', message, { file: modelPath, remedy: llamaCppWords.useTensors() }, error);
  }
}

/** Imported when it is needed: a chat with the base, or with what was converted before, loads no tensors. */
async function convert(request: GgufLoraRequest): Promise<GgufLoraFile> {
  return (await import('./provideGgufLora.ts')).provideGgufLora(request);
}

async function loadLora(model: LlamaModel, file: string): Promise<LlamaLora> {
  try {
    return await model._getOrLoadLora(file);
  } catch (error) {
    const message = llamaCppWords.adapterNotAdded({ why: saidOf(toGraftError(error)) });
    throw new GraftError('unsupported', message, { file, remedy: llamaCppWords.useTensors() }, error);
  }
}

/** Of what was measured that for the width nearest to the model's. */
function threadsFor({ hiddenSize }: ModelShape, { threads, measured = [] }: LlamaCppSettings): ThreadCounts {
  const distance = (each: MeasuredThreads): number => Math.abs(Math.log(each.hiddenSize / hiddenSize));
  const [nearest] = [...measured].sort((a, b) => distance(a) - distance(b));
  return nearest ?? { token: threads, prompt: threads };
}

function deviceOf(gpu: string | false, { token: threads, prompt }: ThreadCounts): Said {
  if (gpu !== false) return llamaCppWords.onGpu({ gpu });
  return threads === prompt ? llamaCppWords.onCpu({ threads }) : llamaCppWords.onCpuReading({ threads, prompt });
}

/** In the file itself: a tokenizer.json beside it is of no use to llama.cpp. */
function holdsVocabulary(path: string): boolean {
  const file = openGguf(path);
  try {
    return file.metadata.has('tokenizer.ggml.tokens');
  } finally {
    file.close();
  }
}

/**
 * The binding asks the vocabulary for its marks as it opens a model; where there is none the process would be aborted.
 */
function noVocabulary(modelDir: string): GraftError {
  return new GraftError('unsupported', llamaCppWords.noVocabulary(), {
    file: modelDir,
    field: 'tokenizer.ggml.tokens',
    remedy: llamaCppWords.exportWithTokenizer(),
  });
}

function noGguf(modelDir: string): GraftError {
  return new GraftError('unsupported', llamaCppWords.ggufAlone(), {
    file: modelDir,
    field: 'engine',
    remedy: llamaCppWords.exportAsGguf(),
  });
}
