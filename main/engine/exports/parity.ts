/** How far what was written answers from the original: logits of fixed tokens, both sides computed in float32. */
import { setImmediate } from 'node:timers/promises';
import type { EngineSettings } from '../../contract/engine.ts';
import { inspectModel } from '../../formats/modelFolder.ts';
import { ChatEngine } from '../inference/chatEngine.ts';
import { encoderOutputs } from './encoderOutputs.ts';
import { relativeDifference } from './relativeDifference.ts';
import type { ReadBack } from './weightExport.ts';

const contextLength = 256;

/** max |a − b| / max |b| of the logits. */
export async function measureParity(
  settings: EngineSettings,
  { original, written, signal }: Compared,
): Promise<number> {
  const { shape } = inspectModel(original.modelDir);
  const ids = probeIds(shape.vocabSize);
  if (!shape.encoder) return decoderParity(settings, { original, written, signal }, ids);
  const expected = await encoderOutputs(settings, original, ids);
  await heard(signal);
  return relativeDifference(await encoderOutputs(settings, written, ids), expected);
}

interface Compared {
  readonly original: ReadBack;
  readonly written: ReadBack;
  /** Heard between the steps, each of which loads or computes. */
  readonly signal: AbortSignal;
}

/** A model that both sides share is loaded once. */
async function decoderParity(
  settings: EngineSettings,
  { original, written, signal }: Compared,
  ids: number[][],
): Promise<number> {
  const engine = new ChatEngine();
  let loaded: string | undefined;
  const logitsOf = async ({ modelDir, adapterDir }: ReadBack): Promise<readonly number[]> => {
    if (loaded !== modelDir)
      await engine.loadModel({ settings: { ...settings, precision: 'float32' }, modelDir, contextLength });
    loaded = modelDir;
    await heard(signal);
    if (adapterDir !== null) await engine.loadAdapter({ key: adapterDir, dir: adapterDir });
    await heard(signal);
    return (await engine.logits({ ids, adapter: adapterDir === null ? null : { key: adapterDir, scale: 1 } })).data;
  };
  try {
    const expected = await logitsOf(original);
    await heard(signal);
    return relativeDifference(await logitsOf(written), expected);
  } finally {
    engine.dispose();
  }
}

/** Lets a cancel arrive that came while the thread was busy. */
async function heard(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}

/** Token ids that exercise the vocabulary, two rows of eight. */
function probeIds(vocabSize: number): number[][] {
  return [0, 1].map((row) => Array.from({ length: 8 }, (_, at) => (7919 * (8 * row + at + 1)) % vocabSize));
}
