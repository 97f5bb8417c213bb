import { z } from 'zod';
import { type Run, runStates } from '../entities.ts';
import type { Page } from '../library.ts';
import {
  type ConfigurationFile,
  type RunCurves,
  type RunDetails,
  type RunLogLine,
  type RunNews,
  type RunSample,
  type RunSummary,
  type TrainingPlan,
  curveMetrics,
} from '../runHistory.ts';
import type { TaskTicket } from '../tasks.ts';
import { type TrainRequest, trainRequestSchema } from '../trainRequest.ts';
import { byId, gives, pageInput, procedure, reference, streams } from './procedure.ts';

export const runs = {
  list: procedure
    .input(
      pageInput.extend({
        projectId: reference.optional(),
        states: z.array(z.enum(runStates)).optional(),
        search: z.string().max(200).optional(),
        trashed: z.boolean().default(false),
      }),
    )
    .output(gives<Page<RunSummary>>()),
  get: procedure.input(byId).output(gives<RunDetails>()),
  curves: procedure
    .input(
      byId.extend({
        metrics: z.array(z.enum(curveMetrics)).min(1),
        from: z.int().min(0).optional(),
        to: z.int().min(0).optional(),
        points: z.int().min(10).max(5000).default(1000),
        smoothing: z.number().min(0).lt(1).default(0.9),
      }),
    )
    .output(gives<RunCurves>()),
  samples: procedure.input(byId).output(gives<readonly RunSample[]>()),
  log: procedure.input(byId.extend({ after: z.int().min(0).default(0) })).output(gives<readonly RunLogLine[]>()),
  /** The state first, then news; ends when the run has ended. `afterLog` is the last log line the watcher has. */
  watch: procedure.input(byId.extend({ afterLog: z.int().min(0).default(0) })).output(streams<RunNews>()),
  /**
   * Problems come all at once: `field` is `training.<setting>`, the name of a method's option, or a field of the
   * request.
   */
  plan: procedure.input(trainRequestSchema).output(gives<TrainingPlan>()),
  start: procedure.input(trainRequestSchema).output(gives<Run>()),
  resume: procedure.input(byId).output(gives<Run>()),
  /** What a stop put off. */
  compareWithBase: procedure.input(byId).output(gives<TaskTicket<Run>>()),
  /** `discard` ends the run without an adapter and moves it to the trash once it stands still. */
  stop: procedure.input(byId.extend({ keep: z.enum(['save', 'discard']).default('save') })).output(gives<Run>()),
  /** Puts a queued run before another one, or at the end. */
  reorder: procedure.input(byId.extend({ before: reference.nullable() })).output(gives<null>()),
  rename: procedure.input(byId.extend({ name: z.string().trim().min(1).max(120) })).output(gives<Run>()),
  remove: procedure.input(byId).output(gives<null>()),
  restore: procedure.input(byId).output(gives<Run>()),
  /** The request that would start the same run again. */
  request: procedure.input(byId).output(gives<TrainRequest>()),
  exportConfiguration: procedure.input(trainRequestSchema).output(gives<ConfigurationFile>()),
  readConfiguration: procedure.input(z.object({ text: z.string().max(1_000_000) })).output(gives<TrainRequest>()),
};
