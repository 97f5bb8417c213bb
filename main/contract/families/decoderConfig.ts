/**
 * What config.json files of decoders have in common: the fields of Llama and its relatives, how they are checked, and
 * the error that lists everything wrong with one. Defaults for absent fields are those of transformers.
 */
import { z } from 'zod';
import { GraftError, type Problem, problemOf, saidOf } from '../errors.ts';
import { plainWords, problemsOf } from '../plainWords.ts';
import type { ModelFamily, ModelShape } from './family.ts';
import { findPartialRotation, findRopeProblems, ropeConfigFields, rotatedShareOf } from './rope.ts';
import { commonWords } from '../words/common.ts';
import { modelConfigWords as words } from '../words/modelConfig.ts';

const maxLayers = 1024; // far above any real model; a damaged config must not make us build a list of billions

export const sizeField = z
  .int()
  .positive()
  .max(2 ** 24);
export const layerCountField = sizeField.max(maxLayers);
export const tokenIdField = z.int();
export const tokenIdsField = z.union([tokenIdField, z.array(tokenIdField)]).nullable();

/** Fields of Llama and its relatives; families add their own and override defaults. */
export const decoderFields = {
  vocab_size: sizeField,
  hidden_size: sizeField,
  intermediate_size: sizeField,
  num_hidden_layers: layerCountField,
  num_attention_heads: sizeField,
  num_key_value_heads: sizeField.nullish(),
  head_dim: sizeField.nullish(),
  max_position_embeddings: sizeField.default(2048),
  rms_norm_eps: z.number().nonnegative().default(1e-6),
  ...ropeConfigFields,
  hidden_act: z.string().default('silu'),
  tie_word_embeddings: z.boolean().nullish(),
  bos_token_id: tokenIdField.nullish(),
  eos_token_id: tokenIdsField.optional(),
  pad_token_id: tokenIdField.nullish(),
};

export type DecoderConfig = z.infer<z.ZodObject<typeof decoderFields>>;

export interface ConfigProblems {
  /** Numbers that are impossible or contradict each other. */
  readonly invalid: readonly Problem[];
  /** Variants that are not computed; running them anyway would give wrong answers. */
  readonly unsupported: readonly Problem[];
}

export interface ConfigRules<Schema extends z.ZodType> {
  /** For people, e.g. `Llama`. */
  readonly title: string;
  readonly schema: Schema;
  readonly check: (config: z.infer<Schema>) => ConfigProblems;
}

/** The checked fields. Throws GraftError('invalid' | 'unsupported') with every problem. */
export function readConfig<Schema extends z.ZodType>(
  config: Readonly<Record<string, unknown>>,
  file: string,
  { title, schema, check }: ConfigRules<Schema>,
): z.infer<Schema> {
  const parsed = schema.safeParse(config, { error: plainWords });
  if (!parsed.success) {
    throw configError('invalid', { title, file, problems: problemsOf(parsed.error.issues, { whole: 'config' }) });
  }
  const { invalid, unsupported } = check(parsed.data);
  if (invalid.length > 0) throw configError('invalid', { title, file, problems: invalid });
  if (unsupported.length > 0) throw configError('unsupported', { title, file, problems: unsupported });
  return parsed.data;
}

export function configError(
  code: 'invalid' | 'unsupported',
  { title, file, problems }: { readonly title: string; readonly file: string; readonly problems: readonly Problem[] },
): GraftError {
  const list = problems.map((problem) => commonWords.ofField({ field: problem.field, problem: saidOf(problem) }));
  const data = { file, field: problems[0]?.field, problems };
  if (code === 'unsupported')
    return new GraftError(code, words.unsupported({ file, problems: list }), { ...data, remedy: words.chooseOther() });
  return new GraftError(code, words.invalid({ file, title, problems: list }), {
    ...data,
    remedy: words.fetchOrCorrect(),
  });
}

export function headDimOf({ head_dim, hidden_size, num_attention_heads }: DecoderConfig): number {
  return head_dim ?? hidden_size / num_attention_heads;
}

/** How many numbers of each head are rotated. */
export function rotatedDimOf(config: DecoderConfig): number {
  return Math.trunc(headDimOf(config) * rotatedShareOf(config));
}

/** Head counts and sizes that do not go together. */
export function findHeadMisfits(config: DecoderConfig): Problem[] {
  const { hidden_size: hiddenSize, num_attention_heads: heads, num_key_value_heads: keyValueHeads } = config;
  const headDim = headDimOf(config);
  const problems: Problem[] = [];
  if (!Number.isInteger(headDim))
    problems.push(
      problemOf('num_attention_heads', words.notDividing({ count: heads, field: 'hidden_size', size: hiddenSize })),
    );
  else if (headDim % 2 !== 0) problems.push(problemOf('head_dim', words.oddHead({ size: headDim })));
  if (keyValueHeads && heads % keyValueHeads !== 0)
    problems.push(
      problemOf(
        'num_key_value_heads',
        words.notDividing({ count: keyValueHeads, field: 'num_attention_heads', size: heads }),
      ),
    );
  return problems;
}

/** Begin, end and padding ids; a negative one means none. */
export function tokenIdsOf({
  bos_token_id: bos,
  eos_token_id: eos,
  pad_token_id: pad,
}: Pick<DecoderConfig, 'bos_token_id' | 'eos_token_id' | 'pad_token_id'>): Pick<
  ModelShape,
  'bosTokenId' | 'eosTokenIds' | 'padTokenId'
> {
  const asTokenId = (id: number | null | undefined): number | null => (typeof id === 'number' && id >= 0 ? id : null);
  return {
    bosTokenId: asTokenId(bos),
    eosTokenIds: [eos ?? []].flat().filter((id) => id >= 0),
    padTokenId: asTokenId(pad),
  };
}

/** With the number of parameters counted from the family's own list of weights. */
export function countParameters(
  shape: Omit<ModelShape, 'parameterCount'>,
  { weightShapes }: Pick<ModelFamily, 'weightShapes'>,
): ModelShape {
  const sizes = [...weightShapes({ ...shape, parameterCount: 0 }).values()];
  const parameterCount = sizes.reduce(
    (sum, dimensions) => sum + dimensions.reduce((product, size) => product * size, 1),
    0,
  );
  return { ...shape, parameterCount };
}

/** Everything that Llama and its relatives are checked for: heads, rotation, activation. */
export function checkDecoder(config: DecoderConfig, { partialRotation = false } = {}): ConfigProblems {
  const rope = findRopeProblems(config, rotatedDimOf(config));
  const activation = problemOf('hidden_act', words.activation({ value: config.hidden_act, known: 'silu' }));
  return {
    invalid: [...findHeadMisfits(config), ...rope.invalid],
    unsupported: [
      ...rope.unsupported,
      ...(partialRotation ? [] : findPartialRotation(config)),
      ...(config.hidden_act === 'silu' ? [] : [activation]),
    ],
  };
}
