/**
 * Writes an adapter or a model for other programs and proves it: what was written is read back, and its logits are
 * compared with the original's. The caller gives a folder of its own and throws it away when this throws.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineRequests, EngineSettings } from '../contract/engine.ts';
import { GraftError } from '../contract/errors.ts';
import { requireSpace } from '../formats/diskSpace.ts';
import { inspectModel } from '../formats/modelFolder.ts';
import { readPeftFolder } from '../formats/peftFolder.ts';
import { readAdapter } from './adapters/registry.ts';
import { openBackend } from './backends/registry.ts';
import { measureParity } from './exports/parity.ts';
import { getWeightExport } from './exports/registry.ts';
import { measureWeightParity } from './exports/weightParity.ts';
import type { ExportJob, Tolerance, WrittenExport } from './exports/weightExport.ts';
import type { HandlerContext } from './serveRequests.ts';
import { engineExportWords } from '../contract/words/engineExports.ts';
import { progressWords } from '../contract/words/progress.ts';

type Request = EngineRequests['writeExport'][0];
type Result = EngineRequests['writeExport'][2];
type Context = HandlerContext<EngineRequests['writeExport'][1]>;

/** Throws GraftError: `diskFull` before anything is written, `integrity` for files that answer differently. */
export async function writeExport(request: Request, { signal, onEvent }: Context): Promise<Result> {
  const { settings, modelDir, adapterDir, outDir } = request;
  const model = inspectModel(modelDir);
  const adapter = adapterDir === null ? null : readAdapter(readPeftFolder(adapterDir), model.shape);
  const job: ExportJob = {
    ...request,
    model,
    adapter,
    signal,
    onProgress: (update) => onEvent({ type: 'progress', update }),
  };
  const target = getWeightExport(request.to);
  await requireSpace(outDir, target.sizeBytes(job));
  await openBackend({ ...settings, precision: 'float32' });
  const written = await target.write(job);
  signal.throwIfAborted();
  job.onProgress({ label: progressWords.comparing(), done: 0, total: null, unit: 'tensors' });
  const { of, difference } = await compare(job, settings, written);
  signal.throwIfAborted();
  const { rounding, truncation = null, notes = [] } = written;
  const tolerance = written.tolerance?.[of] ?? null;
  if (tolerance !== null && !(difference <= tolerance)) throw differs({ difference, tolerance, outDir });
  return { files: (await readdir(outDir)).sort(), parity: { of, difference, tolerance, rounding }, truncation, notes };
}

interface Compared {
  readonly of: keyof Tolerance;
  readonly difference: number;
}

/**
 * What is needed for reading alone lies in the export's own folder meanwhile: on the disk that was found large enough.
 */
async function compare(job: ExportJob, settings: EngineSettings, { readBack }: WrittenExport): Promise<Compared> {
  const scratchDir = await mkdtemp(join(job.outDir, '.read-back-'));
  const { modelDir, adapterDir, signal } = job;
  try {
    const written = await readBack(scratchDir);
    if (!fitsInFloat32(job)) return { of: 'weights', difference: await measureWeightParity(job, written) };
    return {
      of: 'logits',
      difference: await measureParity(settings, { original: { modelDir, adapterDir }, written, signal }),
    };
  } finally {
    await rm(scratchDir, { recursive: true, force: true });
  }
}

/** With room for what is computed on the way. */
function fitsInFloat32({ model }: ExportJob): boolean {
  return model.shape.parameterCount * 4 * 1.5 < process.availableMemory();
}

function differs({
  difference,
  tolerance,
  outDir,
}: {
  readonly difference: number;
  readonly tolerance: number;
  readonly outDir: string;
}) {
  const figures = engineExportWords.figures({
    difference: difference.toExponential(1),
    tolerance: tolerance.toExponential(0),
  });
  return new GraftError('integrity', engineExportWords.answersDiffer({ figures }), {
    file: outDir,
    parity: difference,
    remedy: engineExportWords.tryAnotherKind(),
  });
}
