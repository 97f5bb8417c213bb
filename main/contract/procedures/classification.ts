import { z } from 'zod';
import type { ClassificationAnswer } from '../classification.ts';
import { mostLanes } from './chats.ts';
import { gives, procedure, reference } from './procedure.ts';

const row = z.object({ text: z.string().max(200_000), second: z.string().max(200_000).optional() });

export const classification = {
  /** Each adapter, and the base where null is among them, gives its own answer; the first call loads the model. */
  classify: procedure
    .input(
      z.object({
        model: reference,
        adapters: z
          .array(reference.nullable())
          .min(1)
          .max(mostLanes + 1),
        rows: z.array(row).min(1).max(1000),
      }),
    )
    .output(gives<readonly ClassificationAnswer[]>()),
  /** Gives the memory back. */
  unload: procedure.output(gives<null>()),
};
