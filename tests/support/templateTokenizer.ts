/**
 * A tokenizer for a chat template: bytes, a few merges that can straddle the end of a prompt, and the template's own
 * marks as added tokens (special ones, but for those of thoughts).
 */
import { byteAlphabet } from '../../main/tokenizers/byteAlphabet.ts';
import type { Tokenizer } from '../../main/tokenizers/tokenizer.ts';
import { createTokenizer } from '../../main/tokenizers/tokenizerEngine.ts';

const marksOf = (template: string): readonly string[] => template.match(/<\/?\|?[a-z/]+\|?>|\[\/?[A-Z]+\]/gi) ?? [];

export interface TemplateTokenizerOptions {
  /** Whether the template's marks are tokens; default true. */
  readonly marks?: boolean;
  /** Whether plain text gets a begin-of-text token. */
  readonly addsBos?: boolean;
}

/** Ends are `</s>` and whatever a template of the tests closes answers with. */
export function templateTokenizer(
  chatTemplate: string | null,
  { marks = true, addsBos = false }: TemplateTokenizerOptions = {},
): Tokenizer {
  const space = byteAlphabet[32] ?? '';
  const line = byteAlphabet[10] ?? '';
  const merges = [
    [line, line],
    [space, space],
    [space, 'a'],
    ['a', 'b'],
    [`${line}${line}`, 'a'],
    [':', space],
    ['>', line],
    ['[', '/'],
  ];
  const words = [...byteAlphabet, ...merges.map((pair) => pair.join(''))];
  const added = ['<s>', '</s>', ...(marks ? new Set(marksOf(chatTemplate ?? '')) : [])].filter(
    (mark, at, all) => all.indexOf(mark) === at,
  );
  const ids = new Map(added.map((mark, at) => [mark, words.length + at]));
  const ends = ['<|return|>', '<|call|>', '<|eot|>', '<|over|>', '<|stop|>', '<|done|>', '<|end|>', '</turn>'];
  return createTokenizer({
    file: 'tokenizer.json',
    pipeline: {
      added_tokens: added.map((content) => ({ id: ids.get(content), content, special: !content.includes('think') })),
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
      decoder: { type: 'ByteLevel' },
      ...(addsBos && { post_processor: bosProcessor(ids.get('<s>') ?? 0) }),
      model: {
        type: 'BPE',
        vocab: Object.fromEntries(words.map((word, id) => [word, id])),
        merges: merges.map((pair) => pair.join(' ')),
      },
    },
    bosToken: '<s>',
    eosToken: '</s>',
    padToken: null,
    stopTokenIds: ends.flatMap((end) => ids.get(end) ?? []),
    chatTemplate,
  });
}

function bosProcessor(id: number) {
  const bos = { SpecialToken: { id: '<s>', type_id: 0 } };
  return {
    type: 'TemplateProcessing',
    single: [bos, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [bos, { Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: { '<s>': { id: '<s>', ids: [id], tokens: ['<s>'] } },
  };
}
