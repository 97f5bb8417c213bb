/** Procedures of the domain `datasets`: inputs are parsed, the services do the work. */
import { basename } from 'node:path';
import { untilAborted } from '../../studio/shared/untilAborted.ts';
import { usingUp, withSource } from '../withSource.ts';
import { forwarding } from './forwarding.ts';
import { os } from './implementer.ts';

export const datasets = forwarding('datasets', 'datasets', {
  preview: os.datasets.preview.handler(({ context, input: { from, ...reading } }) =>
    withSource(context.files, from, async (path) => context.studio.datasets.preview(path, reading)),
  ),
  import: os.datasets.import.handler(({ context, input: { from, ...wanted } }) => {
    const { datasets: service, tasks } = context.studio;
    const path = context.files.pathOf(from);
    const source = context.files.asChosen(from, path);
    return tasks.start({ kind: 'importDataset', subject: wanted.name ?? basename(path) }, (options) =>
      usingUp(context.files, from, options, (told) => service.import(path, { ...wanted, source, ...told })),
    );
  }),
  labels: os.datasets.labels.handler(({ context, input, signal }) =>
    context.studio.datasets.labels(input.id, { signal }),
  ),
  rename: os.datasets.rename.handler(({ context, input }) => context.studio.datasets.rename(input.id, input.name)),
  view: os.datasets.view.handler(async ({ context, input: { id, modelId, ...window } }) => ({
    rows: await context.studio.datasets.renderRows(id, modelId, window),
  })),
  // Who leaves the screen stops waiting; the counting goes on as a task, which a person may cancel.
  statistics: os.datasets.statistics.handler(({ context, input: { id, modelId, maxLength }, signal }) =>
    untilAborted(context.studio.datasets.statistics(id, modelId, { maxLength }), signal),
  ),
});
