/** A byte-level tokenizer of any small size, as GGUF can hold it: three marks at the ids that the tiny models have for them, then letters, space and line feed as their bytes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const marks = ['<pad>', '<s>', '</s>'];
const characters = 'ĠĊetaoinshrdlcumwfgypbvkjxqzETAOINSHRDLCUMWFGYPBVKJXQZ.,!?:;-\'"()0123456789';

/** Into a model's folder. `vocabSize` up to 77. */
export function writeByteLevelTokenizer(dir: string, vocabSize: number): void {
  const tokens = [...marks, ...Array.from(characters)].slice(0, vocabSize);
  const vocab = Object.fromEntries(tokens.map((text, id) => [text, id]));
  const added = marks.map((content, id) => {
    return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  });
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
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
  const tokenizer = { version: '1.0', added_tokens: added, normalizer: null, pre_tokenizer: byteLevel, post_processor: null };
  writeFileSync(join(dir, 'tokenizer.json'), JSON.stringify({ ...tokenizer, decoder: byteLevel, model }));
  writeFileSync(
    join(dir, 'tokenizer_config.json'),
    JSON.stringify({ bos_token: '<s>', eos_token: '</s>', tokenizer_class: 'PreTrainedTokenizerFast' }),
  );
}
