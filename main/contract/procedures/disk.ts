import { z } from 'zod';
import type { BackupFile, DiskUsage } from '../disk.ts';
import type { TaskTicket } from '../tasks.ts';
import { type WrittenFile, fileSource, fileTarget, gives, procedure } from './procedure.ts';

export const disk = {
  usage: procedure.output(gives<DiskUsage>()),
  clear: procedure
    .input(z.object({ ids: z.array(z.string()).min(1) }))
    .output(gives<TaskTicket<{ readonly freedBytes: number }>>()),
  backups: procedure.output(gives<readonly BackupFile[]>()),
  backup: procedure.input(z.object({ target: fileTarget })).output(gives<TaskTicket<WrittenFile>>()),
  /** Both end this studio and open it again on the result; every window reconnects by itself. */
  restore: procedure.input(z.object({ from: fileSource })).output(gives<null>()),
  move: procedure.input(z.object({ path: z.string().min(1) })).output(gives<null>()),
};
