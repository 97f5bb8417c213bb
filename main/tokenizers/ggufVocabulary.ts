/**
 * A tokenizer.json as the metadata of a GGUF file, the inverse of ggufTokenizer.ts. How text is cut before the merges
 * is only a name there, so the name is found by trying: what was made is read back and must give the same tokens for
 * texts that tell the rules apart. SentencePiece scores, which tokenizer.json does not keep, follow from the order of
 * its merges.
 */
import { GraftError } from '../contract/errors.ts';
import type { GgufOutputField } from '../formats/ggufWriter.ts';
import type { GgufValue } from '../formats/gguf.ts';
import { ggufTokenizerSource } from './ggufTokenizer.ts';
import { likelyPreTokenizers } from './preTokenizers.ts';
import type { Tokenizer } from './tokenizer.ts';
import { createTokenizer } from './tokenizerEngine.ts';
import { isJsonObject } from './tokenizerSource.ts';
import type { JsonObject, TokenizerSource } from './tokenizerSource.ts';
import { tokenizerWords as words } from '../contract/words/tokenizer.ts';
import type { Said } from '../contract/words/words.ts';

type Fields = Map<string, GgufOutputField>;

const tokenTypes = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;
const key = (name: string): string => `tokenizer.ggml.${name}`;
/** Of tokens that no merge makes; merges are below 0 and above this. */
const lowestScore = -1e6;

/**
 * Contractions, cases, digits, scripts, white space, symbols, code: on these the known rules differ from one another.
 */
const probes: readonly string[] = [
  "It's what they'd SAY: I'LL we'Ve you'RE don't",
  'HTTPServer camelCase snake_case ÉCOLE straße Ǆ naïve',
  '1 12 123 1234 12345 3.14159 1,000,000 ²³ ٣٤٥ Ⅷ',
  'a  b   c\td\n\ne \r\n  f \n \n\tg   ',
  'for (let i = 0; i <= n; ++i) { x[i] += "y\\n"; } // ---- ==== ~~~ $5 +7 ^2 | <tag/>',
  'こんにちは、世界。漢字かな交じり文 한국어 русский язык العربية हिन्दी ไทย',
  '🙂👩‍👩‍👧‍👦 e\u0301 é … “quotes” — dash\u00a0\u3000x',
];

/**
 * `vocabSize`: rows of the embedding; ids without a token are filled up. Throws GraftError('unsupported') that says
 * what.
 */
export function ggufVocabulary(source: TokenizerSource, vocabSize: number): Fields {
  const model = source.pipeline.model;
  if (!isJsonObject(model) || model.type !== 'BPE' || !isJsonObject(model.vocab)) {
    const kind = isJsonObject(model) ? String(model.type) : 'none';
    throw cannotSay(source, words.kindNotWritten({ kind }), 'model.type');
  }
  const original = createTokenizer(source);
  const common = { source, model, original, tokens: listTokens(source, model, vocabSize) };
  return model.byte_fallback === true ? sentencePiece(common) : bytePairs(common);
}

interface Vocabulary {
  readonly source: TokenizerSource;
  readonly model: JsonObject;
  readonly original: Tokenizer;
  readonly tokens: readonly ListedToken[];
}

interface ListedToken {
  readonly text: string;
  readonly type: number;
}

function listTokens(source: TokenizerSource, model: JsonObject, vocabSize: number): ListedToken[] {
  const tokens: ListedToken[] = Array.from({ length: vocabSize }, (_, id) => ({
    text: `[PAD${id}]`,
    type: tokenTypes.unused,
  }));
  const place = (id: number, token: ListedToken): void => {
    if (id < vocabSize) tokens[id] = token;
    else throw cannotSay(source, words.tokenBeyondRows({ id, rows: vocabSize }), 'added_tokens');
  };
  for (const [text, id] of Object.entries(model.vocab as Record<string, number>)) {
    const isByte = model.byte_fallback === true && /^<0x[0-9A-F]{2}>$/.test(text);
    const isUnknown = model.byte_fallback === true && text === model.unk_token;
    place(id, { text, type: isByte ? tokenTypes.byte : isUnknown ? tokenTypes.unknown : tokenTypes.normal });
  }
  const { added_tokens: more } = source.pipeline;
  for (const added of Array.isArray(more) ? more.filter(isJsonObject) : []) {
    const text = String(added.content);
    if (tokens[Number(added.id)]?.type === tokenTypes.unknown) continue;
    place(Number(added.id), { text, type: added.special === true ? tokenTypes.control : tokenTypes.userDefined });
  }
  return tokens;
}

