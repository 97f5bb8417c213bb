/**
 * The methods of list, tuple and dict that change nothing: those that do are refused, as in Jinja's immutable sandbox.
 */
import { bind } from '../arguments.ts';
import { Dict, DictView } from '../Dict.ts';
import { equal } from '../equality.ts';
import { TemplateFailure } from '../errors.ts';
import { iterate } from '../sequences.ts';
import { type Arguments, Tuple, Undefined, type Value } from '../values.ts';

export type Bound = (args: Arguments) => Value;

const changesList = ['append', 'clear', 'extend', 'insert', 'pop', 'remove', 'reverse', 'sort'];
const changesDict = ['clear', 'pop', 'popitem', 'setdefault', 'update'];

/** What stands for a method that would change its object: harmless until it is called. */
export function forbidden(type: string, name: string): Undefined {
  return new Undefined(`the method '${name}' would change a ${type}, which a template may not do`);
}

export function listMethod(items: readonly Value[], name: string): Bound | Undefined | undefined {
  if (changesList.includes(name)) return forbidden('list', name);
  return name === 'copy'
    ? (args) => (bind({ of: 'copy()', names: [] }, args), [...items])
    : sequenceMethod(items, name);
}

export function tupleMethod(tuple: Tuple, name: string): Bound | undefined {
  return sequenceMethod(tuple.items, name);
}

function sequenceMethod(items: readonly Value[], name: string): Bound | undefined {
  if (name === 'count') {
    return (args) => {
      const [wanted = null] = bind(value('count'), args);
      return BigInt(items.filter((item) => equal(item, wanted)).length);
    };
  }
  if (name !== 'index') return undefined;
  return (args) => {
    const [wanted = null] = bind(value('index'), args);
    const at = items.findIndex((item) => equal(item, wanted));
    if (at < 0) throw new TemplateFailure('index(): the value is not there');
    return BigInt(at);
  };
}

const value = (of: string) => ({ of: `${of}()`, names: ['value'], required: 1 });

export function dictMethod(dict: Dict, name: string): Bound | Undefined | undefined {
  if (changesDict.includes(name)) return forbidden('dict', name);
  const view = (type: DictView['typeName'], items: () => readonly Value[]): Bound => {
    return (args) => (bind({ of: `${name}()`, names: [] }, args), new DictView(type, items()));
  };
  switch (name) {
    case 'keys':
      return view('dict_keys', () => dict.keys());
    case 'values':
      return view('dict_values', () => dict.values());
    case 'items':
      return view('dict_items', () => Array.from(dict.entries(), (pair) => new Tuple(pair)));
    case 'get':
      return (args) => {
        const [key = null, fallback = null] = bind({ of: 'get()', names: ['key', 'default'], required: 1 }, args);
        const found = dict.get(key);
        return found === undefined ? fallback : found;
      };
    case 'copy':
      return (args) => (bind({ of: 'copy()', names: [] }, args), new Dict(dict.entries()));
    case 'fromkeys':
      return fromKeys;
    default:
      return undefined;
  }
}

/** dict.fromkeys() */
export function fromKeys(args: Arguments): Dict {
  const [keys = [], value = null] = bind({ of: 'fromkeys()', names: ['iterable', 'value'], required: 1 }, args);
  return new Dict(Array.from(iterate(keys), (key) => [key, value] as const));
}
