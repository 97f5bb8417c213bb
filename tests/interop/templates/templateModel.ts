/**
 * A folder like a model's for one template: the sample model's vocabulary, with the template's own marks as special
 * tokens.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const sampleModel = join(import.meta.dirname, '..', '..', '..', 'resources', 'sample-model');
/** `<|im_end|>`, `<start_of_turn>`, `[/INST]`: what families mark turns with. */
const marks = /<\|[^<>|\s]+\|>|<\/?[a-z_]+>|\[\/?[A-Z_]+\]|<｜[^<>]+｜>/g;

interface TokenizerFile {
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
}

/** Into this folder, which it gives. */
export function writeModel(folder: string, template: string): string {
  const file = JSON.parse(readFileSync(join(sampleModel, 'tokenizer.json'), 'utf8')) as TokenizerFile;
  const known = new Set(file.added_tokens.map(({ content }) => content));
  const wanted = new Set(['<s>', '</s>', ...(template.match(marks) ?? [])].filter((mark) => !known.has(mark)));
  const first = Math.max(...Object.values(file.model.vocab), ...file.added_tokens.map(({ id }) => id)) + 1;
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const added = [...wanted].map((content, at) => ({ id: first + at, content, ...flags }));
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'tokenizer.json'),
    JSON.stringify({ ...file, added_tokens: [...file.added_tokens, ...added] }),
  );
  writeFileSync(
    join(folder, 'tokenizer_config.json'),
    JSON.stringify({
      tokenizer_class: 'PreTrainedTokenizerFast',
      bos_token: '<s>',
      eos_token: '</s>',
      chat_template: template,
    }),
  );
  return folder;
}
