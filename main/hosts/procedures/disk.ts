/** Procedures of the domain `disk`: inputs are parsed, the services do the work. */
import { personsPath } from '../localFiles.ts';
import { notYet, os } from './implementer.ts';

export const disk = {
  usage: os.disk.usage.handler(() => notYet('disk.usage')),
  clear: os.disk.clear.handler(() => notYet('disk.clear')),
  backups: os.disk.backups.handler(() => notYet('disk.backups')),
  backup: os.disk.backup.handler(() => notYet('disk.backup')),
  restore: os.disk.restore.handler(async ({ context, input }) => {
    const file = personsPath(input.path);
    await context.reopen(async ({ dataFolder }) => dataFolder.restore(file));
    return null;
  }),
  move: os.disk.move.handler(async ({ context, input }) => {
    const dir = personsPath(input.path);
    await context.reopen(async ({ dataFolder }) => dataFolder.move(dir), dir);
    return null;
  }),
};
