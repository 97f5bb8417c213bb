import { z } from 'zod';
import type { Task } from '../tasks.ts';
import { gives, procedure, streams } from './procedure.ts';

export const tasks = {
  list: procedure.output(gives<readonly Task[]>()),
  get: procedure.input(z.object({ id: z.string() })).output(gives<Task>()),
  /**
   * The task as it is, then at most four times a second while it runs; ends with its end. `waits`: it shows the end
   * itself.
   */
  watch: procedure.input(z.object({ id: z.string(), waits: z.boolean().default(false) })).output(streams<Task>()),
  cancel: procedure.input(z.object({ id: z.string() })).output(gives<null>()),
  /** Takes an ended one off the list, in every window. One that is not known any more is none to complain about. */
  dismiss: procedure.input(z.object({ id: z.string() })).output(gives<null>()),
};
