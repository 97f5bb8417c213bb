/** Procedures of the domain `runtimes`: inputs are parsed, the services do the work. */
import { notYet, os } from './implementer.ts';

export const runtimes = {
  list: os.runtimes.list.handler(() => notYet('runtimes.list')),
  install: os.runtimes.install.handler(() => notYet('runtimes.install')),
  remove: os.runtimes.remove.handler(() => notYet('runtimes.remove')),
};
