/**
 * VeRA (Kopiczko et al. 2024, arXiv 2310.11454): ΔW = diag(b) B diag(d) A with A and B random, frozen and shared by all
 * layers. Trained are d (rank) and b (out) of each layer, so Σ (out + r) numbers. There is no alpha.
 */
import { z } from 'zod';
import type { LinearShape } from '../families/family.ts';
import type { MethodSpec } from './method.ts';
import { dropoutField, rankField, targetFields } from './targetFields.ts';

const paper = 'VeRA paper, instruction tuning';
const glue = 'VeRA paper, SST-2 with RoBERTa-base';
const notebook = "PEFT's VeRA notebook, MRPC with RoBERTa-base";

export const veraOptionsSchema = z.strictObject({
  rank: rankField(256),
  dInitial: z.number().default(0.1).meta({ title: 'Initial d', description: 'Value that d starts from; 1.0 trains badly', advanced: true }),
  projectionKey: z
    .int()
    .nonnegative()
    .default(0)
    .meta({ title: 'Projection key', description: 'Seed of the shared projections A and B', advanced: true }),
  saveProjection: z.boolean().default(true).meta({
    title: 'Save projections',
    description: 'Write A and B into the file: larger, and independent of the generator',
    advanced: true,
  }),
  initWeights: z
    .boolean()
    .default(true)
    .meta({ title: 'Standard initialisation', description: 'Off: b of ones and d random, for debugging only', advanced: true }),
  dropout: dropoutField,
  ...targetFields,
});

export type VeraOptions = z.infer<typeof veraOptionsSchema>;

export const veraSpec: MethodSpec<VeraOptions> = {
  id: 'vera',
  title: 'VeRA',
  summary: 'Trains two small vectors per layer over shared random matrices: the fewest numbers to learn.',
  paper: 'https://arxiv.org/abs/2310.11454',
  peftType: 'VERA',
  options: veraOptionsSchema,
  recommended: {
    learningRates: { default: { value: 4e-3, source: `${paper}: ten times LoRA's 4e-4` } },
    epochs: { value: 3, source: 'Stanford Alpaca; the VeRA paper passes once over its 50,000 rows' },
    schedule: { value: 'cosine', source: paper },
    warmupRatio: { value: 0.1, source: paper },
    batchSize: { value: 4, source: `${paper}: 4, accumulated four times` },
    maxLength: { value: 512, source: 'VeRA paper, GLUE with RoBERTa-base' },
    weightDecay: { value: 0, source: 'The VeRA paper gives none for instruction tuning' },
  },
  classification: {
    learningRates: { default: { value: 2e-2, source: notebook }, head: { value: 1e-2, source: notebook } },
    epochs: { value: 10, source: 'LoRA-XS paper, GLUE; the others pass 10 to 160 times' },
    schedule: { value: 'linear', source: glue },
    warmupRatio: { value: 0.06, source: glue },
    batchSize: { value: 8, source: `${glue}: 64; fewer, for small datasets and memories` },
    maxLength: { value: 512, source: glue },
    weightDecay: { value: 0, source: 'The VeRA paper gives none' },
  },
  check: () => [],
  countTrainable: countVectors,
  countStored(options, targets) {
    const vectors = countVectors(options, targets);
    const { inMax, outMax } = projectionSize(targets);
    const projections = options.saveProjection ? options.rank * (inMax + outMax) : 0;
    return { parameters: vectors, bytes: 4 * (vectors + projections) };
  },
};

/** Largest input and output of the targets: A is (rank, inMax), B is (outMax, rank); each layer takes the leading part. */
export function projectionSize(targets: readonly LinearShape[]): { readonly inMax: number; readonly outMax: number } {
  return {
    inMax: targets.reduce((most, { inFeatures }) => Math.max(most, inFeatures), 0),
    outMax: targets.reduce((most, { outFeatures }) => Math.max(most, outFeatures), 0),
  };
}

function countVectors({ rank }: VeraOptions, targets: readonly LinearShape[]): number {
  return targets.reduce((sum, { outFeatures }) => sum + outFeatures + rank, 0);
}
