import { z } from 'zod';
import type { AppInfo, FileKind, FolderListing, MachineState } from '../machine.ts';
import type { FirstRun } from '../runHistory.ts';
import type { TaskTicket } from '../tasks.ts';
import { fileSource, gives, procedure, streams } from './procedure.ts';

export const app = {
  info: procedure.output(gives<AppInfo>()),
  /** As it is, then whenever a figure that screens show has changed; never ends. */
  watchMachine: procedure.output(streams<MachineState>()),
  /** Sample model and dataset are put in place; the result says what to start. */
  prepareFirstRun: procedure.output(gives<TaskTicket<FirstRun>>()),
  /** What was dropped, by its content. Throws GraftError('unsupported'), and forgets an upload that is of no use. */
  recognise: procedure.input(z.object({ from: fileSource })).output(gives<FileKind>()),
  /** A folder in a folder that was listed; gives its path. */
  makeFolder: procedure
    .input(z.object({ parent: z.string().min(1), name: z.string().trim().min(1).max(200) }))
    .output(gives<string>()),
  /** Folders of this machine, for a browser that cannot name paths. Folders first, hidden ones left out. */
  listFolder: procedure.input(z.object({ path: z.string().optional() })).output(gives<FolderListing>()),
};
