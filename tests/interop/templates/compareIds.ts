/** Ids of texts, ours against the Rust tokenizers'. */
import { join } from 'node:path';
import type { Tokenizer } from '../../../main/tokenizers/tokenizer.ts';
import type { LineProgram } from '../LineProgram.ts';

/** A tokenizer in its folder, and Python that reads the same one. */
export interface Bench {
  readonly reader: Pick<LineProgram, 'ask'>;
  readonly folder: string;
  readonly tokenizer: Tokenizer;
}

/** The Rust tokenizers' ids, without special tokens around them. */
export async function idsOf(
  texts: readonly string[],
  { reader, folder }: Bench,
): Promise<readonly (readonly number[])[]> {
  const { ids } = (await reader.ask({ do: 'ids', tokenizer: join(folder, 'tokenizer.json'), texts })) as {
    readonly ids: readonly (readonly number[])[];
  };
  return ids;
}

/** How many of the texts have other ids. */
export async function countOtherIds(texts: readonly string[], bench: Bench): Promise<number> {
  const ids = await idsOf(texts, bench);
  return texts.filter((text, at) => bench.tokenizer.encode(text, { addSpecialTokens: false }).join() !== ids[at].join())
    .length;
}
