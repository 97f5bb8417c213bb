import { z } from 'zod';
import type { Runtime, RuntimeOffer } from '../machine.ts';
import type { TaskTicket } from '../tasks.ts';
import { gives, procedure } from './procedure.ts';

export const runtimes = {
  list: procedure.output(gives<readonly RuntimeOffer[]>()),
  install: procedure
    .input(z.object({ id: z.string(), wheel: z.string().optional(), version: z.string().optional() }))
    .output(gives<TaskTicket<Runtime>>()),
  remove: procedure.input(z.object({ id: z.string() })).output(gives<null>()),
};
