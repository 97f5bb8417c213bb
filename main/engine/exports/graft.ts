/** The adapter's files as they are kept. */
import { copyKept, keptBytes, unscaledNotes } from './keptFiles.ts';
import { copyOwnPrompts } from './ownPrompts.ts';
import { requireAdapter, tolerances, type WeightExport } from './weightExport.ts';

export const graft: WeightExport = {
  sizeBytes: keptBytes,

  async write(job) {
    const adapter = requireAdapter(job);
    await copyKept(job);
    await copyOwnPrompts(job);
    return {
      readBack: () => ({ modelDir: job.modelDir, adapterDir: job.outDir }),
      tolerance: tolerances.f32,
      rounding: null,
      notes: unscaledNotes(adapter),
    };
  },
};
