/** What happens to a text before it is cut: every `normalizer` of a tokenizer.json, as the Rust tokenizers do it. */
import { toByteCharacters } from './byteCharacters.ts';
import { Charsmap } from './charsmap.ts';
import { findPattern } from './patterns.ts';
import type { Piece } from './piece.ts';
import type { StepConfig } from './stepConfig.ts';
import {
  cjkIdeographs,
  cleanedAway,
  combiningMarks,
  lowerCase,
  nonspacingMarks,
  normaliseUnicode,
  whiteSpace,
} from './unicode.ts';
import { tokenizerWords as words } from '../../contract/words/tokenizer.ts';

export type Normalizer = (piece: Piece) => Piece;

/** A change that never moves the beginning of the text. */
const change =
  (ofText: (text: string) => string): Normalizer =>
  ({ text, atStart }) => ({ text: ofText(text), atStart });

const unicodeForm = (form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD') => (): Normalizer =>
  change((text) => normaliseUnicode(text, form));

/** Takes characters away; where the first one goes, the piece no longer stands at the start. */
const without =
  (characters: RegExp): Normalizer =>
  ({ text, atStart }) => {
    const kept = text.replace(characters, '');
    const first = String.fromCodePoint(text.codePointAt(0) ?? 0);
    return { text: kept, atStart: atStart && (kept.length === text.length || first.search(characters) < 0) };
  };

function inOrder(steps: readonly Normalizer[]): Normalizer {
  return (piece) => steps.reduce((current, step) => step(current), piece);
}

function strip(config: StepConfig): Normalizer {
  const left = config.flag('strip_left', true);
  const right = config.flag('strip_right', true);
  return ({ text, atStart }) => {
    const kept = left ? text.replace(/^\p{White_Space}+/u, '') : text;
    return {
      text: right ? kept.replace(/\p{White_Space}+$/u, '') : kept,
      atStart: atStart && kept.length === text.length,
    };
  };
}

function replace(config: StepConfig): Normalizer {
  const findSpans = findPattern(config);
  const content = config.text('content');
  return ({ text, atStart }) => {
    const spans = findSpans(text);
    const first = spans[0];
    const movesStart = first !== undefined && first[2] && first[1] > 0;
    const changed = spans.map(([start, end, isMatch]) => (isMatch ? content : text.slice(start, end))).join('');
    return { text: changed, atStart: atStart && !movesStart };
  };
}

function prepend(config: StepConfig): Normalizer {
  const before = config.text('prepend');
  return change((text) => (text === '' ? '' : before + text));
}

function bert(config: StepConfig): Normalizer {
  const lowercase = config.flag('lowercase', true);
  const clean = inOrder([without(cleanedAway), change((text) => text.replace(whiteSpace, ' '))]);
  const spaceIdeographs = change((text) => text.replace(cjkIdeographs, ' $& '));
  const stripAccents = inOrder([change((text) => normaliseUnicode(text, 'NFD')), without(nonspacingMarks)]);
  return inOrder([
    ...(config.flag('clean_text', true) ? [clean] : []),
    ...(config.flag('handle_chinese_chars', true) ? [spaceIdeographs] : []),
    ...(config.flag('strip_accents', lowercase) ? [stripAccents] : []),
    ...(lowercase ? [change(lowerCase)] : []),
  ]);
}

function charsmap(config: StepConfig): Normalizer {
  if (config.value('precompiled_charsmap') === null) return (piece) => piece;
  const map = new Charsmap(config);
  return change((text) => map.normalise(text));
}

/** SentencePiece's treatment of controls and of spaces of all kinds, without its other changes. */
const nmt = (): Normalizer =>
  inOrder([
    without(/[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]/g),
    change((text) => text.replace(/[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/g, ' ')),
  ]);

const kinds: ReadonlyMap<string, (config: StepConfig) => Normalizer> = new Map<
  string,
  (config: StepConfig) => Normalizer
>([
  ['Sequence', (config) => inOrder(config.steps('normalizers').map(createNormalizer))],
  ['NFC', unicodeForm('NFC')],
  ['NFD', unicodeForm('NFD')],
  ['NFKC', unicodeForm('NFKC')],
  ['NFKD', unicodeForm('NFKD')],
  ['Lowercase', () => change(lowerCase)],
  ['Strip', strip],
  ['StripAccents', () => without(combiningMarks)],
  ['Replace', replace],
  ['Prepend', prepend],
  ['BertNormalizer', bert],
  ['Precompiled', charsmap],
  ['Nmt', nmt],
  ['ByteLevel', () => change(toByteCharacters)],
]);

/** Throws GraftError: 'unsupported' names a kind or a pattern that is not known, 'invalid' a field that is wrong. */
export function createNormalizer(config: StepConfig): Normalizer {
  const create = kinds.get(config.type);
  if (create === undefined) throw config.unsupported(words.normalizer({ kind: config.type }));
  return create(config);
}
