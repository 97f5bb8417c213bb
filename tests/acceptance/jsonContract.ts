/**
 * What scripts rely on with --json, field by field. Every answer of the acceptance tests is parsed with these, so that
 * a field that is gone, renamed or of another type fails wherever it is used. More fields may be there.
 */
import { z } from 'zod';

const id = z.string().min(1);
const count = z.int().nonnegative();

export const modelSchema = z.object({ id, name: z.string(), family: z.string(), parameters: count });
export const datasetSchema = z.object({
  id,
  rows: count,
  badRows: z.array(z.object({ line: z.int().positive(), reason: z.string().min(1) })),
});
export const tokensSchema = z.object({ ids: z.array(count) });
export const promptSchema = z.object({ text: z.string(), ids: z.array(count) });
export const logitsSchema = z.object({ shape: z.array(count), data: z.array(z.number()) });

const runStates = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted'] as const;

const stepSchema = z.object({
  step: z.int().positive(),
  loss: z.number(),
  gradNorm: z.number().nonnegative(),
  learningRate: z.number(),
});

/** Of a run in any state: what is measured at its end is null until then. */
export const runSchema = z.object({
  id,
  runId: id,
  name: z.string(),
  adapterId: id.nullable(),
  state: z.enum(runStates),
  steps: z.array(stepSchema),
  evaluations: z.array(z.object({ step: count, loss: z.number() })),
  trainableParameters: count.nullable(),
  storedBytes: count.nullable(),
  peakMemoryBytes: count.nullable(),
  tokensPerSecond: z.number().nullable(),
});

export const finishedRunSchema = runSchema.extend({
  adapterId: id,
  state: z.literal('succeeded'),
  trainableParameters: z.int().positive(),
  storedBytes: z.int().positive(),
  peakMemoryBytes: z.int().positive(),
  tokensPerSecond: z.number().positive(),
});

export const adapterSchema = z.object({ id, method: z.enum(['vera', 'vblora', 'lora', 'full']), parameters: count });
export const exportSchema = z.object({
  files: z.array(z.string()).min(1),
  parity: z.object({
    difference: z.number().nonnegative(),
    tolerance: z.number().nullable(),
    rounding: z.string().nullable(),
  }),
  notes: z.array(z.string()),
});

export const chatSchema = z.object({
  answers: z.array(
    z.object({
      adapter: id.nullable(),
      text: z.string(),
      ids: z.array(count),
      tokensPerSecond: z.number().nonnegative(),
      swapMs: z.number().nonnegative(),
    }),
  ),
});

export const classifySchema = z.object({
  answers: z.array(
    z.object({
      adapterId: id.nullable(),
      swapMs: z.number().nonnegative(),
      rows: z.array(z.object({ text: z.string(), label: z.string(), probabilities: z.record(z.string(), z.number()) })),
    }),
  ),
});

export const errorSchema = z.looseObject({
  code: z.string().min(1),
  message: z.string().min(1),
  file: z.string().optional(),
  field: z.string().optional(),
  remedy: z.string().optional(),
  problems: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});

export type RunJson = z.infer<typeof runSchema>;
export type ErrorAnswer = z.infer<typeof errorSchema>;
