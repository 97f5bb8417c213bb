/** Filters that make text of text. */
import { bind, integerOf } from '../arguments.ts';
import { Dict } from '../Dict.ts';
import { TemplateFailure } from '../errors.ts';
import { escapeHtml } from '../escapeHtml.ts';
import { capitalized } from '../letterCase.ts';
import { centred, stringMethod } from '../methods/stringMethods.ts';
import { rsplit, splitLines, strip } from '../methods/strip.ts';
import { percentFormat } from '../percentFormat.ts';
import { iterate, iterateOrNothing, sizeOf } from '../sequences.ts';
import { space } from '../lexer.ts';
import { charactersOf, expectText, firstCharacters, lengthOf, textOf } from '../text.ts';
import { isTrue, Markup, Tuple, typeNameOf, type Value } from '../values.ts';
import { bare, type Filter } from './Filter.ts';

/** Text that counts as safe stays so. */
const ofText =
  (
    name: string,
    names: readonly string[],
    work: (text: string, ...args: readonly (Value | undefined)[]) => string,
  ): Filter =>
  (value, args) => {
    const result = work(textOf(value), ...bind({ of: `the filter ${name}`, names }, args));
    return value instanceof Markup ? new Markup(result) : result;
  };

const wordStart = new RegExp(`([-({[<${space.slice(1, -1)}]+)`);

/** Jinja's own: a word begins after white space, - and brackets only. */
function titled(text: string): string {
  return text
    .split(wordStart)
    .map((part) => {
      const [first = '', ...rest] = charactersOf(part);
      return first.toUpperCase() + rest.join('').toLowerCase();
    })
    .join('');
}

const replace: Filter = (value, args) => {
  const [from, to, count] = bind({ of: 'the filter replace', names: ['old', 'new', 'count'], required: 2 }, args);
  const positional = [
    textOf(from ?? ''),
    textOf(to ?? ''),
    integerOf(count ?? undefined, -1n, 'count of the filter replace'),
  ];
  return stringMethod('replace')?.(textOf(value), { positional, keyword: new Map() }) ?? null;
};

/** A text that is not one fails where a line end is put behind it. */
const indent: Filter = (value, args) => {
  const [width = 4n, first = false, blank = false] = bind(
    { of: 'the filter indent', names: ['width', 'first', 'blank'] },
    args,
  );
  const by =
    typeof width === 'string'
      ? width
      : ' '.repeat(Math.max(0, Number(integerOf(width, 4n, 'width of the filter indent'))));
  const lines = splitLines(`${expectText(value, 'what the filter indent moves in')}\n`);
  const [head = '', ...others] = lines;
  const moved = isTrue(blank)
    ? lines.join(`\n${by}`)
    : [head, ...others.map((line) => (line === '' ? '' : by + line))].join('\n');
  const result = isTrue(first) ? by + moved : moved;
  return value instanceof Markup ? new Markup(result) : result;
};

const truncate: Filter = (value, args) => {
  const names = ['length', 'killwords', 'end', 'leeway'];
  const [length = 255n, killwords = false, end = '...', leeway] = bind({ of: 'the filter truncate', names }, args);
  const tail = expectText(end, 'end of the filter truncate');
  const most = Number(integerOf(length, 255n, 'length of the filter truncate'));
  const spare = Number(integerOf(leeway ?? undefined, 5n, 'leeway of the filter truncate'));
  if (most < lengthOf(tail) || spare < 0) throw new TemplateFailure('the filter truncate leaves no room for its end');
  const size = sizeOf(value);
  if (size === undefined) throw new TemplateFailure(`'${typeNameOf(value)}' has no length`);
  if (size <= most + spare) return value;
  const text = expectText(value, 'what the filter truncate cuts');
  const cut = firstCharacters(text, most - lengthOf(tail));
  return (isTrue(killwords) ? cut : (rsplit(cut, ' ', 1n)[0] ?? '')) + tail;
};

const format: Filter = (value, { positional, keyword }) => {
  if (positional.length > 0 && keyword.size > 0)
    throw new TemplateFailure('the filter format takes values by place or by name, not both');
  return percentFormat(textOf(value), keyword.size > 0 ? new Dict(keyword) : new Tuple(positional));
};

const escape = (name: string): Filter =>
  bare(name, (value) => (value instanceof Markup ? value : new Markup(escapeHtml(textOf(value)))));

/** What urllib's quote leaves as it is, beside letters and digits: `_.-~`, and `/` outside of a query. */
function urlQuoted(value: Value, inQuery: boolean): string {
  const quoted = encodeURIComponent(textOf(value)).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return inQuery ? quoted.replaceAll('%20', '+') : quoted.replaceAll('%2F', '/');
}

const urlencode = bare('urlencode', (value) => {
  const items = typeof value === 'string' || value instanceof Markup ? undefined : iterateOrNothing(value);
  if (items === undefined) return urlQuoted(value, false);
  const pairs: Iterable<readonly Value[]> =
    value instanceof Dict ? value.entries() : Array.from(items, (item) => Array.from(iterate(item)));
  return Array.from(pairs, (pair) => {
    if (pair.length !== 2) throw new TemplateFailure('the filter urlencode needs pairs');
    return pair.map((part) => urlQuoted(part, true)).join('=');
  }).join('&');
});

export const textFilters: Readonly<Record<string, Filter>> = {
  upper: ofText('upper', [], (text) => text.toUpperCase()),
  lower: ofText('lower', [], (text) => text.toLowerCase()),
  capitalize: ofText('capitalize', [], capitalized),
  title: bare('title', (value) => titled(textOf(value))),
  trim: ofText('trim', ['chars'], (text, chars) =>
    strip(
      text,
      chars === undefined || chars === null ? null : expectText(chars, 'the argument of the filter trim'),
      'both',
    ),
  ),
  center: ofText('center', ['width'], (text, width) =>
    centred(text, Number(integerOf(width, 80n, 'width of the filter center'))),
  ),
  string: bare('string', (value) => (value instanceof Markup ? value : textOf(value))),
  replace,
  indent,
  truncate,
  format,
  e: escape('e'),
  escape: escape('escape'),
  forceescape: bare('forceescape', (value) => new Markup(escapeHtml(textOf(value)))),
  safe: bare('safe', (value) => new Markup(textOf(value))),
  urlencode,
  wordcount: bare('wordcount', (value) => BigInt((textOf(value).match(/[\p{L}\p{N}_]+/gu) ?? []).length)),
};
