/**
 * How near what was written comes to the original on text that the adapter was not trained on, where it is meant to
 * come near and not to be the same: on rows that its run held out for evaluation, of a model that writes at the first
 * tokens that count there, of a classifier its scores. Both sides in float32 on one base.
 */
import { setImmediate } from 'node:timers/promises';
import type { EngineSettings, HeldOutText } from '../../contract/engine.ts';
import type { HeldOutDifference } from '../../contract/exports/exportSpec.ts';
import { readPeftFolder } from '../../formats/peftFolder.ts';
import type { AdapterWeights } from '../adapters/adapterMethod.ts';
import { readAdapter } from '../adapters/registry.ts';
import type { Backend } from '../backends/backend.ts';
import { openBackend } from '../backends/registry.ts';
import { encoderArrays, encoderTensors } from '../models/encoderRows.ts';
import { loadEncoder } from '../models/loadEncoder.ts';
import { loadModel } from '../models/registry.ts';
import { tf, type Tensor } from '../tf.ts';
import { heldOutRows, type HeldOutRow } from '../training/trainingData.ts';
import { bindForOutputs } from './encoderOutputs.ts';
import type { ReadBack } from './weightExport.ts';

/** 2,048 answers: seconds with a small model. */
const limits = { rows: 64, answersOfRow: 32, length: 256 } as const;

interface Sides {
  readonly original: ReadBack;
  readonly written: ReadBack;
  /** Heard between the rows. */
  readonly signal: AbortSignal;
}

/** A model as what is measured on it. */
interface Answering {
  /** For each answer of the row what the text has; null for a value. */
  wanted(row: HeldOutRow): readonly (number | null)[];
  /** (answers, vocabulary or classes), traced in a tidy. */
  scores(row: HeldOutRow, weights: AdapterWeights): Tensor;
  dispose(): void;
}

/** null where no row was held out, and where the two are no adapters of one base. */
export async function measureHeldOut(
  settings: EngineSettings,
  { original, written, signal }: Sides,
  text: HeldOutText,
): Promise<HeldOutDifference | null> {
  const dirs = [original.adapterDir, written.adapterDir].filter((dir) => dir !== null);
  if (dirs.length < 2 || original.modelDir !== written.modelDir) return null;
  const backend = await openBackend({ ...settings, precision: 'float32' });
  const { model, shape } = text.labelTask
    ? openClassifier(backend, original.modelDir)
    : openWriter(backend, original.modelDir);
  try {
    const [before, after] = dirs.map((dir) => readAdapter(readPeftFolder(dir), shape));
    const sum = new Differences();
    for (const row of heldOutRows(text, shape).slice(0, limits.rows)) {
      await setImmediate(); // a cancel may arrive
      signal.throwIfAborted();
      const [expected, found] = [await scoresOf(model, row, before), await scoresOf(model, row, after)];
      sum.add(model.wanted(row), expected, found);
    }
    return sum.result(text.dataset);
  } finally {
    model.dispose();
  }
}

async function scoresOf(model: Answering, row: HeldOutRow, weights: AdapterWeights): Promise<Float32Array> {
  const scores = tf.tidy(() => model.scores(row, weights));
  const values = await scores.data<'float32'>();
  scores.dispose();
  return values;
}

function openWriter(backend: Backend, modelDir: string) {
  const model = loadModel(backend, modelDir);
  /** Positions before the tokens that count. */
  const positions = ({ ids, lossMask }: HeldOutRow): readonly number[] =>
    [...ids.keys()]
      .slice(1, limits.length)
      .flatMap((at) => (lossMask?.[at] ? [at - 1] : []))
      .slice(0, limits.answersOfRow);
  const answering: Answering = {
    wanted: (row) => positions(row).map((at) => row.ids[at + 1]),
    scores(row, weights) {
      const adapter = bindForOutputs(backend, weights);
      const ids = tf.tensor2d(row.ids.slice(0, limits.length), [1, Math.min(row.ids.length, limits.length)], 'int32');
      const picked = tf.gather(model.hidden(ids, { adapter }), tf.tensor1d([...positions(row)], 'int32'));
      return model.logits(picked, adapter);
    },
    dispose: () => model.dispose(),
  };
  return { model: answering, shape: model.shape };
}

function openClassifier(backend: Backend, modelDir: string) {
  const model = loadEncoder(backend, modelDir);
  const answering: Answering = {
    wanted: ({ label }) => [label ?? null],
    scores({ ids, secondStart = ids.length }, weights) {
      const adapter = bindForOutputs(backend, weights);
      const head = weights.head?.tensors ?? Object.fromEntries(model.storedHead);
      const tensors = Object.entries(head).map(
        ([name, { data, shape }]) => [name, tf.tensor(data, [...shape])] as const,
      );
      const inputs = encoderTensors(encoderArrays(model.shape, [{ ids, secondStart }], ids.length));
      return model.logits(model.hidden(inputs, { adapter }), ids.length, Object.fromEntries(tensors), { adapter });
    },
    dispose: () => model.dispose(),
  };
  return { model: answering, shape: model.shape };
}

/** Over the answers of all rows. */
class Differences {
  #rows = 0;
  #answers = 0;
  #alike = 0;
  #difference = 0;
  #largest = 0;
  readonly #losses = { original: 0, written: 0 };
  #graded = 0;

  /** Row-major scores of the answers, of the original and of what was written. */
  add(wanted: readonly (number | null)[], expected: Float32Array, found: Float32Array): void {
    if (wanted.length === 0) return;
    const width = expected.length / wanted.length;
    this.#rows += 1;
    for (const [index, answer] of wanted.entries()) {
      const [a, b] = [expected, found].map((scores) => scores.subarray(index * width, (index + 1) * width));
      a.forEach((score, at) => {
        this.#difference = Math.max(this.#difference, Math.abs(b[at] - score));
        this.#largest = Math.max(this.#largest, Math.abs(score));
      });
      this.#answers += 1;
      if (largestOf(a) === largestOf(b)) this.#alike += 1;
      if (answer === null || width === 1) continue;
      this.#graded += 1;
      this.#losses.original += surprise(a, answer);
      this.#losses.written += surprise(b, answer);
    }
  }

  result(dataset: string): HeldOutDifference | null {
    if (this.#rows === 0) return null;
    const mean = (sum: number): number | null => (this.#graded === 0 ? null : sum / this.#graded);
    return {
      ...{ dataset, rows: this.#rows, answers: this.#answers },
      difference: this.#difference / (this.#largest || 1),
      sameAnswer: this.#alike / this.#answers,
      lossOriginal: mean(this.#losses.original),
      lossWritten: mean(this.#losses.written),
    };
  }
}

function largestOf(scores: Float32Array): number {
  return scores.reduce((best, score, at) => (score > scores[best] ? at : best), 0);
}

/** −log of the share that softmax gives to the answer. */
function surprise(scores: Float32Array, answer: number): number {
  const most = scores[largestOf(scores)];
  const total = scores.reduce((sum, score) => sum + Math.exp(score - most), 0);
  return most + Math.log(total) - scores[answer];
}
