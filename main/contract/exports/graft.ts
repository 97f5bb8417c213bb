/** The adapter as it is kept, whatever its method: the folder that Graft reads. */
import { z } from 'zod';
import { refuseWholeModel, type ExportSpec } from './exportSpec.ts';

export const graftExport: ExportSpec = {
  id: 'graft',
  title: 'Adapter folder',
  summary: 'As it is kept here, in the layout of PEFT: every method, for another Graft.',
  readers: ['Graft'],
  options: z.strictObject({}),
  hub: { library: null, relation: 'adapter', tags: [] },
  usage: ({ folder }) => ({ language: 'sh', lines: [`npm start -- adapter import ${folder}`] }),
  refusal: refuseWholeModel,
};
