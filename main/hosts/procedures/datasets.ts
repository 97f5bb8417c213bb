/** Procedures of the domain `datasets`: inputs are parsed, the services do the work. */
import { notYet, os } from './implementer.ts';

export const datasets = {
  list: os.datasets.list.handler(() => notYet('datasets.list')),
  listTrashed: os.datasets.listTrashed.handler(() => notYet('datasets.listTrashed')),
  get: os.datasets.get.handler(() => notYet('datasets.get')),
  samples: os.datasets.samples.handler(() => notYet('datasets.samples')),
  importSample: os.datasets.importSample.handler(() => notYet('datasets.importSample')),
  preview: os.datasets.preview.handler(() => notYet('datasets.preview')),
  import: os.datasets.import.handler(() => notYet('datasets.import')),
  rename: os.datasets.rename.handler(() => notYet('datasets.rename')),
  rows: os.datasets.rows.handler(() => notYet('datasets.rows')),
  view: os.datasets.view.handler(() => notYet('datasets.view')),
  statistics: os.datasets.statistics.handler(() => notYet('datasets.statistics')),
  remove: os.datasets.remove.handler(() => notYet('datasets.remove')),
  restore: os.datasets.restore.handler(() => notYet('datasets.restore')),
};
