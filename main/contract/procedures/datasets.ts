import { z } from 'zod';
import { type Dataset, datasetFormats } from '../entities.ts';
import type { LabelCount } from '../labels.ts';
import type { DatasetPreview, DatasetRow, DatasetStatistics, DatasetView, SampleDataset } from '../workbench.ts';
import type { TaskTicket } from '../tasks.ts';
import type { Page } from '../library.ts';
import { byId, fileSource, gives, pageInput, procedure, reference } from './procedure.ts';

const reading = z.object({
  format: z.enum(datasetFormats).optional(),
  /** Role to column, e.g. { prompt: 'question', answer: 'reply' }. */
  columns: z.record(z.string(), z.string()).optional(),
  encoding: z.string().max(40).optional(),
});

const maxLength = z.int().min(1).max(131_072).optional();

export const datasets = {
  list: procedure.output(gives<readonly Dataset[]>()),
  listTrashed: procedure.output(gives<readonly Dataset[]>()),
  get: procedure.input(byId).output(gives<Dataset>()),
  samples: procedure.output(gives<readonly SampleDataset[]>()),
  importSample: procedure.input(z.object({ id: z.string() })).output(gives<Dataset>()),
  /** Reads the beginning of the file alone; quick for any size. */
  preview: procedure.input(reading.extend({ from: fileSource })).output(gives<DatasetPreview>()),
  import: procedure
    .input(
      reading.extend({
        from: fileSource,
        name: z.string().trim().min(1).max(120).optional(),
        trainOn: z.enum(['answers', 'all']).optional(),
      }),
    )
    .output(gives<TaskTicket<Dataset>>()),
  /** How often each label occurs, in the order that classes get; empty for a dataset without labels. */
  labels: procedure.input(byId).output(gives<readonly LabelCount[]>()),
  rename: procedure.input(byId.extend({ name: z.string().trim().min(1).max(120) })).output(gives<Dataset>()),
  rows: procedure
    .input(byId.extend(pageInput.shape).extend({ search: z.string().max(200).optional() }))
    .output(gives<Page<DatasetRow>>()),
  /** Rows as a model sees them, with the trained tokens marked: exactly what training uses. */
  view: procedure
    .input(
      byId.extend({
        modelId: reference,
        from: z.int().min(0).default(0),
        count: z.int().min(1).max(200).default(20),
        maxLength,
      }),
    )
    .output(gives<Pick<DatasetView, 'rows'>>()),
  statistics: procedure.input(byId.extend({ modelId: reference, maxLength })).output(gives<DatasetStatistics>()),
  /** To the trash. */
  remove: procedure.input(byId).output(gives<null>()),
  restore: procedure.input(byId).output(gives<Dataset>()),
};