/** The rule that gives the original's tokens; the likely ones are tried first. */
function bytePairs(vocabulary: Vocabulary): Fields {
  const { source, model } = vocabulary;
  const merges = mergePairs(model).map(([left, right]) => `${left} ${right}`);
  for (const rule of likelyPreTokenizers(source.pipeline)) {
    const fields: Fields = new Map([
      [key('model'), { type: 'string', value: 'gpt2' }],
      [key('pre'), { type: 'string', value: rule }],
      ...tokenFields(vocabulary.tokens),
      [key('merges'), { type: 'strings', value: merges }],
      ...specialFields(vocabulary),
    ]);
    if (readsTheSame(fields, vocabulary)) return fields;
  }
  throw cannotSay(source, words.namelessCut(), 'pre_tokenizer');
}

function sentencePiece(vocabulary: Vocabulary): Fields {
  const { source, model, tokens } = vocabulary;
  const scores = scoresOf(model, tokens);
  for (const addsSpace of [true, false]) {
    const fields: Fields = new Map([
      [key('model'), { type: 'string', value: 'llama' }],
      [key('pre'), { type: 'string', value: 'default' }],
      ...tokenFields(tokens),
      [key('scores'), { type: 'f32s', value: scores }],
      [key('add_space_prefix'), { type: 'bool', value: addsSpace }],
      ...specialFields(vocabulary),
    ]);
    if (readsTheSame(fields, vocabulary)) return fields;
  }
  throw cannotSay(source, words.ggufCannotSay(), 'normalizer');
}

/** The token that is merged first has the highest score; tokens of one merge keep their order. */
function scoresOf(model: JsonObject, tokens: readonly ListedToken[]): number[] {
  const rank = new Map<string, number>();
  for (const [index, [left, right]] of mergePairs(model).entries())
    if (!rank.has(left + right)) rank.set(left + right, index);
  return tokens.map(({ text, type }) => (type === tokenTypes.normal ? -(rank.get(text) ?? -lowestScore) : 0));
}

function mergePairs(model: JsonObject): (readonly [string, string])[] {
  return (model.merges as readonly (string | readonly [string, string])[]).map((merge) => {
    if (typeof merge !== 'string') return merge;
    const space = merge.indexOf(' ', 1);
    return [merge.slice(0, space), merge.slice(space + 1)];
  });
}

function tokenFields(tokens: readonly ListedToken[]): [string, GgufOutputField][] {
  return [
    [key('tokens'), { type: 'strings', value: tokens.map(({ text }) => text) }],
    [key('token_type'), { type: 'i32s', value: tokens.map(({ type }) => type) }],
  ];
}

function specialFields({ source, original, tokens }: Vocabulary): [string, GgufOutputField][] {
  const { bosTokenId, eosTokenIds, padTokenId } = original;
  const own = source.eosToken === null ? -1 : tokens.findIndex(({ text }) => text === source.eosToken);
  const eos = own < 0 ? eosTokenIds[0] : own;
  const endOfTurn = eosTokenIds.find((id) => id !== eos);
  const unknown = tokens.findIndex(({ type }) => type === tokenTypes.unknown);
  const ids = { bos: bosTokenId, eos, eot: endOfTurn, unknown: unknown < 0 ? null : unknown, padding: padTokenId };
  const withBos = original.encode('a').at(0) === bosTokenId && bosTokenId !== null;
  const withEos = eosTokenIds.includes(original.encode('a').at(-1) ?? -1);
  return [
    ...Object.entries(ids).flatMap(([name, id]): [string, GgufOutputField][] =>
      typeof id === 'number' && id >= 0 ? [[key(`${name}_token_id`), { type: 'u32', value: id }]] : [],
    ),
    [key('add_bos_token'), { type: 'bool', value: withBos }],
    [key('add_eos_token'), { type: 'bool', value: withEos }],
    ...(source.chatTemplate === null
      ? []
      : [['tokenizer.chat_template', { type: 'string', value: source.chatTemplate }] as const]),
  ] as [string, GgufOutputField][];
}

function readsTheSame(fields: Fields, { source, original }: Vocabulary): boolean {
  const metadata = new Map([...fields].map(([name, field]) => [name, field.value as GgufValue]));
  const read = ggufTokenizerSource(metadata, source.file);
  if (read === undefined) return false;
  const again = createTokenizer(read);
  return probes.every((text) => String(again.encode(text)) === String(withoutEos(original.encode(text), original)));
}

/** Ours reads no `add_eos_token`: answers must not begin with it. */
function withoutEos(ids: readonly number[], { eosTokenIds }: Tokenizer): readonly number[] {
  return eosTokenIds.includes(ids.at(-1) ?? -1) ? ids.slice(0, -1) : ids;
}

function cannotSay({ file }: TokenizerSource, what: Said, field: string): GraftError {
  return new GraftError('unsupported', words.cannotSay({ file, what }), {
    file,
    field,
    remedy: words.mergeInstead(),
  });
}
