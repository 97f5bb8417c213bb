/** How many special tokens of a model the text of a row spells. */
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import type { Example } from './example.ts';

export function countSpelled(example: Example, tokenizer: Pick<Tokenizer, 'countSpecialSpellings'>): number {
  let count = 0;
  for (const text of textsOf(example)) count += tokenizer.countSpecialSpellings(text);
  return count;
}

function textsOf(example: Example): readonly string[] {
  if (example.kind === 'tokens') return [];
  if (example.kind === 'text') return [example.text];
  if (example.kind === 'completion') return [example.prompt, example.completion];
  if (example.kind === 'labelled')
    return example.second === undefined ? [example.text] : [example.text, example.second];
  return stringsIn([...example.messages, ...(example.tools ?? [])]);
}

/** Keys of arguments are texts, too. */
function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...stringsIn(item)]);
}
