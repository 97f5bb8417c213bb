/**
 * Rotary embeddings as config.json describes them: base frequency and scaling of long contexts, in the fields that
 * transformers has used over time (`rope_parameters`, before that `rope_scaling` and `rope_theta`). The frequencies
 * themselves are computed in engine/ops/rope.ts.
 */
import { z } from 'zod';
import { type Problem, problemOf } from '../errors.ts';
import { modelConfigWords as words } from '../words/modelConfig.ts';

export type RopeParameters =
  | { readonly kind: 'default'; readonly theta: number }
  | { readonly kind: 'linear'; readonly theta: number; readonly factor: number }
  | { readonly kind: 'dynamic'; readonly theta: number; readonly factor: number; readonly maxPositions: number }
  | {
      readonly kind: 'llama3';
      readonly theta: number;
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalMaxPositions: number;
    }
  | {
      readonly kind: 'yarn';
      readonly theta: number;
      readonly factor: number;
      readonly originalMaxPositions: number;
      /** Multiplies cos and sin. */
      readonly attentionFactor: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      readonly truncate: boolean;
    }
  | {
      readonly kind: 'longrope';
      readonly theta: number;
      /** Of each frequency, within the original context. */
      readonly shortFactors: readonly number[];
      /** The same beyond it, which is not computed: cached keys would have to be rotated again. */
      readonly longFactors: readonly number[];
      readonly originalMaxPositions: number;
      readonly attentionFactor: number;
    };

const positive = z.number().positive();

export const ropeSchema = z.looseObject({
  rope_type: z.string().nullish(),
  type: z.string().nullish(),
  rope_theta: positive.nullish(),
  factor: positive.nullish(),
  original_max_position_embeddings: z.int().positive().nullish(),
  low_freq_factor: positive.nullish(),
  high_freq_factor: positive.nullish(),
  attention_factor: positive.nullish(),
  mscale: z.number().nullish(),
  mscale_all_dim: z.number().nullish(),
  beta_fast: positive.nullish(),
  beta_slow: positive.nullish(),
  truncate: z.boolean().nullish(),
  short_factor: z.array(positive).nullish(),
  long_factor: z.array(positive).nullish(),
  partial_rotary_factor: z.number().nullish(),
});

export type RopeFields = z.infer<typeof ropeSchema>;

/** Fields of config.json that say how a model rotates. */
export const ropeConfigFields = {
  rope_theta: positive.nullish(),
  rope_parameters: ropeSchema.nullish(),
  rope_scaling: ropeSchema.nullish(),
  partial_rotary_factor: z.number().nullish(),
  original_max_position_embeddings: z.int().positive().nullish(),
};

export interface RopeConfig extends Pick<
  RopeFields,
  'rope_theta' | 'partial_rotary_factor' | 'original_max_position_embeddings'
> {
  readonly rope_parameters?: RopeFields | null | undefined;
  readonly rope_scaling?: RopeFields | null | undefined;
  readonly max_position_embeddings: number;
}

/** The fields of the place that counts, completed by those beside it, and that place's name. */
function ropeFieldsOf(config: RopeConfig): { readonly fields: RopeFields; readonly field: string } {
  const field = config.rope_scaling ? 'rope_scaling' : 'rope_parameters';
  const own = config.rope_scaling ?? config.rope_parameters ?? {};
  return { field, fields: { ...own, rope_theta: own.rope_theta ?? config.rope_theta ?? 10_000 } };
}

/** Of a configuration without problems (see `findRopeProblems`). */
export function ropeOf(config: RopeConfig): RopeParameters {
  const { fields } = ropeFieldsOf(config);
  const original = config.original_max_position_embeddings ?? fields.original_max_position_embeddings;
  return toRope({ ...fields, original_max_position_embeddings: original }, config.max_position_embeddings);
}

/** How much of each head is rotated, 1 for all of it. */
export function rotatedShareOf(config: RopeConfig): number {
  const { fields } = ropeFieldsOf(config);
  return fields.partial_rotary_factor ?? config.partial_rotary_factor ?? 1;
}

/** `rotatedDim`: of each head; families that rotate whole heads refuse a part themselves (`findPartialRotation`). */
export function findRopeProblems(config: RopeConfig, rotatedDim: number): RopeProblems {
  const { fields, field } = ropeFieldsOf(config);
  return findFieldProblems(fields, field, rotatedDim);
}

export function findPartialRotation(config: RopeConfig): Problem[] {
  if (rotatedShareOf(config) === 1) return [];
  const { fields, field } = ropeFieldsOf(config);
  const place =
    typeof fields.partial_rotary_factor === 'number' ? `${field}.partial_rotary_factor` : 'partial_rotary_factor';
  return [problemOf(place, words.partialRotation())];
}

