/** The methods of Python's str. */
import { bind, integerOf } from '../arguments.ts';
import { TemplateFailure } from '../errors.ts';
import { capitalized, hasOnly, isTitled, swapped, titled } from '../letterCase.ts';
import { iterate } from '../sequences.ts';
import { charactersOf, expectText, isPrintable, lengthOf } from '../text.ts';
import { type Arguments, Tuple, typeNameOf, type Value } from '../values.ts';
import { isBlank, rsplit, type Side, split, splitLines, strip } from './strip.ts';

type Method = (text: string, args: Arguments) => Value;

/** Undefined: str has no such method. One that it has but we do not is a failure when it is called. */
export function stringMethod(name: string): Method | undefined {
  if (Object.hasOwn(methods, name)) return methods[name];
  if (!unsupported.includes(name)) return undefined;
  return () => {
    throw new TemplateFailure(`the method '${name}' of a text is not supported`);
  };
}

const unsupported = ['encode', 'maketrans', 'translate', 'format_map'];

const method =
  (
    of: string,
    names: readonly string[],
    required: number,
    work: (text: string, ...args: readonly (Value | undefined)[]) => Value,
  ): Method =>
  (text, args) =>
    work(text, ...bind({ of: `${of}()`, names, required }, args));

const plain = (name: string, work: (text: string) => Value): Method => method(name, [], 0, work);

const optionalText = (value: Value | undefined, what: string): string | null =>
  value === undefined || value === null ? null : expectText(value, what);

const stripping = (name: string, side: Side): Method =>
  method(name, ['chars'], 0, (text, chars) => strip(text, optionalText(chars, `the argument of ${name}()`), side));

const splitting = (name: string, cut: typeof split): Method =>
  method(name, ['sep', 'maxsplit'], 0, (text, separator, most) =>
    cut(text, optionalText(separator, `the separator of ${name}()`), integerOf(most, -1n, `maxsplit of ${name}()`)),
  );

/** The text between two places, and the first of them; as `find` and its kin take them. */
function part(
  text: string,
  start: Value | undefined,
  end: Value | undefined,
): { readonly from: number; readonly inside: string } | undefined {
  const characters = charactersOf(text);
  const size = BigInt(characters.length);
  const place = (value: bigint): bigint => (value < 0n ? (value + size < 0n ? 0n : value + size) : value);
  const from = place(integerOf(start ?? undefined, 0n, 'a place in a text'));
  const to = place(integerOf(end ?? undefined, size, 'a place in a text'));
  if (from > size || from > to) return undefined;
  return { from: Number(from), inside: characters.slice(Number(from), Number(to)).join('') };
}

/** By characters; -1: not found. */
function find(text: string, [wanted, start, end]: readonly (Value | undefined)[], last: boolean): bigint {
  const found = part(text, start, end);
  if (found === undefined) return -1n;
  const what = expectText(wanted, 'what is looked for in a text');
  const at = last ? found.inside.lastIndexOf(what) : found.inside.indexOf(what);
  return at < 0 ? -1n : BigInt(found.from + lengthOf(found.inside.slice(0, at)));
}

const finding = (name: string, last: boolean, mustBeThere: boolean): Method =>
  method(name, ['sub', 'start', 'end'], 1, (text, ...args) => {
    const at = find(text, args, last);
    if (at < 0n && mustBeThere) throw new TemplateFailure(`${name}(): the text is not there`);
    return at;
  });

const beginning = (name: string, holds: (text: string, affix: string) => boolean): Method =>
  method(name, ['prefix', 'start', 'end'], 1, (text, affixes, start, end) => {
    const found = part(text, start, end);
    const all = affixes instanceof Tuple ? affixes.items : [affixes];
    const texts = all.map((affix) => expectText(affix, `the argument of ${name}()`));
    return found !== undefined && texts.some((affix) => holds(found.inside, affix));
  });

function replace(text: string, from: string, to: string, most: bigint): string {
  if (most < 0n && from !== '') return text.replaceAll(from, () => to);
  if (from === '') return replaceGaps(text, to, most < 0n ? Number.POSITIVE_INFINITY : Number(most));
  const parts = text.split(from);
  const cut = Math.min(Number(most), parts.length - 1);
  return [...parts.slice(0, cut), parts.slice(cut).join(from)].join(to);
}

/** An empty text is before every character and at the end. */
function replaceGaps(text: string, to: string, most: number): string {
  const characters = charactersOf(text);
  return characters.map((each, at) => (at < most ? to + each : each)).join('') + (characters.length < most ? to : '');
}

/** The width, and the one character that fills it. */
function filling(
  name: string,
  width: Value | undefined,
  fill: Value = ' ',
): { readonly columns: number; readonly mark: string } {
  const mark = expectText(fill, `the fill character of ${name}()`);
  if (lengthOf(mark) !== 1) throw new TemplateFailure(`the fill character of ${name}() must be one character`);
  return { columns: Number(integerOf(width, 0n, `the width of ${name}()`)), mark };
}

const adjusting = (name: string, adjust: (text: string, columns: number, mark: string) => string): Method =>
  method(name, ['width', 'fillchar'], 1, (text, width, fill) => {
    const { columns, mark } = filling(name, width, fill);
    return adjust(text, columns, mark);
  });

function padding(text: string, columns: number, mark: string): string {
  return mark.repeat(Math.max(0, columns - lengthOf(text)));
}

