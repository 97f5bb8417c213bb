/**
 * The sample model's tokenizer and chat template, as the files that Hugging Face tools read.
 */
import type { JsonObject } from '../../tokenizers/tokenizerSource.ts';
import { wordPattern } from './trainBpe.ts';
import type { BpeVocabulary } from './trainBpe.ts';

export const specialTokens = ['<|endoftext|>', '<|system|>', '<|user|>', '<|assistant|>', '<|end|>'] as const;
export const endOfTextId = 0;
export const endOfTurnId = 4;

/** `<|user|>…<|end|><|assistant|>…<|end|>`; a system message may come first. */
export const chatTemplate = [
  '{%- for message in messages -%}',
  "{%- if message['role'] not in ['system', 'user', 'assistant'] -%}",
  "{{- raise_exception('A message can come from system, user or assistant, not from ' + message['role'] + '.') -}}",
  '{%- endif -%}',
  "{{- '<|' + message['role'] + '|>' + message['content'] + '<|end|>' -}}",
  '{%- endfor -%}',
  "{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}",
].join('\n');

/** tokenizer.json */
export function tokenizerJson(vocabulary: BpeVocabulary): JsonObject {
  const addedTokens = specialTokens.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const split = { type: 'Split', pattern: { Regex: wordPattern }, behavior: 'Isolated', invert: false };
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens,
    normalizer: null,
    pre_tokenizer: { type: 'Sequence', pretokenizers: [split, byteLevel] },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries([...specialTokens, ...vocabulary.tokens].map((token, id) => [token, id])),
      merges: vocabulary.merges.map(([left, right]) => `${left} ${right}`),
    },
  };
}

/** tokenizer_config.json */
export function tokenizerConfig(maxLength: number): JsonObject {
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    bos_token: null,
    eos_token: '<|end|>',
    pad_token: '<|endoftext|>',
    unk_token: null,
    clean_up_tokenization_spaces: false,
    model_max_length: maxLength,
    chat_template: chatTemplate,
  };
}
