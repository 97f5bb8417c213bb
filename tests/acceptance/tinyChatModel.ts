/** The tiny Llama, or another tiny model, with a tokenizer of at most 64 ids (one per character) and any chat template: a model that can be talked to. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { fixturePath } from '../support/fixtures.ts';

const specials = ['<unk>', '<s>', '</s>'];
/** Space and newline in the byte alphabet, then what is left of the 64. */
const characters = ['Ġ', 'Ċ', ...Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO0123456789.,!?:-()')];

export const plainTemplate =
  "{% for message in messages %}{{ message['role'] }}:{{ message['content'] }}\n{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}";

export function writeTinyChatModel(dir: string, chatTemplate: string = plainTemplate, fixture = 'tiny_llama_base'): string {
  cpSync(fixturePath(fixture), dir, { recursive: true });
  const { vocab_size: size } = JSON.parse(readFileSync(`${dir}/config.json`, 'utf8')) as { readonly vocab_size: number };
  const vocab = Object.fromEntries([...specials, ...characters].slice(0, size).map((token, id) => [token, id]));
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const tokenizer = {
    version: '1.0',
    added_tokens: specials.map((content, id) => ({ id, content, ...flags })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', unk_token: '<unk>', fuse_unk: false, byte_fallback: false, vocab, merges: [] },
  };
  writeFileSync(`${dir}/tokenizer.json`, JSON.stringify(tokenizer));
  const config = { tokenizer_class: 'PreTrainedTokenizerFast', eos_token: '</s>', bos_token: '<s>', chat_template: chatTemplate };
  writeFileSync(`${dir}/tokenizer_config.json`, JSON.stringify(config));
  return dir;
}
