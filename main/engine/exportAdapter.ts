/**
 * Writes an adapter for other programs and proves it: the written folder is read back, and its logits on fixed tokens
 * are compared with the original's, in float32 on both sides. A folder that does not agree is not left behind.
 */
import { rm } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import type { EngineRequests } from '../contract/engine.ts';
import { GraftError } from '../contract/errors.ts';
import { inspectModel } from '../formats/modelFolder.ts';
import { readPeftFolder, writePeftFolder, type PeftFolder } from '../formats/peftFolder.ts';
import { getAdapterMethod, readAdapter } from './adapters/registry.ts';
import type { AdapterWeights } from './adapters/adapterMethod.ts';
import { ChatEngine } from './inference/chatEngine.ts';

type Request = EngineRequests['exportAdapter'][0];
type Result = EngineRequests['exportAdapter'][2];

/** Float32 sums in another order differ by far less than this; anything above is a wrong file. */
const worstParity = 1e-3;

/** What can be written: one line each. */
const targets: Readonly<Record<string, (weights: AdapterWeights, baseModel: string) => PeftFolder>> = {
  peft: (weights, baseModel) => getAdapterMethod(weights.methodId).toPeft(weights, baseModel),
  lora: (weights, baseModel) => getAdapterMethod('lora').toPeft(getAdapterMethod(weights.methodId).toLora(weights), baseModel),
};

/** Token ids that exercise the vocabulary, two rows of eight. */
function probeIds(vocabSize: number): number[][] {
  return [0, 1].map((row) => Array.from({ length: 8 }, (_, at) => (7919 * (8 * row + at + 1)) % vocabSize));
}

/** max |a − b| / max |b|. */
function relativeDifference(a: readonly number[], b: readonly number[]): number {
  const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const difference = a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0);
  return difference / (largest || 1);
}

async function measureParity({ settings, modelDir, adapterDir, outDir }: Request, vocabSize: number): Promise<number> {
  const engine = new ChatEngine();
  try {
    await engine.loadModel({ settings: { ...settings, precision: 'float32' }, modelDir, contextLength: 256 });
    const logits: number[][] = [];
    for (const [key, dir] of Object.entries({ original: adapterDir, exported: outDir })) {
      await engine.loadAdapter({ key, dir });
      logits.push([...(await engine.logits({ ids: probeIds(vocabSize), adapter: { key, scale: 1 } })).data]);
    }
    return relativeDifference(logits[1], logits[0]);
  } finally {
    engine.dispose();
  }
}

/** Writes `outDir` (which must not exist). Throws GraftError for an unknown target and for a parity above 1e-3. */
export async function exportAdapter(request: Request): Promise<Result> {
  const { modelDir, adapterDir, to, outDir, baseModel } = request;
  const write = Object.hasOwn(targets, to) ? targets[to] : undefined;
  if (!write)
    throw new GraftError('unsupported', `There is no export to ${to}.`, {
      field: 'to',
      remedy: `Known: ${Object.keys(targets).join(', ')}.`,
    });
  const { shape } = inspectModel(modelDir);
  await writePeftFolder(outDir, write(readAdapter(readPeftFolder(adapterDir), shape.linears), baseModel));
  try {
    const parity = await measureParity(request, shape.vocabSize);
    if (!(parity <= worstParity)) {
      throw new GraftError('integrity', `The exported adapter does not answer like the original (parity ${parity.toExponential(1)}).`, {
        file: outDir,
        parity,
      });
    }
    return { files: readdirSync(outDir).sort(), parity };
  } catch (error) {
    await rm(outDir, { recursive: true, force: true });
    throw error;
  }
}
