/**
 * The vocabulary inside a GGUF file (`tokenizer.ggml.*`) as a tokenizer.json pipeline: byte-pair vocabularies ("gpt2")
 * and SentencePiece ones ("llama"). Surprising: how text is cut before the merges is only a name in the file, so an
 * unknown name is an error and never a guess.
 */
import { GraftError } from '../contract/errors.ts';
import { openGguf } from '../formats/gguf.ts';
import type { GgufValue } from '../formats/gguf.ts';
import { byteLevelPreTokenizer, findPreTokenizerRule, knownPreTokenizers } from './preTokenizers.ts';
import type { PreTokenizerRule } from './preTokenizers.ts';
import { sentencePieceMerges } from './sentencePieceMerges.ts';
import { tokenizerError } from './tokenizerSource.ts';
import type { JsonObject, TokenizerSource } from './tokenizerSource.ts';
import { tokenizerWords as words } from '../contract/words/tokenizer.ts';

type Metadata = ReadonlyMap<string, GgufValue>;

const tokenType = { unknown: 2, control: 3, userDefined: 4 } as const;
const key = (name: string): string => `tokenizer.ggml.${name}`;

class Vocabulary {
  readonly file: string;
  readonly tokens: readonly string[];
  private readonly metadata: Metadata;

  constructor(metadata: Metadata, file: string) {
    this.metadata = metadata;
    this.file = file;
    this.tokens = this.strings('tokens');
  }

  text(name: string): string | undefined {
    const value = this.metadata.get(key(name));
    return typeof value === 'string' ? value : undefined;
  }

  flag(name: string): boolean | undefined {
    const value = this.metadata.get(key(name));
    return typeof value === 'boolean' ? value : undefined;
  }

  strings(name: string): readonly string[] {
    const value = this.metadata.get(key(name));
    if (!Array.isArray(value)) throw tokenizerError(this.file, key(name), words.isMissing());
    const wrong = value.findIndex((entry) => typeof entry !== 'string');
    if (wrong >= 0) throw tokenizerError(this.file, `${key(name)}[${wrong}]`, words.notText());
    return value.map(String);
  }

  /** One number for each token, or undefined where the file has none. */
  numbers(name: string): readonly number[] | undefined {
    const value = this.metadata.get(key(name));
    if (value === undefined) return undefined;
    const numbers = Array.isArray(value) ? value.map(Number) : [];
    if (numbers.length !== this.tokens.length)
      throw tokenizerError(
        this.file,
        key(name),
        words.entries({ entries: numbers.length, tokens: this.tokens.length }),
      );
    return numbers;
  }

  /** The token that `<name>_token_id` names; an id outside the vocabulary counts as none. */
  special(name: string, fallbackId?: number): string | null {
    const id = this.specialId(name) ?? fallbackId;
    return id === undefined ? null : (this.tokens[id] ?? null);
  }

  specialId(name: string): number | undefined {
    const value = this.metadata.get(key(`${name}_token_id`));
    return typeof value === 'number' && value < this.tokens.length ? value : undefined;
  }

  chatTemplate(): string | null {
    const value = this.metadata.get('tokenizer.chat_template');
    return typeof value === 'string' ? value : null;
  }
}

function addedTokens(vocabulary: Vocabulary): readonly JsonObject[] {
  const types = vocabulary.numbers('token_type') ?? [];
  const shared = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  return vocabulary.tokens.flatMap((content, id) => {
    const type = types[id];
    const special = type === tokenType.control || type === tokenType.unknown;
    return content !== '' && (special || type === tokenType.userDefined) ? [{ id, content, special, ...shared }] : [];
  });
}

function tokenIds(vocabulary: Vocabulary): Readonly<Record<string, number>> {
  const ids = Object.fromEntries(vocabulary.tokens.map((token, id) => [token, id]));
  if (Object.keys(ids).length === vocabulary.tokens.length) return ids;
  const twice = vocabulary.tokens.find((token, id) => ids[token] !== id);
  throw tokenizerError(vocabulary.file, key('tokens'), words.holdsTwice({ token: JSON.stringify(twice) }));
}

/** "a b" in two; a token may itself begin with a space. */
function splitMerge(merge: string, index: number, file: string): readonly [string, string] {
  const space = merge.indexOf(' ', 1);
  if (space < 0) throw tokenizerError(file, `${key('merges')}[${index}]`, words.noPair());
  return [merge.slice(0, space), merge.slice(space + 1)];
}

/** Puts `token` before every text, as a tokenizer.json does it. */
function beginWith(token: string | null, vocabulary: Vocabulary): JsonObject | null {
  if (token === null) return null;
  const piece = { SpecialToken: { id: token, type_id: 0 } };
  const text = (id: string): JsonObject => ({ Sequence: { id, type_id: 0 } });
  return {
    type: 'TemplateProcessing',
    single: [piece, text('A')],
    pair: [piece, text('A'), text('B')],
    special_tokens: { [token]: { id: token, ids: [vocabulary.tokens.indexOf(token)], tokens: [token] } },
  };
}

