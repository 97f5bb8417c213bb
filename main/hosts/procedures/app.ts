/** Procedures of the domain `app`: inputs are parsed, the services do the work. */
import packageJson from '../../../package.json' with { type: 'json' };
import { prepareFirstRun } from '../../studio/runs/firstRun.ts';
import { recogniseFile } from '../recogniseFile.ts';
import { listFolder, makeFolder } from '../folderListing.ts';
import { withSource } from '../withSource.ts';
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
  recognise: os.app.recognise.handler(({ context, input: { from } }) =>
    withSource(context.files, from, async (path) => {
      try {
        return await recogniseFile(path);
      } catch (error) {
        await context.files.release(from);
        throw error;
      }
    }),
  ),
  makeFolder: os.app.makeFolder.handler(({ input: { parent, name } }) => makeFolder(parent, name)),
  listFolder: os.app.listFolder.handler(({ input }) => listFolder(input.path)),
};
