/** The tiny Llama with a tokenizer of 64 characters, so that it takes and gives text. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixturePath } from './fixtures.ts';

const specials = ['<pad>', '<s>', '</s>'];
const characters = ' abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,!?:;-\n';

/** Writes the model folder and gives it back. */
export function writeTinyTextModel(dir: string): string {
  const vocab = Object.fromEntries([...specials, ...Array.from(characters)].map((text, id) => [text, id]));
  const added = specials.map((content, id) => {
    return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  });
  const model = {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    vocab,
    merges: [],
  };
  const tokenizer = { version: '1.0', added_tokens: added, normalizer: null, pre_tokenizer: null, post_processor: null };
  cpSync(fixturePath('tiny_llama_base'), dir, { recursive: true });
  writeFileSync(join(dir, 'tokenizer.json'), JSON.stringify({ ...tokenizer, decoder: { type: 'Fuse' }, model }));
  writeFileSync(
    join(dir, 'tokenizer_config.json'),
    JSON.stringify({ bos_token: '<s>', eos_token: '</s>', tokenizer_class: 'PreTrainedTokenizerFast' }),
  );
  return dir;
}
