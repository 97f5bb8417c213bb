/** Procedures of the domain `app`: inputs are parsed, the services do the work. */
import packageJson from '../../../package.json' with { type: 'json' };
import { prepareFirstRun } from '../../studio/firstRun.ts';
import { listFolder } from '../folderListing.ts';
import { os } from './implementer.ts';

export const app = {
  info: os.app.info.handler(({ context: { kind, studio } }) => ({
    ...studio.machine.describe(),
    version: packageJson.version,
    host: kind,
    dataFolder: studio.dataFolder.dir,
    ownsQueue: studio.dataFolder.ownsQueue,
    notices: studio.notices,
  })),
  watchMachine: os.app.watchMachine.handler(({ context, signal }) => context.studio.machine.watch(signal)),
  prepareFirstRun: os.app.prepareFirstRun.handler(({ context: { studio } }) =>
    studio.tasks.start({ kind: 'prepareFirstRun', subject: '' }, async (options) => prepareFirstRun(studio, options)),
  ),
  listFolder: os.app.listFolder.handler(({ input }) => listFolder(input.path)),
};
