/**
 * What an adapter can have that nothing here computes. It is told by that alone: the many tensors and fields that go
 * with it would only hide it.
 */
import { GraftError } from '../contract/errors.ts';
import type { ModelShape } from '../contract/families/family.ts';
import type { PeftFolder } from './peftFolder.ts';
import { peftWords as words } from '../contract/words/peft.ts';
import type { Said } from '../contract/words/words.ts';

interface Refusal {
  readonly field: string;
  /** Goes on from "cannot be used:". */
  readonly sentence: Said;
  readonly key: RegExp;
  readonly isAsked?: (config: PeftFolder['config']) => boolean;
}

const trained = String.raw`\.(?:lora|vera|vblora)_`;

const refusals: readonly Refusal[] = [
  {
    field: 'target_modules',
    sentence: words.headAdapters(),
    key: new RegExp(String.raw`\.(?:lm_head|embed_out|score|classifier)${trained}`),
  },
  {
    field: 'target_modules',
    sentence: words.embeddingAdapters(),
    key: new RegExp(String.raw`\.lora_embedding_[AB]|\.(?:embed_tokens|embed_in|wte|wpe|\w+_embeddings)${trained}`),
  },
  { field: 'use_dora', sentence: words.dora(), key: /\.lora_magnitude_vector/ },
  {
    field: 'trainable_token_indices',
    sentence: words.trainedTokens(),
    key: /\.trainable_tokens_(?:delta|original)/,
    isAsked: ({ trainable_token_indices: asked }) => asked !== null && asked !== undefined,
  },
];

/** Throws GraftError('unsupported') with the one sentence. */
export function refuseUnsupported({
  dir,
  config,
  tensors,
}: Pick<PeftFolder, 'dir' | 'config'> & { tensors: ReadonlyMap<string, unknown> }) {
  const keys = [...tensors.keys()];
  const met = refusals.find(({ key, isAsked }) => isAsked?.(config) === true || keys.some((each) => key.test(each)));
  if (met === undefined) return;
  throw new GraftError('unsupported', words.unusable({ dir, why: met.sentence }), {
    file: dir,
    field: met.field,
    remedy: words.mergeIt(),
  });
}

const vocabularyWeight = /\.(embed_tokens|wte|word_embeddings|lm_head)(?:\.base_layer)?\.weight$/;

/**
 * Throws GraftError('unsupported') for embeddings or heads of another size than the base's: of a tokenizer with more
 * tokens.
 */
export function refuseResized(
  {
    dir,
    tensors,
  }: Pick<PeftFolder, 'dir'> & { readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[] }> },
  { vocabSize, hiddenSize }: Pick<ModelShape, 'vocabSize' | 'hiddenSize'>,
): void {
  for (const [key, { shape }] of tensors) {
    const [, name] = vocabularyWeight.exec(key) ?? [];
    const [rows = vocabSize, columns] = shape;
    if (name === undefined || columns !== hiddenSize || rows === vocabSize) continue;
    throw new GraftError(
      'unsupported',
      words.unusable({ dir, why: words.resized({ name, rows, vocabulary: vocabSize }) }),
      {
        file: dir,
        field: name,
        remedy: words.mergeIt(),
      },
    );
  }
}