function chooseRule(vocabulary: Vocabulary): PreTokenizerRule {
  const name = vocabulary.text('pre') ?? 'default';
  const rule = findPreTokenizerRule(name);
  if (rule !== undefined) return rule;
  throw new GraftError('unsupported', words.unknownRule({ file: vocabulary.file, name }), {
    file: vocabulary.file,
    field: key('pre'),
    remedy: words.knownRules({ rules: knownPreTokenizers }),
  });
}

function bytePairPipeline(vocabulary: Vocabulary): JsonObject {
  const rule = chooseRule(vocabulary);
  const addsBos = vocabulary.flag('add_bos_token') ?? rule.addsBos ?? false;
  return {
    added_tokens: addedTokens(vocabulary),
    normalizer: rule.composesUnicode ? { type: 'NFC' } : null,
    pre_tokenizer: byteLevelPreTokenizer(rule),
    post_processor: addsBos ? beginWith(vocabulary.special('bos'), vocabulary) : null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      unk_token: null,
      byte_fallback: false,
      ignore_merges: rule.ignoresMerges ?? false,
      vocab: tokenIds(vocabulary),
      merges: vocabulary.strings('merges').map((merge, index) => splitMerge(merge, index, vocabulary.file)),
    },
  };
}

/** SentencePiece: spaces become ▁, unknown characters their UTF-8 bytes, merges go by the scores of their results. */
function sentencePiecePipeline(vocabulary: Vocabulary): JsonObject {
  const addsSpace = vocabulary.flag('add_space_prefix') ?? true;
  const addsBos = vocabulary.flag('add_bos_token') ?? true;
  const vocab = tokenIds(vocabulary);
  const scores = vocabulary.numbers('scores');
  if (scores === undefined) throw tokenizerError(vocabulary.file, key('scores'), words.isMissing());
  const escapeSpaces = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
  const restoreSpaces = { type: 'Replace', pattern: { String: '▁' }, content: ' ' };
  const dropFirstSpace = addsSpace ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : [];
  return {
    added_tokens: addedTokens(vocabulary),
    normalizer: {
      type: 'Sequence',
      normalizers: [...(addsSpace ? [{ type: 'Prepend', prepend: '▁' }] : []), escapeSpaces],
    },
    pre_tokenizer: null,
    post_processor: addsBos ? beginWith(vocabulary.special('bos', 1), vocabulary) : null,
    decoder: {
      type: 'Sequence',
      decoders: [restoreSpaces, { type: 'ByteFallback' }, { type: 'Fuse' }, ...dropFirstSpace],
    },
    model: {
      type: 'BPE',
      unk_token: vocabulary.special('unknown', 0),
      fuse_unk: true,
      byte_fallback: true,
      vocab,
      merges: sentencePieceMerges(vocabulary.tokens, scores),
    },
  };
}

function buildPipeline(model: string, vocabulary: Vocabulary): JsonObject {
  if (model === 'gpt2') return bytePairPipeline(vocabulary);
  if (model === 'llama') return sentencePiecePipeline(vocabulary);
  throw new GraftError('unsupported', words.unknownVocabulary({ file: vocabulary.file, model }), {
    file: vocabulary.file,
    field: key('model'),
    remedy: words.knownKinds(),
  });
}

/** From metadata already read; undefined where it holds no vocabulary. Throws GraftError as `readGgufTokenizer`. */
export function ggufTokenizerSource(metadata: Metadata, file: string): TokenizerSource | undefined {
  const model = metadata.get(key('model'));
  if (typeof model !== 'string' || model === 'none' || model === 'no_vocab') return undefined;
  const vocabulary = new Vocabulary(metadata, file);
  const sentencePiece = model === 'llama';
  return {
    file,
    pipeline: buildPipeline(model, vocabulary),
    bosToken: vocabulary.special('bos', sentencePiece ? 1 : undefined),
    eosToken: vocabulary.special('eos', sentencePiece ? 2 : undefined),
    padToken: vocabulary.special('padding'),
    stopTokenIds: ['eot', 'eom'].flatMap((name) => vocabulary.specialId(name) ?? []),
    chatTemplate: vocabulary.chatTemplate(),
  };
}

/**
 * Opens a GGUF file for its vocabulary. Throws GraftError: 'invalid' for a broken file, 'unsupported' for an unknown
 * kind.
 */
export function readGgufTokenizer(path: string): TokenizerSource | undefined {
  const gguf = openGguf(path);
  try {
    return ggufTokenizerSource(gguf.metadata, path);
  } finally {
    gguf.close();
  }
}
