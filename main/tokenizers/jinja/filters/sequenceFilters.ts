/**
 * Filters of lists, dicts and whatever else can be gone through. Those that Jinja makes generators of give generators.
 */
import { bind, integerOf } from '../arguments.ts';
import { binary } from '../arithmetic.ts';
import { attributeOf } from '../attributes.ts';
import { orderOf } from '../comparison.ts';
import { Dict } from '../Dict.ts';
import { equal } from '../equality.ts';
import { TemplateFailure } from '../errors.ts';
import { hashKey } from '../hashKey.ts';
import { iterate, reversedItems, sizeOf } from '../sequences.ts';
import { expectText, textOf } from '../text.ts';
import { type Arguments, Generator, isTrue, Markup, Tuple, typeNameOf, Undefined, type Value } from '../values.ts';
import { attributeGetter, type Getter } from './attributePath.ts';
import { bare, type Filter, type FilterContext } from './Filter.ts';

const foldCase = (value: Value): Value =>
  typeof value === 'string' ? value.toLowerCase() : value instanceof Markup ? value.value.toLowerCase() : value;

/** Of an item, with case ignored unless asked for. */
function keyGetter(attribute: Value, caseSensitive: Value, fallback: Value = null): Getter {
  const get = attributeGetter(attribute, fallback);
  return isTrue(caseSensitive) ? get : (item) => foldCase(get(item));
}

/** By keys, equal ones in their order; backwards they keep it too. */
function sortedBy(items: Iterable<Value>, key: Getter, backwards: boolean): Value[] {
  const keyed = Array.from(items, (item) => ({ item, key: key(item) }));
  keyed.sort((a, b) => (backwards ? orderOf(b.key, a.key) : orderOf(a.key, b.key)));
  return keyed.map(({ item }) => item);
}

function isBackwards(reverse: Value): boolean {
  return integerOf(reverse, 0n, "the argument 'reverse'") !== 0n;
}

const length: Filter = bare('length', (value) => {
  const size = sizeOf(value);
  if (size === undefined) throw new TemplateFailure(`'${typeNameOf(value)}' has no length`);
  return BigInt(size);
});

const first: Filter = bare('first', (value) => {
  for (const item of iterate(value)) return item;
  return new Undefined('there is no first item, the sequence is empty');
});

const last: Filter = bare('last', (value) => {
  const items = value instanceof Undefined ? [] : reversedItems(value);
  if (items === undefined) throw new TemplateFailure(`'${typeNameOf(value)}' cannot be gone through from its end`);
  return items.length > 0 ? items[0] : new Undefined('there is no last item, the sequence is empty');
});

const join: Filter = (value, args) => {
  const [separator = '', attribute = null] = bind({ of: 'the filter join', names: ['d', 'attribute'] }, args);
  const get = attributeGetter(attribute);
  return Array.from(iterate(value), (item) => textOf(get(item))).join(textOf(separator));
};

const sort: Filter = (value, args) => {
  const names = ['reverse', 'case_sensitive', 'attribute'];
  const [reverse = false, caseSensitive = false, attribute = null] = bind({ of: 'the filter sort', names }, args);
  const attributes = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  const getters = attributes.map((each) => keyGetter(each, caseSensitive));
  return sortedBy(iterate(value), (item) => getters.map((get) => get(item)), isBackwards(reverse));
};

const dictsort: Filter = (value, args) => {
  const names = ['case_sensitive', 'by', 'reverse'];
  const [caseSensitive = false, by = 'key', reverse = false] = bind({ of: 'the filter dictsort', names }, args);
  if (by !== 'key' && by !== 'value') throw new TemplateFailure('the filter dictsort sorts by "key" or "value"');
  const pairs = Array.from(expectDict(value, 'dictsort').entries(), (pair) => new Tuple(pair));
  return sortedBy(pairs, keyGetter(by === 'key' ? 0n : 1n, caseSensitive), isBackwards(reverse));
};

function expectDict(value: Value, filter: string): Dict {
  if (value instanceof Dict) return value;
  if (value instanceof Undefined) value.fail();
  throw new TemplateFailure(`the filter ${filter} needs a dict, not '${typeNameOf(value)}'`);
}

