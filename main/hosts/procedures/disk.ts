/** Procedures of the domain `disk`: inputs are parsed, the services do the work. */
import { notYet, os } from './implementer.ts';

export const disk = {
  usage: os.disk.usage.handler(() => notYet('disk.usage')),
  clear: os.disk.clear.handler(() => notYet('disk.clear')),
  backups: os.disk.backups.handler(() => notYet('disk.backups')),
  backup: os.disk.backup.handler(() => notYet('disk.backup')),
  restore: os.disk.restore.handler(() => notYet('disk.restore')),
  move: os.disk.move.handler(() => notYet('disk.move')),
};
