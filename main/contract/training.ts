/**
 * Everything that decides what a training run does, apart from model and dataset. Flags of the command line, the form
 * and the engine all read this schema; learning rate and batch are optional here because each method recommends its
 * own.
 */
import { z } from 'zod';
import { taskKinds } from './labels.ts';
import { bestByNames } from './metrics.ts';
import { adamFields } from '../training/optimizers/adamw.ts';
import type { NamedParts } from '../training/registry.ts';

export const scheduleNames = ['linear', 'cosine', 'constant'] as const;

/** What a special token is that the text of a row spells. */
export const spellingKinds = ['text', 'special'] as const;
export type SpellingKind = (typeof spellingKinds)[number];

export const trainingSchema = z.strictObject({
  task: z.enum(taskKinds).optional().meta({
    title: 'Task',
    description: 'Of an encoder: classes, or numbers to come near to; not given: numbers where labels have fractions',
  }),
  epochs: z
    .number()
    .positive()
    .optional()
    .meta({ title: 'Epochs', description: 'Passes over the training rows; ignored when steps are given' }),
  steps: z.int().positive().optional().meta({ title: 'Steps', description: 'Optimizer steps; wins over epochs' }),
  batchSize: z.int().positive().max(4096).optional().meta({ title: 'Batch size', description: 'Rows per micro-batch' }),
  gradientAccumulation: z
    .int()
    .positive()
    .max(4096)
    .default(1)
    .meta({ title: 'Gradient accumulation', description: 'Micro-batches per optimizer step' }),
  maxLength: z
    .int()
    .positive()
    .max(131_072)
    .optional()
    .meta({ title: 'Maximum length', description: 'Tokens a row is cut to' }),
  learningRate: z
    .number()
    .positive()
    .optional()
    .meta({ title: 'Learning rate', description: 'Peak learning rate of the default group' }),
  learningRates: z
    .record(z.string(), z.number().positive())
    .default({})
    .meta({ title: 'Learning rates by group', description: 'e.g. vectorBank and logits of VB-LoRA', advanced: true }),
  headLearningRate: z
    .number()
    .positive()
    .optional()
    .meta({ title: 'Head learning rate', description: 'Peak learning rate of the classification head of an encoder' }),
  schedule: z
    .enum(scheduleNames)
    .optional()
    .meta({ title: 'Schedule', description: 'How the learning rate falls after warm-up' }),
  warmupSteps: z
    .int()
    .nonnegative()
    .optional()
    .meta({ title: 'Warm-up steps', description: 'Steps of linear warm-up; wins over the ratio', advanced: true }),
  warmupRatio: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({ title: 'Warm-up ratio', description: 'Share of all steps', advanced: true }),
  weightDecay: z
    .number()
    .nonnegative()
    .optional()
    .meta({ title: 'Weight decay', description: 'Decoupled, as in AdamW', advanced: true }),
  ...adamFields,
  maxGradNorm: z
    .number()
    .nonnegative()
    .default(1)
    .meta({ title: 'Gradient clipping', description: 'Global norm; 0 turns it off', advanced: true }),
  seed: z
    .int()
    .nonnegative()
    .default(0)
    .meta({ title: 'Seed', description: 'Of shuffling, dropout and initialisation' }),
  shuffle: z.boolean().default(true).meta({ title: 'Shuffle', description: 'New order each epoch, from the seed' }),
  evaluationSplit: z
    .number()
    .min(0)
    .lt(1)
    .default(0.05)
    .meta({ title: 'Evaluation split', description: 'Share of rows kept for evaluation' }),
  splitSeed: z.int().nonnegative().default(0).meta({
    title: 'Split seed',
    description:
      'Of the choice of evaluation rows; apart from the seed, so that runs of other seeds judge the same rows',
    advanced: true,
  }),
  specialTokens: z.enum(spellingKinds).default('text').meta({
    title: 'Special tokens in rows',
    description:
      'What a special token is that a row spells, such as an end of turn: ordinary text, or that token; plain text keeps its own',
    advanced: true,
  }),
  evaluateEvery: z
    .int()
    .nonnegative()
    .default(0)
    .meta({ title: 'Evaluate every', description: 'Steps; 0 means ten times over the run' }),
  earlyStopPatience: z.int().nonnegative().default(0).meta({
    title: 'Early stop',
    description: 'Evaluations without improvement before stopping; 0 turns it off',
    advanced: true,
  }),
  keepBest: z.boolean().default(true).meta({
    title: 'Keep best',
    description: 'Keep the adapter of the best evaluation rather than the last',
    advanced: true,
  }),
  bestBy: z.enum(bestByNames).optional().meta({
    title: 'Best by',
    description:
      'What the best evaluation is chosen by; a classification may name one of its metrics instead of the loss',
    advanced: true,
  }),
  checkpointEvery: z
    .int()
    .nonnegative()
    .default(0)
    .meta({ title: 'Checkpoint every', description: 'Steps; 0 means about once a minute', advanced: true }),
  recompute: z.boolean().default(false).meta({
    title: 'Recompute',
    description: 'Recompute each block in the backward pass: less memory, about a third slower',
    advanced: true,
  }),
  samplePrompts: z
    .array(z.string())
    .max(16)
    .default([])
    .meta({ title: 'Sample prompts', description: 'Answered by base and adapter at each evaluation', advanced: true }),
});

export type TrainingConfig = z.infer<typeof trainingSchema>;

/** Every value decided: what the engine gets and what a run's lineage keeps. */
export interface ResolvedTraining extends Omit<TrainingConfig, 'splitSeed' | 'specialTokens'>, NamedParts {
  /** Absent in runs made before it existed: all that their rows spell was special. */
  readonly specialTokens?: SpellingKind | undefined;
  /** Absent in runs made before it existed: they keep the split that follows from `seed`. */
  readonly splitSeed?: number | undefined;
  readonly steps: number;
  readonly batchSize: number;
  readonly maxLength: number;
  readonly learningRates: Readonly<Record<string, number>>; // every group of the method, `default` among them
  readonly schedule: (typeof scheduleNames)[number];
  readonly warmupSteps: number;
  readonly weightDecay: number;
  readonly evaluateEvery: number;
  readonly checkpointEvery: number;
}
