/**
 * Writes an adapter or a model for other programs and proves it: what was written is read back, and its logits are
 * compared with the original's. The caller gives a folder of its own and throws it away when this throws.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineRequests } from '../contract/engine.ts';
import { GraftError } from '../contract/errors.ts';
import type { HeldOutDifference } from '../contract/exports/exportSpec.ts';
import type { Said } from '../contract/words/words.ts';
import { requireSpace } from '../formats/diskSpace.ts';
import { inspectModel } from '../formats/modelFolder.ts';
import { readPeftFolder } from '../formats/peftFolder.ts';
import { readAdapter } from './adapters/registry.ts';
import { openBackend } from './backends/registry.ts';
import { measureHeldOut } from './exports/heldOut.ts';
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
  const { of, difference, heldOut } = await compare(job, request, written);
  signal.throwIfAborted();
  const { rounding, truncation = null, notes = [] } = written;
  const tolerance = written.tolerance?.[of] ?? null;
  if (tolerance !== null && !(difference <= tolerance)) throw differs({ difference, tolerance, outDir });
  return {
    files: (await readdir(outDir)).sort(),
    parity: { of, difference, tolerance, rounding },
    truncation,
    ...(heldOut && { heldOut }),
    notes: [...notes, ...(written.tolerance === null ? [heldOutNote(heldOut)] : [])],
  };
}

/** What the difference was measured on, where there is meant to be one. */
function heldOutNote(measured: HeldOutDifference | null): Said {
  if (measured === null) return engineExportWords.nearOnFixedTokens();
  const { dataset, rows, answers, difference, sameAnswer, lossOriginal, lossWritten } = measured;
  const losses = lossOriginal === null || lossWritten === null ? null : [lossOriginal, lossWritten];
  const [before, after] = (losses ?? []).map((loss) => loss.toFixed(3));
  return engineExportWords.nearOnHeldOut({
    ...{ dataset, rows, answers, same: (100 * sameAnswer).toFixed(1), difference: difference.toExponential(1) },
    losses: losses && { before, after },
  });
}

interface Compared {
  readonly of: keyof Tolerance;
  readonly difference: number;
  readonly heldOut: HeldOutDifference | null;
}

/**
 * What is needed for reading alone lies in the export's own folder meanwhile: on the disk that was found large enough.
 */
async function compare(
  job: ExportJob,
  { settings, heldOut }: Pick<Request, 'settings' | 'heldOut'>,
  { readBack, tolerance }: WrittenExport,
): Promise<Compared> {
  const scratchDir = await mkdtemp(join(job.outDir, '.read-back-'));
  const { modelDir, adapterDir, signal } = job;
  try {
    const written = await readBack(scratchDir);
    if (!fitsInFloat32(job))
      return { of: 'weights', difference: await measureWeightParity(job, written), heldOut: null };
    const sides = { original: { modelDir, adapterDir }, written, signal };
    const difference = await measureParity(settings, sides);
    const text = tolerance === null ? heldOut : undefined;
    return { of: 'logits', difference, heldOut: text ? await measureHeldOut(settings, sides, text) : null };
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
