import { z } from 'zod';
import type { Task } from '../tasks.ts';
import { gives, procedure, streams } from './procedure.ts';

export const tasks = {
  list: procedure.output(gives<readonly Task[]>()),
  get: procedure.input(z.object({ id: z.string() })).output(gives<Task>()),
  /** The task as it is, then at most four times a second while it runs; ends with its end. */
  watch: procedure.input(z.object({ id: z.string() })).output(streams<Task>()),
  cancel: procedure.input(z.object({ id: z.string() })).output(gives<null>()),
  dismiss: procedure.input(z.object({ id: z.string() })).output(gives<null>()),
};
