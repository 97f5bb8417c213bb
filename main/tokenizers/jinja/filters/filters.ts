/**
 * All filters by name. Those of Jinja that are left out depend on chance or lay out prose; they are refused by name.
 */
import { bind, integerOf } from '../arguments.ts';
import { TemplateFailure } from '../errors.ts';
import { type JsonStyle, toJson } from '../json.ts';
import { expectText } from '../text.ts';
import { isTrue, Tuple, type Value } from '../values.ts';
import type { Filter } from './Filter.ts';
import { numberFilters } from './numberFilters.ts';
import { sequenceFilters } from './sequenceFilters.ts';
import { textFilters } from './textFilters.ts';

const unsupported = ['random', 'pprint', 'urlize', 'wordwrap', 'xmlattr', 'striptags'];

/** `tojson(ensure_ascii=False, indent=None, separators=None, sort_keys=False)` */
const tojson: Filter = (value, args) => {
  const names = ['ensure_ascii', 'indent', 'separators', 'sort_keys'];
  const [ensureAscii = false, indent = null, separators = null, sortKeys = false] = bind(
    { of: 'the filter tojson', names },
    args,
  );
  const style: JsonStyle = {
    ensureAscii: isTrue(ensureAscii),
    indent: indentOf(indent),
    separators: separatorsOf(separators, indent !== null),
    sortKeys: isTrue(sortKeys),
  };
  return toJson(value, style);
};

function indentOf(indent: Value): string | null {
  if (indent === null) return null;
  return typeof indent === 'string'
    ? indent
    : ' '.repeat(Math.max(0, Number(integerOf(indent, 0n, 'indent of the filter tojson'))));
}

function separatorsOf(separators: Value, isIndented: boolean): readonly [string, string] {
  if (separators === null) return [isIndented ? ',' : ', ', ': '];
  const items =
    separators instanceof Tuple ? separators.items : Array.isArray(separators) ? (separators as readonly Value[]) : [];
  if (items.length !== 2) throw new TemplateFailure('separators of the filter tojson are two texts');
  return [expectText(items[0], 'a separator'), expectText(items[1], 'a separator')];
}

const filters: Readonly<Record<string, Filter>> = { ...textFilters, ...numberFilters, ...sequenceFilters, tojson };

/** Throws by name where there is none. */
export function findFilter(name: string): Filter {
  if (Object.hasOwn(filters, name)) return filters[name];
  throw new TemplateFailure(
    unsupported.includes(name) ? `the filter '${name}' is not supported` : `there is no filter named '${name}'`,
  );
}

export function isFilter(name: string): boolean {
  return Object.hasOwn(filters, name) || unsupported.includes(name);
}
