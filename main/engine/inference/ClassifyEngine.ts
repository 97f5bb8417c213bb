/**
 * One encoder on one device, adapters with their heads resident beside it: texts in, a label's probabilities or a value
 * out. A swap is a choice of tensors, as in ChatEngine. Rows go through in batches of few sizes, so that little is
 * compiled.
 */
import type { ClassifyRequest, ClassifyResult, EngineRequests } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import { headShapes } from '../../contract/families/bert.ts';
import { type LabelTask, outputsOf } from '../../contract/labels.ts';
import { readPeftFolder } from '../../formats/peftFolder.ts';
import { readAdapter } from '../adapters/registry.ts';
import type { Backend, Compiled } from '../backends/backend.ts';
import { openBackend } from '../backends/registry.ts';
import type { EncoderInputs, EncoderModel } from '../models/encoderModel.ts';
import { encoderArrays, encoderTensors } from '../models/encoderRows.ts';
import type { EncoderRow } from '../models/encoderRows.ts';
import { loadEncoder } from '../models/loadEncoder.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap, Tensor } from '../tf.ts';
import { findStrangeId } from './checkPrompt.ts';
import { bindAdapter } from './decoder.ts';
import { ResidentAdapters } from './ResidentAdapters.ts';
import { headInputs, headTensors } from './residentAdapter.ts';
import type { ResidentAdapter } from './residentAdapter.ts';
import { coreWords } from '../../contract/words/core.ts';
import { engineChatWords } from '../../contract/words/engineChat.ts';

type Request<Name extends keyof EngineRequests> = EngineRequests[Name][0];
type Result<Name extends keyof EngineRequests> = EngineRequests[Name][2];

interface Head {
  readonly task: LabelTask;
  /** `head/<name>` for each of its tensors, float32. */
  readonly inputs: NamedTensorMap;
}

interface OpenEncoder {
  readonly model: EncoderModel;
  readonly adapters: ResidentAdapters<Compiled>;
  /** The base's own, where it has one. */
  readonly head: Head | null;
}

const lengths = [16, 32, 64, 128, 256, 512] as const;
const rowsAtOnce = 16;
const mostAdapters = 32;

/** Requests must come one at a time. */
export class ClassifyEngine {
  #open: OpenEncoder | undefined;

  /** Replaces the model that was loaded before and its adapters. */
  async loadModel({ settings, modelDir }: Request<'loadEncoder'>): Promise<Result<'loadEncoder'>> {
    const startMs = performance.now();
    this.dispose();
    const backend = await openBackend(settings);
    const model = loadEncoder(backend, modelDir);
    this.#open = {
      model,
      adapters: new ResidentAdapters({
        backend,
        compile: (resident) => compileClassify(backend, model, resident),
        most: mostAdapters,
      }),
      head: storedHeadOf(model),
    };
    return { device: backend.device, loadMs: performance.now() - startMs };
  }

  /** One that is there already stays; of too many the one that came first goes. */
  loadAdapter({ key, dir }: Request<'loadEncoderAdapter'>): void {
    const { model, adapters } = this.#encoder();
    if (!adapters.has(key)) adapters.put(key, readAdapter(readPeftFolder(dir), model.shape));
  }

  /**
   * Probabilities of each label for each row, or its value. Throws GraftError('unsupported') where there is no head.
   */
  async classify({ rows, adapter, asLogits = false }: ClassifyRequest, signal?: AbortSignal): Promise<ClassifyResult> {
    const open = this.#encoder();
    for (const { ids } of rows) checkRow(ids, open.model);
    const startMs = performance.now();
    const chosen = select(open, adapter);
    const swapMs = performance.now() - startMs;
    const scale = adapter && { scale: tf.scalar(adapter.scale) };
    const inputs = { ...chosen.inputs, ...scale };
    const outputs: number[][] = [];
    try {
      for (let from = 0; from < rows.length; from += rowsAtOnce) {
        if (signal?.aborted) throw new GraftError('cancelled', coreWords.cancelled());
        outputs.push(...(await forward(open.model, chosen, { inputs, rows: rows.slice(from, from + rowsAtOnce) })));
      }
    } finally {
      tf.dispose(scale ?? []);
    }
    const { task } = chosen;
    return { task, outputs: task.kind === 'regression' || asLogits ? outputs : outputs.map(probabilities), swapMs };
  }

  dispose(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = undefined;
    open.adapters.dispose();
    tf.dispose(open.head?.inputs ?? []);
    open.model.dispose();
  }

  #encoder(): OpenEncoder {
    if (this.#open) return this.#open;
    throw new GraftError('conflict', engineChatWords.noEncoder(), { remedy: engineChatWords.loadEncoder() });
  }
}

