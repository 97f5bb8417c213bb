/** `home usage|backup|restore|move`: the data folder as a whole. */
import type { Command } from 'commander';
import { bytes, table } from '../format.ts';
import { group, leaf } from '../leaf.ts';
import type { CommandSession } from '../session.ts';

export function addHomeCommands(program: Command, session: CommandSession): void {
  const home = group(program, 'home', 'The data folder: usage, backup, restore, move');

  leaf(home, session, {
    syntax: 'usage',
    summary: 'Where the data folder is and what fills it',
    example: 'home usage',
  }).action(async () => {
    const { dataFolder } = await session.studio();
    const usage = await dataFolder.usage();
    session.result({ dir: dataFolder.dir, usage }, () => [
      dataFolder.dir,
      ...table(
        ['what', '>size'],
        usage.map((part) => [part.name, bytes(part.bytes)]),
      ),
    ]);
  });

  leaf(home, session, {
    syntax: 'backup <file>',
    summary: 'Write everything into one archive',
    example: 'home backup ./graft-backup.tar',
  }).action(async (file: string) => {
    const { dataFolder } = await session.studio();
    await session.working((options) => dataFolder.backup(session.path(file), options));
    session.result({ file: session.path(file) }, () => `Backed up to ${session.path(file)}.`);
  });

  leaf(home, session, {
    syntax: 'restore <file>',
    summary: 'Bring everything back from a backup',
    example: 'home restore ./graft-backup.tar',
  }).action(async (file: string) => {
    const { dataFolder } = await session.studio();
    await session.working((options) => dataFolder.restore(session.path(file), options));
    session.result({ dir: dataFolder.dir }, () => `Restored into ${dataFolder.dir}.`);
  });

  leaf(home, session, {
    syntax: 'move <dir>',
    summary: 'Move the data folder to another place',
    example: 'home move /data/graft',
  }).action(async (dir: string) => {
    const { dataFolder } = await session.studio();
    await session.working((options) => dataFolder.move(session.path(dir), options));
    session.result(
      { dir: session.path(dir) },
      () => `Moved to ${session.path(dir)}. Use --home or GRAFT_HOME with it from now on.`,
    );
  });
}
