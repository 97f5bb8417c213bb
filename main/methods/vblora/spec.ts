/**
 * VB-LoRA (Li et al. 2024, arXiv 2405.15179): both low-rank factors are cut into sub-vectors of length b, each a
 * mixture of the k best of h vectors in one bank shared by everything. Trained: the bank and h logits per sub-vector.
 * The small figures of the paper are what is stored, not what is trained.
 */
import { z } from 'zod';
import { type Problem, problemOf } from '../../contract/errors.ts';
import type { LinearShape } from '../../contract/families/family.ts';
import type { MethodSpec } from '../methodSpec.ts';
import { dropoutField, excludeField, rankField, targetFields } from '../targetFields.ts';
import { sourceWords as sources } from '../../contract/words/settingSources.ts';
import { targetWords } from '../../contract/words/targets.ts';

const paper = sources.vbloraTuning();
const glue = sources.vbloraSst();
const smallBank = sources.measuredBank();

export const vbloraOptionsSchema = z.strictObject({
  rank: rankField(4),
  numVectors: z
    .int()
    .positive()
    .max(16_777_216)
    .default(256)
    .meta({ title: 'Vectors', description: 'Size h of the shared vector bank' }),
  vectorLength: z.int().positive().default(256).meta({
    title: 'Vector length',
    description:
      "Length b of a bank vector; must divide every target layer's input and output; not given: the longest up to 256 that does",
  }),
  topk: z.int().positive().default(2).meta({ title: 'Top-k', description: 'Bank vectors mixed into each sub-vector' }),
  saveOnlyTopkWeights: z.boolean().default(false).meta({
    title: 'Save top-k only',
    description: 'A much smaller file that cannot be trained further',
    advanced: true,
  }),
  initVectorBankBound: z
    .number()
    .positive()
    .default(0.02)
    .meta({ title: 'Bank bound', description: 'The bank starts uniform between minus and plus this', advanced: true }),
  initLogitsStd: z
    .number()
    .nonnegative()
    .default(0.1)
    .meta({ title: 'Logits deviation', description: 'Standard deviation of the first logits', advanced: true }),
  dropout: dropoutField,
  ...excludeField,
  ...targetFields,
});

export type VbloraOptions = z.infer<typeof vbloraOptionsSchema>;

export const vbloraSpec: MethodSpec<VbloraOptions> = {
  id: 'vblora',
  title: 'VB-LoRA',
  summary: 'Builds every update from one small bank of shared vectors: tiny files, quality near LoRA.',
  paper: 'https://arxiv.org/abs/2405.15179',
  peftType: 'VBLORA',
  options: vbloraOptionsSchema,
  recommended: {
    learningRates: {
      default: { value: 1e-3, source: sources.vbloraAsBank() },
      vectorBank: { value: 1e-3, source: sources.vblora() },
      logits: { value: 1e-2, source: sources.vblora() },
    },
    epochs: { value: 3, source: sources.alpacaAndVera() },
    schedule: { value: 'linear', source: paper },
    warmupRatio: { value: 0.1, source: paper },
    batchSize: { value: 4, source: sources.fourTimes({ source: paper }) },
    maxLength: { value: 512, source: sources.vbloraGlue() },
    weightDecay: { value: 0, source: sources.vbloraCode() },
  },
  classification: {
    learningRates: {
      default: { value: 5e-3, source: smallBank },
      vectorBank: { value: 5e-3, source: smallBank },
      logits: { value: 1e-2, source: glue },
      head: { value: 2e-2, source: sources.vbloraHead() },
    },
    epochs: { value: 10, source: sources.loraXsGlue() },
    schedule: { value: 'linear', source: glue },
    warmupRatio: { value: 0.06, source: glue },
    batchSize: { value: 8, source: sources.fewer({ source: glue, size: 32 }) },
    maxLength: { value: 512, source: glue },
    weightDecay: { value: 0, source: sources.vbloraCode() },
  },
  fit: fitVectorLength,
  check: checkSizes,
  countTrainable: (options, targets) => bankSize(options) + countSubVectors(options, targets) * options.numVectors,
  countStored(options, targets) {
    const { numVectors, topk } = options;
    const subVectors = countSubVectors(options, targets);
    // The papers' figures take an index as one byte up to 256 vectors and as a whole number beyond.
    const paperIndex = numVectors <= 256 ? 0.25 : 1;
    const topkBytes = 4 * (topk - 1) + topk * topkIndexBytes(numVectors);
    return {
      parameters: bankSize(options) + subVectors * (topk - 1 + topk * paperIndex),
      bytes: 4 * bankSize(options) + subVectors * (options.saveOnlyTopkWeights ? topkBytes : 4 * numVectors),
    };
  },
};

/** Bytes per stored bank index as PEFT chooses them: 256 vectors, the default, already take two. */
export function topkIndexBytes(numVectors: number): 1 | 2 | 4 {
  if (numVectors < 2 ** 8) return 1;
  return numVectors < 2 ** 15 ? 2 : 4;
}

/** Σ r (in + out) / b over the targets. */
function countSubVectors({ rank, vectorLength }: VbloraOptions, targets: readonly LinearShape[]): number {
  return targets.reduce(
    (sum, { inFeatures, outFeatures }) => sum + (rank * (inFeatures + outFeatures)) / vectorLength,
    0,
  );
}

function bankSize({ numVectors, vectorLength }: VbloraOptions): number {
  return numVectors * vectorLength;
}

/** The longest vector up to the default that divides every layer. */
function fitVectorLength(
  options: VbloraOptions,
  targets: readonly LinearShape[],
  given: readonly string[],
): VbloraOptions {
  if (given.includes('vectorLength')) return options;
  const lengths = divisors(commonDivisor(targets));
  return { ...options, vectorLength: lengths.find((length) => length <= options.vectorLength) ?? options.vectorLength };
}

function commonDivisor(targets: readonly LinearShape[]): number {
  return targets.flatMap(({ inFeatures, outFeatures }) => [inFeatures, outFeatures]).reduce(greatestCommonDivisor, 0);
}

function checkSizes(
  { topk, numVectors, vectorLength }: VbloraOptions,
  targets: readonly LinearShape[],
): readonly Problem[] {
  const problems: Problem[] = [];
  if (topk > numVectors) problems.push(problemOf('topk', targetWords.topk({ topk, vectors: numVectors })));
  const sizes = [...new Set(targets.flatMap(({ inFeatures, outFeatures }) => [inFeatures, outFeatures]))];
  const misfits = sizes.filter((size) => size % vectorLength !== 0);
  if (misfits.length > 0) {
    const fitting = divisors(sizes.reduce(greatestCommonDivisor, 0)).slice(0, 6);
    const reason = targetWords.vectorLength({
      length: vectorLength,
      sizes: misfits.join(', '),
      fitting: fitting.join(', '),
    });
    problems.push(problemOf('vectorLength', reason));
  }
  return problems;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** All divisors, largest first. */
function divisors(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => n - i).filter((each) => n % each === 0);
}
