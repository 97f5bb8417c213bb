import { z } from 'zod';
import type { ServerStatus } from '../serving.ts';
import { gives, procedure, reference } from './procedure.ts';

export const server = {
  status: procedure.output(gives<ServerStatus>()),
  /**
   * What was asked is kept as the preference `server`; with a key, the one that clients know from before is kept too.
   * Resolves when the model is loaded and the port listens.
   */
  start: procedure
    .input(
      z.object({
        modelId: reference,
        allAdapters: z.boolean(),
        port: z.int().min(1).max(65535).nullable(),
        withKey: z.boolean(),
        /** Each answer computed alone. */
        deterministic: z.boolean().default(false),
        /** Adapters that stay in memory, and are served. */
        pins: z.array(reference).default([]),
        /** Whether adapters of answers that wait are loaded meanwhile. */
        prefetch: z.boolean().default(true),
      }),
    )
    .output(gives<ServerStatus>()),
  /** Answers that are being written get a few seconds. */
  stop: procedure.output(gives<ServerStatus>()),
};