/** As complete as its labels need it. */
function storedHeadOf({ shape, storedHead, hasPooler }: EncoderModel): Head | null {
  const labels = shape.encoder?.labels ?? [];
  const task: LabelTask = labels.length === 1 ? { kind: 'regression', labels: [] } : { kind: 'classification', labels };
  const needed = headShapes(shape, outputsOf(task), { pooler: false });
  const isWhole = hasPooler && [...needed.keys()].every((name) => storedHead.has(name));
  return isWhole ? { task, inputs: headInputs({ tensors: Object.fromEntries(storedHead) }) } : null;
}

interface Chosen {
  readonly compiled: Compiled;
  readonly task: LabelTask;
  /** Adapter and head. */
  readonly inputs: NamedTensorMap;
}

function select({ adapters, head }: OpenEncoder, adapter: ClassifyRequest['adapter']): Chosen {
  const resident = adapter === null ? undefined : adapters.get(adapter.key);
  const compiled = adapters.functionsFor(resident);
  if (resident?.task) return { compiled, task: resident.task, inputs: resident.inputs };
  if (head) return { compiled, task: head.task, inputs: { ...resident?.inputs, ...head.inputs } };
  throw new GraftError('unsupported', resident ? engineChatWords.noHeadInBoth() : engineChatWords.noHead(), {
    field: 'adapter',
    remedy: engineChatWords.trainHead(),
  });
}

function compileClassify(backend: Backend, model: EncoderModel, resident: ResidentAdapter | undefined): Compiled {
  return backend.compile('classify', (inputs) => {
    const adapter = resident && bindAdapter(resident.binding, inputs);
    const hidden = model.hidden(inputs as Record<keyof EncoderInputs, Tensor>, { adapter });
    return { outputs: model.logits(hidden, inputs.ids.shape[1] as number, headTensors(inputs), { adapter }) };
  });
}

interface Forward {
  readonly inputs: NamedTensorMap;
  readonly rows: readonly EncoderRow[];
}

async function forward({ shape }: EncoderModel, { compiled }: Chosen, { inputs, rows }: Forward): Promise<number[][]> {
  const longest = rows.reduce((most, { ids }) => Math.max(most, ids.length), 1);
  const length = Math.min(lengths.find((each) => each >= longest) ?? longest, shape.maxPositions);
  const batch = encoderTensors(encoderArrays(shape, rows, length, rows.length === 1 ? 1 : rowsAtOnce));
  const { outputs } = compiled({ ...inputs, ...batch });
  const values = Array.from(await outputs.data());
  const width = outputs.shape[1] as number;
  tf.dispose([batch, outputs]);
  return rows.map((_, row) => values.slice(row * width, (row + 1) * width));
}

function probabilities(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((total, each) => total + each, 0);
  return exponentials.map((each) => each / sum);
}

/** A lookup past a table is undefined on some devices, so it is refused here. */
function checkRow(ids: readonly number[], { shape }: EncoderModel): void {
  const wrong = findStrangeId(ids, shape.vocabSize);
  const isFitting = ids.length > 0 && ids.length <= shape.maxPositions;
  if (wrong === undefined && isFitting) return;
  const message =
    wrong === undefined || !isFitting
      ? engineChatWords.rowDoesNotFit({ count: ids.length })
      : engineChatWords.notATokenId({ id: wrong });
  throw new GraftError('invalid', message, {
    field: 'rows',
    remedy: engineChatWords.giveIds({ maxPositions: shape.maxPositions, vocabSize: shape.vocabSize }),
  });
}
