/** Procedures of the domain `app`: inputs are parsed, the services do the work. */
import { notYet, os } from './implementer.ts';

export const app = {
  info: os.app.info.handler(() => notYet('app.info')),
  machine: os.app.machine.handler(() => notYet('app.machine')),
  prepareFirstRun: os.app.prepareFirstRun.handler(() => notYet('app.prepareFirstRun')),
  listFolder: os.app.listFolder.handler(() => notYet('app.listFolder')),
};