export interface RopeProblems {
  readonly invalid: readonly Problem[];
  readonly unsupported: readonly Problem[];
}

const neededFields: Readonly<Record<RopeParameters['kind'], readonly (keyof RopeFields)[]>> = {
  default: [],
  linear: ['factor'],
  dynamic: ['factor'],
  llama3: ['factor', 'low_freq_factor', 'high_freq_factor'],
  yarn: [],
  longrope: ['short_factor', 'long_factor'],
};

export function kindOf(fields: RopeFields): string {
  const kind = fields.rope_type ?? fields.type ?? 'default';
  return kind === 'su' ? 'longrope' : kind; // its name in the first Phi-3 files
}

function isKnown(kind: string): kind is RopeParameters['kind'] {
  return Object.hasOwn(neededFields, kind);
}

/** `field` is the place in config.json, for messages. */
export function findFieldProblems(fields: RopeFields, field: string, rotatedDim: number): RopeProblems {
  const kind = kindOf(fields);
  if (!isKnown(kind)) {
    const known = Object.keys(neededFields).join(', ');
    return {
      invalid: [],
      unsupported: [problemOf(`${field}.rope_type`, words.ropeKind({ value: kind, known }))],
    };
  }
  const missing = neededFields[kind].filter((name) => fields[name] === undefined || fields[name] === null);
  const invalid: Problem[] = missing.map((name) => problemOf(`${field}.${name}`, words.ropeNeeds({ value: kind })));
  const factors = fields.short_factor?.length;
  if (kind === 'longrope' && factors !== undefined && factors !== rotatedDim / 2)
    invalid.push(problemOf(`${field}.short_factor`, words.ropeFactors({ factors, frequencies: rotatedDim / 2 })));
  return { invalid, unsupported: [] };
}

/** Absent numbers are derived as transformers derives them. */
export function toRope(fields: RopeFields, maxPositions: number): RopeParameters {
  const theta = fields.rope_theta ?? 10_000;
  const kind = kindOf(fields);
  const originalMaxPositions = fields.original_max_position_embeddings ?? maxPositions;
  const factor = fields.factor ?? maxPositions / originalMaxPositions;
  if (kind === 'linear') return { kind, theta, factor };
  if (kind === 'dynamic') return { kind, theta, factor, maxPositions };
  if (kind === 'llama3') {
    const [lowFrequencyFactor, highFrequencyFactor] = [fields.low_freq_factor ?? 1, fields.high_freq_factor ?? 4];
    return { kind, theta, factor, lowFrequencyFactor, highFrequencyFactor, originalMaxPositions };
  }
  if (kind === 'yarn') {
    const attentionFactor = fields.attention_factor ?? yarnAttentionFactor(factor, fields);
    const [betaFast, betaSlow] = [fields.beta_fast ?? 32, fields.beta_slow ?? 1];
    return {
      kind,
      theta,
      factor,
      originalMaxPositions,
      attentionFactor,
      betaFast,
      betaSlow,
      truncate: fields.truncate ?? true,
    };
  }
  if (kind === 'longrope') {
    const stretched = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalMaxPositions));
    const attentionFactor = fields.attention_factor ?? stretched;
    return {
      kind,
      theta,
      shortFactors: fields.short_factor ?? [],
      longFactors: fields.long_factor ?? [],
      originalMaxPositions,
      attentionFactor,
    };
  }
  return { kind: 'default', theta };
}

function yarnAttentionFactor(factor: number, { mscale, mscale_all_dim: mscaleAllDim }: RopeFields): number {
  const scaleOf = (weight: number): number => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  return mscale && mscaleAllDim ? scaleOf(mscale) / scaleOf(mscaleAllDim) : scaleOf(1);
}

/**
 * What each frequency is divided by under `llama3`: 1 where the wave is short, `factor` where it is longer than the
 * original context holds, in between a smooth passage. One for each pair of a head.
 */
export function llama3Factors(rope: Extract<RopeParameters, { kind: 'llama3' }>, headDim: number): number[] {
  const { theta, factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions } = rope;
  return Array.from({ length: headDim / 2 }, (_, pair) => {
    const turns = originalMaxPositions / (2 * Math.PI * theta ** ((2 * pair) / headDim)); // within the original context
    if (turns > high) return 1;
    if (turns < low) return factor;
    const smooth = (turns - low) / (high - low);
    return 1 / ((1 - smooth) / factor + smooth);
  });
}