const items: Filter = bare('items', (value) => {
  if (value instanceof Undefined) return new Generator(() => []);
  return new Generator(() => Array.from(expectDict(value, 'items').entries(), (pair) => new Tuple(pair)));
});

const unique: Filter = (value, args) => {
  const [caseSensitive = false, attribute = null] = bind(
    { of: 'the filter unique', names: ['case_sensitive', 'attribute'] },
    args,
  );
  const key = keyGetter(attribute, caseSensitive);
  const seen = new Set<unknown>();
  return generated(value, (item) => {
    const hash = hashKey(key(item));
    if (seen.has(hash)) return [];
    seen.add(hash);
    return [item];
  });
};

/** Whatever each item becomes, when it is asked for. */
function generated(source: Value, make: (item: Value) => readonly Value[]): Generator {
  function* run(): Iterable<Value> {
    for (const item of iterate(source)) yield* make(item);
  }
  return new Generator(run);
}

const extreme =
  (name: string, isBetter: (order: number) => boolean): Filter =>
  (value, args) => {
    const [caseSensitive = false, attribute = null] = bind(
      { of: `the filter ${name}`, names: ['case_sensitive', 'attribute'] },
      args,
    );
    const key = keyGetter(attribute, caseSensitive);
    let best: { readonly item: Value; readonly key: Value } | undefined;
    for (const item of iterate(value)) {
      const candidate = { item, key: key(item) };
      if (best === undefined || isBetter(orderOf(candidate.key, best.key))) best = candidate;
    }
    return best === undefined ? new Undefined('the sequence is empty') : best.item;
  };

const sum: Filter = (value, args) => {
  const [attribute = null, start = 0n] = bind({ of: 'the filter sum', names: ['attribute', 'start'] }, args);
  const get = attributeGetter(attribute);
  let total = start;
  for (const item of iterate(value)) total = binary('+', total, get(item));
  return total;
};

/** An Undefined or empty value gives nothing, whatever the arguments are. */
const map: Filter = (value, { positional, keyword }, context) => {
  if (!isTrue(value)) return new Generator(() => []);
  return generated(value, (item) => [mapped(item, { positional, keyword }, context)]);
};

function mapped(item: Value, args: Arguments, context: FilterContext): Value {
  const [name, ...positional] = args.positional;
  if (name === undefined && args.keyword.has('attribute')) {
    const [attribute = null, fallback = null] = bind({ of: 'the filter map', names: ['attribute', 'default'] }, args);
    return attributeGetter(attribute, fallback)(item);
  }
  if (typeof name !== 'string') throw new TemplateFailure('the filter map needs the name of a filter or an attribute');
  return context.filter(name, item, { positional, keyword: args.keyword });
}

const choosing =
  (name: string, { keeps, byAttribute }: { readonly keeps: boolean; readonly byAttribute: boolean }): Filter =>
  (value, { positional, keyword }, context) => {
    if (!isTrue(value)) return new Generator(() => []);
    const [attribute = null] = byAttribute ? positional : [];
    const [test, ...rest] = positional.slice(byAttribute ? 1 : 0);
    const holds = (item: Value): boolean =>
      test === undefined ? isTrue(item) : context.test(textOf(test), item, { positional: rest, keyword });
    return generated(value, (item) => {
      if (byAttribute && positional.length === 0)
        throw new TemplateFailure(`the filter ${name} needs the name of an attribute`);
      return holds(attributeGetter(attribute)(item)) === keeps ? [item] : [];
    });
  };

const batch: Filter = (value, args) => {
  const [count, fill = null] = bind({ of: 'the filter batch', names: ['linecount', 'fill_with'], required: 1 }, args);
  return new Generator(() =>
    batches(Array.from(iterate(value)), Number(integerOf(count, 1n, 'the size of a batch')), fill),
  );
};

