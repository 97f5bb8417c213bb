/** Ids of rendered texts, ours against the Rust tokenizers': by the sample model's vocabulary with the template's own marks as special tokens. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadTokenizer } from '../../../main/tokenizers/loadTokenizer.ts';
import type { LineProgram } from '../LineProgram.ts';

export type Reader = Pick<LineProgram, 'ask'>;

interface Rendered {
  readonly name: string;
  readonly template: string;
  readonly texts: readonly string[];
}

/** How many of the texts have other ids. */
export async function compareIds(
  { name, template, texts }: Rendered,
  { reader, dir }: { readonly reader: Reader; readonly dir: string },
): Promise<number> {
  const folder = writeModel(join(dir, name.replace(/\W+/g, '-')), template);
  const tokenizer = await loadTokenizer(folder);
  const { ids } = (await reader.ask({ do: 'ids', tokenizer: join(folder, 'tokenizer.json'), texts })) as {
    readonly ids: readonly (readonly number[])[];
  };
  const isSame = (text: string, expected: readonly number[]): boolean =>
    tokenizer.encode(text, { addSpecialTokens: false }).join() === expected.join();
  return texts.filter((text, at) => !isSame(text, ids[at])).length;
}

const sampleModel = join(import.meta.dirname, '..', '..', '..', 'resources', 'sample-model');
/** `<|im_end|>`, `<start_of_turn>`, `[/INST]`: what families mark turns with. */
const marks = /<\|[^<>|\s]+\|>|<\/?[a-z_]+>|\[\/?[A-Z_]+\]|<｜[^<>]+｜>/g;

interface TokenizerFile {
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
}

/** A folder like a model's, whose tokenizer knows the marks. */
function writeModel(folder: string, template: string): string {
  const file = JSON.parse(readFileSync(join(sampleModel, 'tokenizer.json'), 'utf8')) as TokenizerFile;
  const known = new Set(file.added_tokens.map(({ content }) => content));
  const wanted = new Set(['<s>', '</s>', ...(template.match(marks) ?? [])].filter((mark) => !known.has(mark)));
  const first = Math.max(...Object.values(file.model.vocab), ...file.added_tokens.map(({ id }) => id)) + 1;
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const added = [...wanted].map((content, at) => ({ id: first + at, content, ...flags }));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ ...file, added_tokens: [...file.added_tokens, ...added] }));
  writeFileSync(
    join(folder, 'tokenizer_config.json'),
    JSON.stringify({ tokenizer_class: 'PreTrainedTokenizerFast', bos_token: '<s>', eos_token: '</s>', chat_template: template }),
  );
  return folder;
}
