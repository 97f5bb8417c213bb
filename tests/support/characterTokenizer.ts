/**
 * tokenizer.json and tokenizer_config.json of a tokenizer that has one token for each character: for tiny models that
 * take and give text.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CharacterTokenizer {
  /** From id 0 on: padding or unknown, beginning, end. */
  readonly marks: readonly [string, string, string];
  /** From id 3 on; of a byte-level tokenizer in the byte alphabet, where Ġ is the space and Ċ the line feed. */
  readonly characters: string;
  readonly byteLevel: boolean;
  /** The first mark stands for what is not among the characters. */
  readonly hasUnknown?: boolean;
  /** Ids beyond it are left out. */
  readonly vocabSize?: number;
  readonly chatTemplate?: string;
}

export function writeCharacterTokenizer(dir: string, tokenizer: CharacterTokenizer): void {
  const { marks, characters, byteLevel, hasUnknown = false, vocabSize, chatTemplate } = tokenizer;
  const tokens = [...marks, ...Array.from(characters)].slice(0, vocabSize);
  const added = marks.map((content, id) => {
    return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  });
  const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const model = {
    type: 'BPE',
    dropout: null,
    unk_token: hasUnknown ? marks[0] : null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    vocab: Object.fromEntries(tokens.map((text, id) => [text, id])),
    merges: [],
  };
  const frame = {
    version: '1.0',
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: byteLevel ? bytes : null,
    post_processor: null,
  };
  writeFileSync(
    join(dir, 'tokenizer.json'),
    JSON.stringify({ ...frame, decoder: byteLevel ? bytes : { type: 'Fuse' }, model }),
  );
  const config = { bos_token: marks[1], eos_token: marks[2], tokenizer_class: 'PreTrainedTokenizerFast' };
  writeFileSync(
    join(dir, 'tokenizer_config.json'),
    JSON.stringify({ ...config, ...(chatTemplate !== undefined && { chat_template: chatTemplate }) }),
  );
}
