/** `==` of Python: nothing equals another type but numbers each other. */
import { Dict, DictView } from './Dict.ts';
import { Range } from './Range.ts';
import { Markup, numberOf, Tuple, typeNameOf, Undefined, type Value } from './values.ts';

export function equal(left: Value, right: Value): boolean {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return equalNumbers(a, b);
  if (left instanceof Undefined || right instanceof Undefined)
    return left instanceof Undefined && right instanceof Undefined;
  if (left instanceof Dict && right instanceof Dict) return equalDicts(left, right);
  if (left instanceof Range && right instanceof Range)
    return equal(Array.from(left.iterate()), Array.from(right.iterate()));
  if (left instanceof Markup || right instanceof Markup) return plainText(left) === plainText(right);
  const [items, others] = [itemsOf(left), itemsOf(right)];
  if (items === undefined || others === undefined || typeNameOf(left) !== typeNameOf(right)) return left === right;
  return items.length === others.length && items.every((item, at) => equal(item, others[at]));
}

/** < and > compare bigint and number by their exact values, as Python does. */
export const equalNumbers = (a: bigint | number, b: bigint | number): boolean => a <= b && a >= b;

export const plainText = (value: Value): Value => (value instanceof Markup ? value.value : value);

export function itemsOf(value: Value): readonly Value[] | undefined {
  if (Array.isArray(value)) return value as readonly Value[];
  return value instanceof Tuple || value instanceof DictView ? value.items : undefined;
}

function equalDicts(left: Dict, right: Dict): boolean {
  if (left.size !== right.size) return false;
  return Array.from(left.entries()).every(([key, value]) => {
    const other = right.get(key);
    return other !== undefined && equal(value, other);
  });
}
