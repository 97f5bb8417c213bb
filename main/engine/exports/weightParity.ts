/**
 * The comparison for models that are too large to be computed with in float32 here: instead of the logits, the weights
 * themselves, one at a time. What was written, read back, against base and adapter together.
 */
import { inspectModel } from '../../formats/modelFolder.ts';
import { readPeftFolder } from '../../formats/peftFolder.ts';
import { readAdapter } from '../adapters/registry.ts';
import { MergedWeights } from './MergedWeights.ts';
import { relativeDifference } from './relativeDifference.ts';
import type { ExportJob, ReadBack } from './weightExport.ts';
import { progressWords } from '../../contract/words/progress.ts';

/** Largest max |a − b| / max |b| of all weights; needs memory for two of them. */
export async function measureWeightParity(job: ExportJob, written: ReadBack): Promise<number> {
  const model = inspectModel(written.modelDir);
  const adapter = written.adapterDir === null ? null : readAdapter(readPeftFolder(written.adapterDir), model.shape);
  const expected = new MergedWeights(job);
  let found: MergedWeights | undefined;
  try {
    found = new MergedWeights({ modelDir: written.modelDir, model, adapter });
    return await largestDifference(job, written, { expected, found });
  } finally {
    expected.close();
    found?.close();
  }
}

interface Sides {
  readonly expected: MergedWeights;
  readonly found: MergedWeights;
}

async function largestDifference(
  { modelDir, signal, onProgress, model }: ExportJob,
  written: ReadBack,
  { expected, found }: Sides,
) {
  const names = [...new Set([...model.family.weightShapes(model.shape).keys(), ...expected.added])];
  // A base that both sides share needs no comparing with itself.
  const compared =
    written.modelDir === modelDir ? names.filter((name) => expected.changes(name) || found.changes(name)) : names;
  let worst = 0;
  for (const [done, name] of compared.entries()) {
    signal.throwIfAborted();
    onProgress({ label: progressWords.comparing(), done, total: compared.length, unit: 'tensors' });
    worst = Math.max(worst, relativeDifference(await found.read(name), await expected.read(name)));
  }
  return worst;
}
