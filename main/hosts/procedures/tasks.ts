/** Procedures of the domain `tasks`. */
import { forwarding } from './forwarding.ts';
import { os } from './implementer.ts';

export const tasks = forwarding('tasks', 'tasks', {
  watch: os.tasks.watch.handler(({ context, input, signal }) =>
    context.studio.tasks.watch(input.id, { signal, waits: input.waits }),
  ),
});
