/** The adapter's own method, as PEFT saves it. */
import { z } from 'zod';
import { peftUsage, refuseWholeModel, type ExportSpec } from './exportSpec.ts';

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
  withoutPeft: {
    title: 'Adapter folder',
    summary: 'As it is kept here, in the layout of PEFT: only Graft reads this method.',
    readers: ['Graft'],
    hub: { library: null, relation: 'adapter', tags: [] },
    usage: ({ folder }) => ({ language: 'sh', lines: [`npm start -- adapter import ${folder}`] }),
  },
  refusal: refuseWholeModel,
};
