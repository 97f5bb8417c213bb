/** A tokenizer as the files of a Hugging Face folder, for models that had theirs in a GGUF. */
import type { TokenizerSource } from './tokenizerSource.ts';

/** File name to content. */
export function tokenizerFiles(source: TokenizerSource, maxLength: number): Readonly<Record<string, unknown>> {
  const { pipeline, bosToken, eosToken, padToken, chatTemplate } = source;
  return {
    'tokenizer.json': { version: '1.0', truncation: null, padding: null, ...pipeline },
    'tokenizer_config.json': {
      tokenizer_class: 'PreTrainedTokenizerFast',
      ...withoutNull({ bos_token: bosToken, eos_token: eosToken, pad_token: padToken, chat_template: chatTemplate }),
      clean_up_tokenization_spaces: false,
      model_max_length: maxLength,
    },
  };
}

function withoutNull(fields: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
}
