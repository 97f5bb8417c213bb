/** Real text for the check of llama.cpp: the datasets that come with Graft, a part of each. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tokenizer } from '../../../tokenizers/tokenizer.ts';

const files = ['plain-facts.csv', 'shop-replies.jsonl', 'pirate-replies.jsonl', 'shop-letters.csv'];
const rowTokens = 125;
/** Enough for a share of the tokens, also where a token is a long word. */
const partCharacters = 7000;

/** Rows of tokens, as many as `tokens` has room for; shorter ones for a model of few positions. */
export async function checkRows(
  resourcesDir: string,
  tokenizer: Pick<Tokenizer, 'encode'>,
  { tokens, maxPositions }: { readonly tokens: number; readonly maxPositions: number },
): Promise<readonly (readonly number[])[]> {
  const length = Math.min(rowTokens, maxPositions - 1, tokens);
  const share = Math.ceil(tokens / length / files.length);
  const rows: (readonly number[])[] = [];
  for (const name of files) {
    const text = await readFile(join(resourcesDir, 'sample-datasets', name), 'utf8');
    const ids = tokenizer.encode(text.slice(0, partCharacters));
    for (let at = 0; at < share && (at + 1) * length <= ids.length; at++)
      rows.push([...ids.slice(at * length, (at + 1) * length)]);
  }
  return rows.slice(0, Math.floor(tokens / length));
}
