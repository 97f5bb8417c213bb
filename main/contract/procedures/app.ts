import { z } from 'zod';
import type { AppInfo, FolderListing, MachineState } from '../machine.ts';
import type { FirstRun } from '../runHistory.ts';
import type { TaskTicket } from '../tasks.ts';
import { gives, procedure, streams } from './procedure.ts';

export const app = {
  info: procedure.output(gives<AppInfo>()),
  /** As it is, then whenever a figure that screens show has changed; never ends. */
  watchMachine: procedure.output(streams<MachineState>()),
  /** Sample model and dataset are put in place; the result says what to start. */
  prepareFirstRun: procedure.output(gives<TaskTicket<FirstRun>>()),
  /** Folders of this machine, for a browser that cannot name paths. Folders first, hidden ones left out. */
  listFolder: procedure.input(z.object({ path: z.string().optional() })).output(gives<FolderListing>()),
};
