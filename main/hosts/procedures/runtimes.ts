/** Procedures of the domain `runtimes`: inputs are parsed, the services do the work. */
import { forwarding } from './forwarding.ts';
import { os } from './implementer.ts';

export const runtimes = forwarding('runtimes', 'runtimes', {
  list: os.runtimes.list.handler(({ context }) => context.studio.runtimes.offers()),
  install: os.runtimes.install.handler(({ context: { studio }, input: { id, wheel, version } }) =>
    studio.tasks.start({ kind: 'installRuntime', subject: id }, async (options) =>
      studio.runtimes.install(id, {
        ...options,
        ...(wheel !== undefined && { wheel }),
        ...(version !== undefined && { version }),
      }),
    ),
  ),
});
