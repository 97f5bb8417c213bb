/**
 * How a text is cut into words before the model sees it: every `pre_tokenizer` of a tokenizer.json but UnicodeScripts.
 */
import { toByteCharacters } from './byteCharacters.ts';
import { findCharacters, findPattern, findRegex, findText } from './patterns.ts';
import type { FindSpans } from './patterns.ts';
import { slicePiece } from './piece.ts';
import type { Piece } from './piece.ts';
import { rememberWords } from './rememberWords.ts';
import { readBehaviour, splitBehaviours } from './splitBehaviour.ts';
import type { SplitBehaviour } from './splitBehaviour.ts';
import type { StepConfig } from './stepConfig.ts';
import { punctuation, whiteSpace } from './unicode.ts';
import { tokenizerWords as words } from '../../contract/words/tokenizer.ts';

export type PreTokenizerStep = (piece: Piece) => readonly Piece[];

const gpt2Words = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
/** This step is not of Oniguruma: joiners are letters to it. */
const wordLetters = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\x{200C}\\x{200D}';
const wordsOrSymbols = `[${wordLetters}]+|[^${wordLetters}\\s]+`;
const numbers = /\p{N}/gu;

const cut =
  (findSpans: FindSpans, behaviour: SplitBehaviour): PreTokenizerStep =>
  (piece) =>
    slicePiece(piece, behaviour(findSpans(piece.text)));

const inverted =
  (findSpans: FindSpans): FindSpans =>
  (text) =>
    findSpans(text).map(([start, end, isMatch]) => [start, end, !isMatch]);

function inOrder(steps: readonly PreTokenizerStep[]): PreTokenizerStep {
  return (piece) => steps.reduce<readonly Piece[]>((pieces, step) => pieces.flatMap(step), [piece]);
}

function split(config: StepConfig): PreTokenizerStep {
  const findSpans = findPattern(config);
  const behaviour = readBehaviour(config);
  return cut(config.flag('invert', false) ? inverted(findSpans) : findSpans, behaviour);
}

function byteLevel(config: StepConfig): PreTokenizerStep {
  const addsSpace = config.flag('add_prefix_space', true);
  const words = config.flag('use_regex', true)
    ? cut(findRegex(gpt2Words, config), splitBehaviours.isolated)
    : undefined;
  const toCharacters = rememberWords(toByteCharacters);
  return ({ text, atStart }) => {
    const spaced = addsSpace && !text.startsWith(' ') ? ` ${text}` : text;
    const pieces = words === undefined ? [{ text: spaced, atStart }] : words({ text: spaced, atStart });
    return pieces.map((word) => ({ text: toCharacters(word.text), atStart: word.atStart }));
  };
}

function metaspace(config: StepConfig): PreTokenizerStep {
  const replacement = config.character('replacement', '▁');
  const scheme = prependScheme(config);
  const words = config.flag('split', true) ? cut(findText(replacement), splitBehaviours.mergedWithNext) : undefined;
  return ({ text, atStart }) => {
    const replaced = text.replaceAll(' ', replacement);
    const prepends = (scheme === 'always' || (scheme === 'first' && atStart)) && !replaced.startsWith(replacement);
    const whole = { text: prepends ? replacement + replaced : replaced, atStart };
    return words === undefined ? [whole] : words(whole);
  };
}

/** Older files say `add_prefix_space`. */
function prependScheme(config: StepConfig): string {
  if (!config.flag('add_prefix_space', true)) return 'never';
  const scheme = config.text('prepend_scheme', 'always');
  if (!['always', 'first', 'never'].includes(scheme))
    throw config.unsupported(words.spaceNamed({ name: scheme }), 'prepend_scheme');
  return scheme;
}

function fixedLength(config: StepConfig): PreTokenizerStep {
  const length = config.count('length', 5);
  if (length === 0) throw config.invalid('length', words.isZero());
  return cut(findRegex(`(?m:.){${length}}`, config), splitBehaviours.isolated);
}

const whiteSpaceAway = cut(findCharacters(whiteSpace), splitBehaviours.removed);
const digits = (config: StepConfig): PreTokenizerStep =>
  cut(
    findCharacters(numbers),
    config.flag('individual_digits', false) ? splitBehaviours.isolated : splitBehaviours.contiguous,
  );

type Create = (config: StepConfig) => PreTokenizerStep;

const kinds: ReadonlyMap<string, Create> = new Map<string, Create>([
  ['Sequence', (config) => inOrder(config.steps('pretokenizers').map(createPreTokenizer))],
  ['Split', split],
  ['ByteLevel', byteLevel],
  ['Metaspace', metaspace],
  ['Digits', digits],
  ['BertPreTokenizer', () => inOrder([whiteSpaceAway, cut(findCharacters(punctuation), splitBehaviours.isolated)])],
  ['Punctuation', (config) => cut(findCharacters(punctuation), readBehaviour(config, 'Isolated'))],
  ['Whitespace', (config) => cut(inverted(findRegex(wordsOrSymbols, config)), splitBehaviours.removed)],
  ['WhitespaceSplit', () => whiteSpaceAway],
  ['CharDelimiterSplit', (config) => cut(findText(config.character('delimiter')), splitBehaviours.removed)],
  ['FixedLength', fixedLength],
]);

/**
 * Throws GraftError: 'unsupported' names a kind, a behaviour or a pattern that is not known, 'invalid' a field that is
 * wrong.
 */
export function createPreTokenizer(config: StepConfig): PreTokenizerStep {
  const create = kinds.get(config.type);
  if (create === undefined) throw config.unsupported(words.preTokenizer({ kind: config.type }));
  return create(config);
}