/** An odd space goes to the left where the width is odd. */
export function centred(text: string, width: number, fill = ' '): string {
  const missing = width - lengthOf(text);
  if (missing <= 0) return text;
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

const parting = (name: string, last: boolean): Method =>
  method(name, ['sep'], 1, (text, separator) => {
    const mark = expectText(separator, `the separator of ${name}()`);
    if (mark === '') throw new TemplateFailure('a text cannot be parted at an empty separator');
    const at = last ? text.lastIndexOf(mark) : text.indexOf(mark);
    if (at < 0) return new Tuple(last ? ['', '', text] : [text, '', '']);
    return new Tuple([text.slice(0, at), mark, text.slice(at + mark.length)]);
  });

function expandTabs(text: string, width: number): string {
  let column = 0;
  return charactersOf(text)
    .map((each) => {
      if (each !== '\t') {
        column = each === '\n' || each === '\r' ? 0 : column + 1;
        return each;
      }
      const blanks = width > 0 ? width - (column % width) : 0;
      column += blanks;
      return ' '.repeat(blanks);
    })
    .join('');
}

const everyCharacter = (name: string, pattern: RegExp): Method =>
  plain(name, (text) => {
    if (/(?![\d])\p{No}/u.test(text))
      throw new TemplateFailure(`${name}() is not supported for numbers that are no decimal digits`);
    return text !== '' && charactersOf(text).every((each) => pattern.test(each));
  });

function joined(separator: string, items: Value | undefined): string {
  const texts = Array.from(iterate(items ?? []), (item) => {
    if (typeof item !== 'string') throw new TemplateFailure(`join() needs texts, and found '${typeNameOf(item)}'`);
    return item;
  });
  return texts.join(separator);
}

function zeroFilled(text: string, width: number): string {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(Math.max(0, width - lengthOf(text))) + text.slice(sign.length);
}

/** Beyond ASCII Python folds by a table of its own. */
function caseFolded(text: string): string {
  if (/[^\0-\x7f]/.test(text)) throw new TemplateFailure('casefold() is not supported beyond ASCII');
  return text.toLowerCase();
}

const affix = (name: string, cut: (text: string, given: string) => string): Method =>
  method(name, ['affix'], 1, (text, given) => cut(text, expectText(given, `the argument of ${name}()`)));

const methods: Readonly<Record<string, Method>> = {
  strip: stripping('strip', 'both'),
  lstrip: stripping('lstrip', 'left'),
  rstrip: stripping('rstrip', 'right'),
  split: splitting('split', split),
  rsplit: splitting('rsplit', rsplit),
  splitlines: method('splitlines', ['keepends'], 0, (text, keep) =>
    splitLines(text, integerOf(keep, 0n, 'keepends of splitlines()') !== 0n),
  ),
  replace: method('replace', ['old', 'new', 'count'], 2, (text, from, to, most) =>
    replace(
      text,
      expectText(from, 'what replace() replaces'),
      expectText(to, 'what replace() puts in'),
      integerOf(most, -1n, 'count of replace()'),
    ),
  ),
  upper: plain('upper', (text) => text.toUpperCase()),
  lower: plain('lower', (text) => text.toLowerCase()),
  title: plain('title', titled),
  capitalize: plain('capitalize', capitalized),
  swapcase: plain('swapcase', swapped),
  casefold: plain('casefold', caseFolded),
  startswith: beginning('startswith', (text, prefix) => text.startsWith(prefix)),
  endswith: beginning('endswith', (text, suffix) => text.endsWith(suffix)),
  removeprefix: affix('removeprefix', (text, prefix) => (text.startsWith(prefix) ? text.slice(prefix.length) : text)),
  removesuffix: affix('removesuffix', (text, suffix) =>
    suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text,
  ),
  find: finding('find', false, false),
  rfind: finding('rfind', true, false),
  index: finding('index', false, true),
  rindex: finding('rindex', true, true),
  count: method('count', ['sub', 'start', 'end'], 1, (text, wanted, start, end) => {
    const found = part(text, start, end);
    const what = expectText(wanted, 'what count() counts');
    if (found === undefined) return 0n;
    return BigInt(what === '' ? lengthOf(found.inside) + 1 : found.inside.split(what).length - 1);
  }),
  join: method('join', ['iterable'], 1, joined),
  partition: parting('partition', false),
  rpartition: parting('rpartition', true),
  ljust: adjusting('ljust', (text, columns, mark) => text + padding(text, columns, mark)),
  rjust: adjusting('rjust', (text, columns, mark) => padding(text, columns, mark) + text),
  center: adjusting('center', centred),
  zfill: method('zfill', ['width'], 1, (text, width) =>
    zeroFilled(text, Number(integerOf(width, 0n, 'the width of zfill()'))),
  ),
  expandtabs: method('expandtabs', ['tabsize'], 0, (text, size) =>
    expandTabs(text, Number(integerOf(size, 8n, 'the size of a tab'))),
  ),
  isspace: plain('isspace', (text) => text !== '' && isBlank(text)),
  isupper: plain('isupper', (text) => hasOnly('upper', text)),
  islower: plain('islower', (text) => hasOnly('lower', text)),
  istitle: plain('istitle', isTitled),
  isascii: plain('isascii', (text) => !/[^\0-\x7f]/.test(text)),
  isprintable: plain('isprintable', isPrintable),
  isidentifier: plain('isidentifier', (text) => /^[\p{XIDS}_]\p{XIDC}*$/u.test(text)),
  isalpha: plain('isalpha', (text) => text !== '' && charactersOf(text).every((each) => /\p{L}/u.test(each))),
  isdecimal: plain('isdecimal', (text) => text !== '' && charactersOf(text).every((each) => /\p{Nd}/u.test(each))),
  isdigit: everyCharacter('isdigit', /\p{Nd}/u),
  isnumeric: everyCharacter('isnumeric', /[\p{N}〇一二三四五六七八九十百千万億兆零]/u),
  isalnum: everyCharacter('isalnum', /[\p{L}\p{N}]/u),
};
