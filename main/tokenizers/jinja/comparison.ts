/** Comparisons of Python: an order between numbers, between texts and between lists, and nothing else. */
import type { ComparisonOperator } from './ast.ts';
import { DictView } from './Dict.ts';
import { equal, equalNumbers, itemsOf, plainText } from './equality.ts';
import { TemplateFailure } from './errors.ts';
import { contains } from './sequences.ts';
import { compareText } from './text.ts';
import { numberOf, typeNameOf, Undefined, type Value } from './values.ts';

export function compare(operator: ComparisonOperator, left: Value, right: Value): boolean {
  switch (operator) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case 'in':
      return contains(right, left);
    case 'not in':
      return !contains(right, left);
    default: {
      const order = orderOf(left, right, operator);
      if (Number.isNaN(order)) return false;
      return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[operator];
    }
  }
}

/** Negative, zero or positive; NaN where nothing holds. Throws where Python cannot compare the types. */
export function orderOf(left: Value, right: Value, operator: string = '<'): number {
  for (const side of [left, right]) if (side instanceof Undefined) side.fail();
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return a < b ? -1 : a > b ? 1 : equalNumbers(a, b) ? 0 : Number.NaN;
  const [one, other] = [plainText(left), plainText(right)];
  if (typeof one === 'string' && typeof other === 'string') return compareText(one, other);
  const [items, others] = left instanceof DictView ? [undefined, undefined] : [itemsOf(left), itemsOf(right)];
  if (items === undefined || others === undefined || typeNameOf(left) !== typeNameOf(right)) {
    throw new TemplateFailure(
      `'${operator}' is not supported between '${typeNameOf(left)}' and '${typeNameOf(right)}'`,
    );
  }
  const differs = items.findIndex((item, at) => at >= others.length || !equal(item, others[at]));
  if (differs < 0 || differs >= others.length) return items.length - others.length;
  return orderOf(items[differs], others[differs], operator);
}
