/**
 * Rope scaling in GGUF files: metadata for `linear` and `yarn`, tensors of frequency factors for `llama3` and
 * `longrope`. The numbers behind llama3's factors are not in the file: they are found again among those that models
 * use.
 */
import { GraftError } from '../errors.ts';
import type { GgufField, GgufHead } from './family.ts';
import { f32, ggufReader, text, u32 } from './ggufFields.ts';
import { llama3Factors } from './rope.ts';
import type { RopeParameters } from './rope.ts';
import { modelConfigWords } from '../words/modelConfig.ts';
import { otherProgramWords } from '../words/otherPrograms.ts';

const llama3Tensor = 'rope_freqs.weight';
const longTensor = 'rope_factors_long.weight';
const shortTensor = 'rope_factors_short.weight';

/** Tensors that belong to the configuration and not to the weights. */
export const ropeTensors: readonly string[] = [llama3Tensor, longTensor, shortTensor];

/**
 * `rope_parameters` of config.json, or nothing without scaling. Throws GraftError('unsupported') for other scalings.
 */
export function ropeFromGguf(head: GgufHead, architecture: string, file: string): Record<string, unknown> {
  const of = ggufReader(head, architecture);
  const theta = { rope_theta: of('rope.freq_base') ?? 10_000 };
  const original = of('rope.scaling.original_context_length');
  if (head.tensorNames.has(llama3Tensor))
    return { rope_parameters: llama3FromFactors(head, Number(theta.rope_theta), file) };
  if (head.tensorNames.has(shortTensor)) {
    const factors = { short_factor: numbers(head, shortTensor), long_factor: numbers(head, longTensor) };
    const attention = { attention_factor: of('rope.scaling.attn_factor'), original_max_position_embeddings: original };
    return { rope_parameters: { rope_type: 'longrope', ...theta, ...factors, ...attention } };
  }
  const type = of('rope.scaling.type') ?? 'none';
  const factor = of('rope.scaling.factor');
  if (type === 'none') return {};
  if (type === 'linear') return { rope_parameters: { rope_type: 'linear', ...theta, factor } };
  if (type === 'yarn') {
    const attention = {
      attention_factor: of('rope.scaling.yarn_attn_factor'),
      original_max_position_embeddings: original,
    };
    const betas = { beta_fast: of('rope.scaling.yarn_beta_fast'), beta_slow: of('rope.scaling.yarn_beta_slow') };
    return { rope_parameters: { rope_type: 'yarn', ...theta, factor, ...attention, ...betas } };
  }
  throw new GraftError('unsupported', otherProgramWords.ropeScaling({ file, value: JSON.stringify(type) }), {
    file,
    field: `${architecture}.rope.scaling.type`,
    remedy: modelConfigWords.chooseOther(),
  });
}

/**
 * The same for writing: keys without their architecture, and tensors. `dynamic` only acts beyond the context, and has
 * none.
 */
export function ropeGguf(
  rope: RopeParameters,
  headDim: number,
): { readonly fields: Readonly<Record<string, GgufField>>; readonly tensors: ReadonlyMap<string, Float32Array> } {
  const base = { 'rope.freq_base': f32(rope.theta) };
  const none = new Map<string, Float32Array>();
  if (rope.kind === 'linear')
    return {
      fields: { ...base, 'rope.scaling.type': text('linear'), 'rope.scaling.factor': f32(rope.factor) },
      tensors: none,
    };
  if (rope.kind === 'yarn') return { fields: { ...base, ...yarnFields(rope) }, tensors: none };
  if (rope.kind === 'llama3')
    return { fields: base, tensors: new Map([[llama3Tensor, Float32Array.from(llama3Factors(rope, headDim))]]) };
  if (rope.kind !== 'longrope') return { fields: base, tensors: none };
  const fields = {
    ...base,
    'rope.scaling.original_context_length': u32(rope.originalMaxPositions),
    'rope.scaling.attn_factor': f32(rope.attentionFactor),
  };
  const factors = [
    [longTensor, rope.longFactors],
    [shortTensor, rope.shortFactors],
  ] as const;
  return { fields, tensors: new Map(factors.map(([name, values]) => [name, Float32Array.from(values)])) };
}

function yarnFields(rope: Extract<RopeParameters, { kind: 'yarn' }>): Record<string, GgufField> {
  const usual = 0.1 * Math.log(rope.factor) + 1; // what llama.cpp takes where none is given
  const given = Math.abs(rope.attentionFactor - usual) > 1e-6;
  return {
    'rope.scaling.type': text('yarn'),
    'rope.scaling.factor': f32(rope.factor),
    'rope.scaling.original_context_length': u32(rope.originalMaxPositions),
    'rope.scaling.yarn_beta_fast': f32(rope.betaFast),
    'rope.scaling.yarn_beta_slow': f32(rope.betaSlow),
    ...(given ? { 'rope.scaling.yarn_attn_factor': f32(rope.attentionFactor) } : {}),
  };
}

/** All published models have 1 and 4; the original context is a power of two. */
function llama3FromFactors(head: GgufHead, theta: number, file: string): Record<string, unknown> {
  const found = head.readFloat32(llama3Tensor);
  const factor = found.reduce((most, each) => Math.max(most, each), 1);
  const originals = Array.from({ length: 18 }, (_, power) => 2 ** (power + 3));
  const original = originals.find((originalMaxPositions) => {
    const rope = {
      kind: 'llama3',
      theta,
      factor,
      lowFrequencyFactor: 1,
      highFrequencyFactor: 4,
      originalMaxPositions,
    } as const;
    return llama3Factors(rope, 2 * found.length).every((each, pair) => Math.abs(each - found[pair]) <= 1e-4 * each);
  });
  if (original === undefined) {
    throw new GraftError('unsupported', otherProgramWords.otherFactors({ file, tensor: llama3Tensor }), {
      file,
      field: llama3Tensor,
      remedy: otherProgramWords.takeSafetensors(),
    });
  }
  const numbersOfLlama = { low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: original };
  return { rope_type: 'llama3', rope_theta: theta, factor, ...numbersOfLlama };
}

function numbers(head: GgufHead, name: string): number[] | undefined {
  return head.tensorNames.has(name) ? [...head.readFloat32(name)] : undefined;
}
