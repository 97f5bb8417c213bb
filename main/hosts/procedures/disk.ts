/** Procedures of the domain `disk`: inputs are parsed, the services do the work. */
import { personsPath } from '../localFiles.ts';
import { withSource } from '../withSource.ts';
import { forwarding } from './forwarding.ts';
import { os } from './implementer.ts';

export const disk = forwarding('disk', 'disk', {
  clear: os.disk.clear.handler(({ context, input: { ids } }) =>
    context.studio.tasks.start({ kind: 'clearDisk', subject: '' }, (options) =>
      context.studio.disk.clear(ids, options),
    ),
  ),
  backup: os.disk.backup.handler(({ context, input: { target } }) => {
    const { tasks, dataFolder, changes } = context.studio;
    const fileName = `graft-backup-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.tar`;
    const place = context.files.targetFor(target, fileName);
    return tasks.start({ kind: 'backup', subject: fileName }, async (options) => {
      await dataFolder.backup(place.path, options);
      changes.announce('disk');
      return place.written();
    });
  }),
  restore: os.disk.restore.handler(async ({ context, input }) => {
    await withSource(context.files, input.from, async (file) =>
      context.reopen(async ({ dataFolder }) => dataFolder.restore(file)),
    );
    await context.files.release(input.from); // kept after a failure, as other uploads are
    return null;
  }),
  move: os.disk.move.handler(async ({ context, input }) => {
    const dir = personsPath(input.path);
    await context.reopen(async ({ dataFolder }) => dataFolder.move(dir), dir);
    return null;
  }),
});
