/** The adapter's own method, as PEFT saves it. */
import { z } from 'zod';
import { peftUsage, refuseWithoutPeft, type ExportSpec } from './exportSpec.ts';

export const peftExportOptions = z.strictObject({
  olderReaders: z
    .boolean()
    .default(false)
    .meta({
      title: 'For older PEFT',
      needs: ['leanOptions', 'peft'],
      description:
        'VeRA: write only what PEFT 0.12 and later know, without the projections, which they draw from the key themselves',
    }),
});

export type PeftExportOptions = z.infer<typeof peftExportOptions>;

export const peftExport: ExportSpec<PeftExportOptions> = {
  id: 'peft',
  title: 'PEFT, own method',
  summary: 'As it is kept here: the smallest form, for PEFT and transformers.',
  readers: ['PEFT', 'transformers'],
  options: peftExportOptions,
  hub: { library: 'peft', relation: 'adapter', tags: [] },
  usage: peftUsage,
  refusal: refuseWithoutPeft,
};
