/**
 * How text is cut into pieces before byte-pair merges: the patterns that GGUF files name in `tokenizer.ggml.pre`.
 * Surprising: the patterns apply one after the other, each within the pieces of the one before.
 * Source of the names: llama.cpp, src/llama-vocab.cpp; of the patterns: the tokenizer.json of the models named.
 */
import { isJsonObject } from './tokenizerSource.ts';
import type { JsonObject } from './tokenizerSource.ts';

const contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const whitespace = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const caseSplit = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]';
const lowerSplit = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]';
const wordLead = '[^\\r\\n\\p{L}\\p{N}]?';

const gpt2Pattern = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
const llama3Pattern = `${contractions}|${wordLead}\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${whitespace}`;
const qwen2Pattern = `${contractions}|${wordLead}\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${whitespace}`;
const qwen35Pattern = `${contractions}|${wordLead}[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|${whitespace}`;
const tekkenPattern = `${wordLead}${caseSplit}*${lowerSplit}+|${wordLead}${caseSplit}+${lowerSplit}*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${whitespace}`;
const gpt4oPattern = `${wordLead}${caseSplit}*${lowerSplit}+${contractions}?|${wordLead}${caseSplit}+${lowerSplit}*${contractions}?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${whitespace}`;

export interface PreTokenizerRule {
  /** Applied in order; each match and each gap becomes a piece. */
  readonly patterns: readonly string[];
  readonly composesUnicode?: boolean; // NFC first
  readonly ignoresMerges?: boolean; // a piece that is a token is taken whole
  readonly addsBos?: boolean; // where the file does not say
}

const gpt2Rule: PreTokenizerRule = { patterns: [gpt2Pattern] };
const singleDigitRule: PreTokenizerRule = { patterns: ['\\p{N}', gpt2Pattern] };
const llama3Rule: PreTokenizerRule = { patterns: [llama3Pattern], ignoresMerges: true, addsBos: true };
const dbrxRule: PreTokenizerRule = { patterns: [llama3Pattern] };
const stablelmRule: PreTokenizerRule = { patterns: [qwen2Pattern] };
const gpt4oRule: PreTokenizerRule = { patterns: [gpt4oPattern] };
const qwen2Rule: PreTokenizerRule = { patterns: [qwen2Pattern], composesUnicode: true };
/** What llama.cpp does for files that name nothing. */
const defaultRule: PreTokenizerRule = {
  patterns: ['[\\p{P}\\$\\+<=>\\^~\\|]+', gpt2Pattern, '\\p{N}+', '[0-9][0-9][0-9]'],
};

const rules: ReadonlyMap<string, PreTokenizerRule> = new Map<string, PreTokenizerRule>([
  ['default', defaultRule],
  ...['gpt-2', 'phi-2', 'mpt', 'olmo', 'jais', 'trillion', 'granite-docling', 'exaone4', 'mellum', 'gigachat'].map(
    (name) => [name, gpt2Rule] as const,
  ),
  ...['smollm', 'starcoder', 'refact', 'command-r', 'codeshell', 'exaone', 'minerva-7b', 'mellum2'].map(
    (name) => [name, singleDigitRule] as const,
  ),
  ...['llama-bpe', 'llama3', 'llama-v3', 'falcon3', 'falcon-h1', 'pixtral', 'midm-2.0', 'lfm2'].map(
    (name) => [name, llama3Rule] as const,
  ),
  ...['dbrx', 'smaug-bpe', 'glm4', 'chatglm-bpe'].map((name) => [name, dbrxRule] as const),
  ...['qwen2', 'deepseek-r1-qwen', 'megrez'].map((name) => [name, qwen2Rule] as const),
  ...['stablelm2', 'hunyuan', 'solar-open', 'grok-2'].map((name) => [name, stablelmRule] as const),
  ['qwen35', { patterns: [qwen35Pattern], composesUnicode: true }],
  ['tekken', { patterns: [tekkenPattern], ignoresMerges: true, addsBos: true }],
  ...['gpt-4o', 'llama4', 'kanana2'].map((name) => [name, gpt4oRule] as const),
]);

export const knownPreTokenizers: readonly string[] = [...rules.keys()].sort();

/** The rule that a GGUF file's `tokenizer.ggml.pre` names, or undefined where it is not known. */
export function findPreTokenizerRule(name: string): PreTokenizerRule | undefined {
  return rules.get(name);
}

/**
 * Names of rules for a tokenizer.json, the one whose patterns it has first, then one for each other rule: patterns that
 * are written otherwise may still cut alike. Whoever asks must try them.
 */
export function likelyPreTokenizers(pipeline: JsonObject): readonly string[] {
  const patterns = patternsOf(pipeline.pre_tokenizer);
  const composes = isJsonObject(pipeline.normalizer) && pipeline.normalizer.type === 'NFC';
  const ignoresMerges = isJsonObject(pipeline.model) && pipeline.model.ignore_merges === true;
  const isLikely = (rule: PreTokenizerRule): boolean => String(rule.patterns) === String(patterns);
  const fits = (rule: PreTokenizerRule): boolean =>
    (rule.composesUnicode ?? false) === composes && (rule.ignoresMerges ?? false) === ignoresMerges;
  const distinct = [...new Map([...rules].reverse().map(([name, rule]) => [rule, name])).entries()].reverse();
  const rank = ([rule]: readonly [PreTokenizerRule, string]): number => (isLikely(rule) ? 0 : 2) + (fits(rule) ? 0 : 1);
  return distinct.sort((a, b) => rank(a) - rank(b)).map(([, name]) => name);
}

/** What a `pre_tokenizer` cuts by, as the rules have it. */
function patternsOf(step: unknown): readonly string[] {
  if (!isJsonObject(step)) return [];
  if (Array.isArray(step.pretokenizers)) return step.pretokenizers.flatMap(patternsOf);
  if (step.type === 'Digits') return [step.individual_digits === true ? '\\p{N}' : '\\p{N}+'];
  if (step.type === 'ByteLevel') return step.use_regex === false ? [] : [gpt2Pattern];
  const pattern = isJsonObject(step.pattern) ? step.pattern.Regex : undefined;
  return typeof pattern === 'string' ? [pattern] : [];
}

const isolate = (pattern: string): JsonObject => ({
  type: 'Split',
  pattern: { Regex: pattern },
  behavior: 'Isolated',
  invert: false,
});
const toBytes: JsonObject = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };

/** The rule as the `pre_tokenizer` of a tokenizer.json. */
export function byteLevelPreTokenizer(rule: PreTokenizerRule): JsonObject {
  return { type: 'Sequence', pretokenizers: [...rule.patterns.map(isolate), toBytes] };
}
