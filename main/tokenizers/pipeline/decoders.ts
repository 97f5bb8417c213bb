/**
 * How tokens become text again: every `decoder` of a tokenizer.json. Each step makes other texts of the texts of
 * tokens.
 */
import { fromByteCharacters } from './byteCharacters.ts';
import { findPattern } from './patterns.ts';
import type { StepConfig } from './stepConfig.ts';
import { tokenizerWords as words } from '../../contract/words/tokenizer.ts';

export type Decoder = (tokens: readonly string[]) => readonly string[];

const eachToken =
  (change: (token: string, index: number, all: readonly string[]) => string): Decoder =>
  (tokens) =>
    tokens.map(change);

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const strictUtf8 = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
const replacementCharacter = '\ufffd';

function replace(config: StepConfig): Decoder {
  const findSpans = findPattern(config);
  const content = config.text('content');
  return eachToken((token) =>
    findSpans(token)
      .map(([start, end, isMatch]) => (isMatch ? content : token.slice(start, end)))
      .join(''),
  );
}

function strip(config: StepConfig): Decoder {
  const content = config.character('content', ' ');
  const [start, stop] = [config.count('start', 0), config.count('stop', 0)];
  return eachToken((token) => {
    const characters = Array.from(token);
    let [from, to] = [0, characters.length];
    while (from < Math.min(start, characters.length) && characters[from] === content) from++;
    while (characters.length - to < stop && to > 0 && characters[to - 1] === content) to--;
    return characters.slice(from, Math.max(from, to)).join('');
  });
}

/** Bytes in a row that are no UTF-8 become one U+FFFD each. */
const byteFallback: Decoder = (tokens) => {
  const texts: string[] = [];
  let bytes: number[] = [];
  const flush = (): void => {
    texts.push(...textsOf(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
    if (byte !== undefined) {
      bytes.push(parseInt(byte, 16));
      continue;
    }
    flush();
    texts.push(token);
  }
  flush();
  return texts;
};

function textsOf(bytes: readonly number[]): readonly string[] {
  if (bytes.length === 0) return [];
  try {
    return [strictUtf8.decode(Uint8Array.from(bytes))];
  } catch {
    return bytes.map(() => replacementCharacter);
  }
}

function metaspace(config: StepConfig): Decoder {
  const replacement = config.character('replacement', '▁');
  const prepends = config.flag('add_prefix_space', true) && config.text('prepend_scheme', 'always') !== 'never';
  return eachToken((token, index) => token.replaceAll(replacement, index === 0 && prepends ? '' : ' '));
}

const tightened: readonly (readonly [string, string])[] = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [' do not', " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];

const tighten = (text: string): string =>
  tightened.reduce((current, [loose, tight]) => current.replaceAll(loose, tight), text);

function wordPiece(config: StepConfig): Decoder {
  const prefix = config.text('prefix', '##');
  const cleanup = config.flag('cleanup', true);
  return eachToken((token, index) => {
    const joined = index === 0 ? token : token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
    return cleanup ? tighten(joined) : joined;
  });
}

function wordEnds(config: StepConfig): Decoder {
  const suffix = config.text('suffix', '</w>');
  return eachToken((token, index, all) =>
    suffix === '' ? token : token.replaceAll(suffix, index === all.length - 1 ? '' : ' '),
  );
}

function ctc(config: StepConfig): Decoder {
  const pad = config.text('pad_token', '<pad>');
  const delimiter = config.text('word_delimiter_token', '|');
  const cleanup = config.flag('cleanup', true);
  return (tokens) =>
    tokens
      .filter((token, index) => token !== tokens[index - 1])
      .map((token) => (pad === '' ? token : token.replaceAll(pad, '')))
      .map((token) => (cleanup ? tighten(token).replaceAll(delimiter, ' ') : token))
      .filter((token) => token !== '');
}

function inOrder(config: StepConfig): Decoder {
  const steps = config.steps('decoders').map(createDecoder);
  return (tokens) => steps.reduce((current, step) => step(current), tokens);
}

const kinds: ReadonlyMap<string, (config: StepConfig) => Decoder> = new Map<string, (config: StepConfig) => Decoder>([
  ['Sequence', inOrder],
  ['ByteLevel', () => (tokens) => [utf8.decode(fromByteCharacters(tokens))]],
  ['ByteFallback', () => byteFallback],
  ['Fuse', () => (tokens) => [tokens.join('')]],
  ['Metaspace', metaspace],
  ['Replace', replace],
  ['Strip', strip],
  ['WordPiece', wordPiece],
  ['BPEDecoder', wordEnds],
  ['CTC', ctc],
]);

/** Throws GraftError: 'unsupported' names a kind or a pattern that is not known, 'invalid' a field that is wrong. */
export function createDecoder(config: StepConfig): Decoder {
  const create = kinds.get(config.type);
  if (create === undefined) throw config.unsupported(words.decoder({ kind: config.type }));
  return create(config);
}
