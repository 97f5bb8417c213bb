/** Procedures of the domain `runs`: reading is the run history's, everything else the run service's. */
import { readConfiguration } from '../../studio/runs/trainConfiguration.ts';
import { forwarding } from './forwarding.ts';
import { os } from './implementer.ts';

export const runs = forwarding('runs', 'runs', {
  list: os.runs.list.handler(({ context, input }) => context.studio.runHistory.page(input)),
  get: os.runs.get.handler(({ context, input }) => context.studio.runHistory.get(input.id)),
  curves: os.runs.curves.handler(({ context, input: { id, ...query } }) => context.studio.runHistory.curves(id, query)),
  samples: os.runs.samples.handler(({ context, input }) => context.studio.runHistory.samples(input.id)),
  log: os.runs.log.handler(({ context, input }) => context.studio.runHistory.log(input.id, input.after)),
  watch: os.runs.watch.handler(({ context, input: { id, afterLog }, signal }) =>
    context.studio.runHistory.news(id, { afterLog, ...(signal && { signal }) }),
  ),
  plan: os.runs.plan.handler(({ context, input, signal }) => context.studio.runs.plan(input, { signal })),
  compareWithBase: os.runs.compareWithBase.handler(({ context: { studio }, input: { id } }) =>
    studio.tasks.start({ kind: 'compareWithBase', subject: studio.runs.get(id).name }, async (options) =>
      studio.runs.compareWithBase(id, options),
    ),
  ),
  stop: os.runs.stop.handler(({ context, input }) => context.studio.runs.stop(input.id, input.keep)),
  reorder: os.runs.reorder.handler(({ context, input }) => {
    context.studio.runs.reorder(input.id, input.before);
    return null;
  }),
  rename: os.runs.rename.handler(({ context, input }) => context.studio.runs.rename(input.id, input.name)),
  readConfiguration: os.runs.readConfiguration.handler(({ input }) => readConfiguration(input.text)),
});
