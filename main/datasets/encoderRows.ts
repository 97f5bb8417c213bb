/**
 * Labelled rows as tokens of an encoder: special tokens around one text or two, and the label beside them. Nothing in
 * them is a target, so none of their tokens is marked as trained: what is learned is the row's label.
 */
import { type Dataset, isLabelled } from '../contract/entities.ts';
import { GraftError } from '../contract/errors.ts';
import type { SpellingKind } from '../contract/training.ts';
import type { RowLayout } from '../formats/cutTextPair.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import type { Example, RowFault } from './example.ts';
import { findLabelled } from './labelled.ts';
import type { LabelledRow } from './labelled.ts';
import type { TokenRow } from './tokenise.ts';
import { tokenRowWords as words } from '../contract/words/tokenRows.ts';

type EncoderTokenizer = Pick<Tokenizer, 'encode' | 'textPairLayout'>;

/** Token ids are taken as they are; texts need the tokenizer. */
export function tokeniseForEncoder(
  example: Example,
  tokenizer: EncoderTokenizer | null,
  specialTokens?: SpellingKind,
): TokenRow | RowFault {
  if (example.kind === 'tokens') return ofIds(example);
  const row = findLabelled(example);
  return row === undefined || tokenizer === null
    ? { reason: words.notLabelled() }
    : { ...encodeTexts(row, tokenizer, specialTokens), label: row.label };
}

function ofIds({ ids, label }: Extract<Example, { readonly kind: 'tokens' }>): TokenRow | RowFault {
  if (label === undefined) return { reason: words.notLabelled() };
  return { ids, trained: ids.map(() => false), secondStart: ids.length, label: label.trim() };
}

/** Ids with special tokens, and where the second text begins: the end where there is none. */
export function encodeTexts(
  { text, second }: Pick<LabelledRow, 'text' | 'second'>,
  tokenizer: EncoderTokenizer,
  specialTokens: SpellingKind = 'text',
) {
  const { before, between, after } = tokenizer.textPairLayout;
  const encode = (part: string): number[] =>
    tokenizer.encode(part, { addSpecialTokens: false, spellings: specialTokens });
  const first = [...before, ...encode(text)];
  const head = second === undefined ? first : [...first, ...between];
  const ids = [...head, ...(second === undefined ? [] : encode(second)), ...after];
  return { ids, trained: ids.map(() => false), secondStart: second === undefined ? ids.length : head.length };
}

export function rowLayoutOf({
  textPairLayout: { before, between, after },
}: Pick<Tokenizer, 'textPairLayout'>): RowLayout {
  return { before: before.length, between: between.length, after: after.length };
}

/** Throws GraftError('invalid') for a dataset that says nothing an encoder could learn. */
export function refuseUnlabelled(dataset: Pick<Dataset, 'name' | 'format' | 'reading'>, model: string): void {
  if (isLabelled(dataset)) return;
  throw new GraftError('invalid', words.noLabels({ dataset: dataset.name, model }), {
    field: 'dataset',
    remedy: words.useLabels(),
  });
}