function batches(all: readonly Value[], size: number, fill: Value): readonly Value[] {
  if (size < 1) throw new TemplateFailure('the filter batch needs a size of at least 1');
  const parts = Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
  return parts.map((part) => (fill === null ? part : [...part, ...Array<Value>(size - part.length).fill(fill)]));
}

const slice: Filter = (value, args) => {
  const [count, fill = null] = bind({ of: 'the filter slice', names: ['slices', 'fill_with'], required: 1 }, args);
  return new Generator(() =>
    sliced(Array.from(iterate(value)), Number(integerOf(count, 1n, 'the number of slices')), fill),
  );
};

/** The first ones have one item more where it does not come out even. */
function sliced(all: readonly Value[], slices: number, fill: Value): readonly Value[] {
  if (slices === 0) throw new TemplateFailure('the filter slice needs at least one slice');
  const [least, withMore] = [Math.floor(all.length / slices), all.length % slices];
  const starts = (at: number): number => at * least + Math.min(at, withMore);
  return Array.from({ length: Math.max(0, slices) }, (_, at) => {
    const part = all.slice(starts(at), starts(at + 1));
    return fill !== null && at >= withMore ? [...part, fill] : part;
  });
}

const groupby: Filter = (value, args) => {
  const names = ['attribute', 'default', 'case_sensitive'];
  const [attribute = null, fallback = null, caseSensitive = false] = bind(
    { of: 'the filter groupby', names, required: 1 },
    args,
  );
  const key = keyGetter(attribute, caseSensitive, fallback);
  const groups: { readonly key: Value; readonly members: Value[] }[] = [];
  for (const item of sortedBy(iterate(value), key, false)) {
    const group = groups.at(-1);
    const own = key(item);
    if (group !== undefined && equal(group.key, own)) group.members.push(item);
    else groups.push({ key: own, members: [item] });
  }
  const shown = attributeGetter(attribute, fallback);
  return groups.map((group) => new Group(isTrue(caseSensitive) ? group.key : shown(group.members[0]), group.members));
};

/** A pair that also has names. */
class Group extends Tuple {
  override attribute(name: string): Value | undefined {
    return name === 'grouper' ? this.items[0] : name === 'list' ? this.items[1] : undefined;
  }

  constructor(grouper: Value, members: readonly Value[]) {
    super([grouper, members]);
  }
}

const reverse: Filter = bare('reverse', (value) => {
  if (typeof value === 'string') return Array.from(value).reverse().join('');
  const items = reversedItems(value);
  // What cannot be gone through from its end becomes a list.
  return items === undefined ? Array.from(iterate(value)).reverse() : new Generator(() => items);
});

const fallbackOf: Filter = (value, args) => {
  const [fallback = '', boolean = false] = bind(
    { of: 'the filter default', names: ['default_value', 'boolean'] },
    args,
  );
  return value instanceof Undefined || (isTrue(boolean) && !isTrue(value)) ? fallback : value;
};

const attr: Filter = (value, args) => {
  const name = expectText(
    bind({ of: 'the filter attr', names: ['name'], required: 1 }, args)[0],
    'the name of an attribute',
  );
  // It looks for attributes alone: a key of a dict is none.
  if (value instanceof Dict && !['get', 'items', 'keys', 'values', 'copy'].includes(name)) {
    return new Undefined(`'dict' has no attribute '${name}'`);
  }
  return attributeOf(value, name);
};

export const sequenceFilters: Readonly<Record<string, Filter>> = {
  ...{
    length,
    count: length,
    first,
    last,
    join,
    sort,
    dictsort,
    items,
    unique,
    sum,
    map,
    batch,
    slice,
    groupby,
    reverse,
    attr,
  },
  default: fallbackOf,
  d: fallbackOf,
  list: bare('list', (value) => Array.from(iterate(value))),
  min: extreme('min', (order) => order < 0),
  max: extreme('max', (order) => order > 0),
  select: choosing('select', { keeps: true, byAttribute: false }),
  reject: choosing('reject', { keeps: false, byAttribute: false }),
  selectattr: choosing('selectattr', { keeps: true, byAttribute: true }),
  rejectattr: choosing('rejectattr', { keeps: false, byAttribute: true }),
};
