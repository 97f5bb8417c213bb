/** Procedures of the domain `tasks`. */
import { os } from './implementer.ts';

export const tasks = {
  list: os.tasks.list.handler(({ context }) => context.studio.tasks.list()),
  get: os.tasks.get.handler(({ context, input }) => context.studio.tasks.get(input.id)),
  watch: os.tasks.watch.handler(({ context, input, signal }) =>
    context.studio.tasks.watch(input.id, { signal, waits: input.waits }),
  ),
  cancel: os.tasks.cancel.handler(({ context, input }) => {
    context.studio.tasks.cancel(input.id);
    return null;
  }),
  dismiss: os.tasks.dismiss.handler(({ context, input }) => {
    context.studio.tasks.dismiss(input.id);
    return null;
  }),
};
