/** What an expression is worth in a scope. */
import { binary, negated, positive } from './arithmetic.ts';
import type { CallArguments, Comparison, Expression } from './ast.ts';
import { attributeOf, itemOf, partOf } from './attributes.ts';
import { compare } from './comparison.ts';
import { Dict } from './Dict.ts';
import { TemplateFailure } from './errors.ts';
import type { FilterContext } from './filters/Filter.ts';
import { findFilter } from './filters/filters.ts';
import type { Scope } from './Scope.ts';
import { iterate } from './sequences.ts';
import { findTest } from './tests.ts';
import { textOf } from './text.ts';
import { type Arguments, Callable, isTrue, numberOf, Tuple, typeNameOf, Undefined, type Value } from './values.ts';

type Slice = Extract<Expression, { readonly kind: 'slice' }>;

const filterContext: FilterContext = {
  filter: (name, value, args) => findFilter(name)(value, args, filterContext),
  test: (name, value, args) => findTest(name)(value, args),
};

/** Throws TemplateFailure or TemplateRefusal. */
export function evaluate(node: Expression, scope: Scope): Value {
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'name':
      return scope.get(node.name);
    case 'tuple':
      return new Tuple(node.items.map((item) => evaluate(item, scope)));
    case 'list':
      return node.items.map((item) => evaluate(item, scope));
    case 'dict':
      return new Dict(node.pairs.map(([key, value]) => [evaluate(key, scope), evaluate(value, scope)] as const));
    case 'attribute':
      return attributeOf(evaluate(node.of, scope), node.name);
    case 'item':
      return subscript(evaluate(node.of, scope), node.key, scope);
    case 'slice':
      throw new TemplateFailure('a slice stands in brackets behind a value, alone', node.line);
    case 'call':
      return call(evaluate(node.callee, scope), argumentsOf(node.args, scope));
    case 'filter':
      return applyFilter(
        node.name,
        node.operand === null ? '' : evaluate(node.operand, scope),
        argumentsOf(node.args, scope),
      );
    case 'test':
      return findTest(node.name)(evaluate(node.operand, scope), argumentsOf(node.args, scope));
    case 'not':
      return !isTrue(evaluate(node.operand, scope));
    case 'negative':
      return negated(evaluate(node.operand, scope));
    case 'positive':
      return positive(evaluate(node.operand, scope));
    case 'and': {
      const left = evaluate(node.left, scope);
      return isTrue(left) ? evaluate(node.right, scope) : left;
    }
    case 'or': {
      const left = evaluate(node.left, scope);
      return isTrue(left) ? left : evaluate(node.right, scope);
    }
    case 'binary':
      return binary(node.operator, evaluate(node.left, scope), evaluate(node.right, scope));
    case 'concat':
      return node.parts.map((part) => textOf(evaluate(part, scope))).join('');
    case 'compare':
      return compareAll(evaluate(node.first, scope), node.rest, scope);
    case 'choice':
      if (isTrue(evaluate(node.test, scope))) return evaluate(node.then, scope);
      if (node.otherwise !== null) return evaluate(node.otherwise, scope);
      return new Undefined('an inline if without else was false and has no value');
  }
}

export function applyFilter(name: string, value: Value, args: Arguments): Value {
  return filterContext.filter(name, value, args);
}

/** `a < b < c` holds where both do; the rest is not looked at once one does not. */
function compareAll(first: Value, rest: readonly Comparison[], scope: Scope): boolean {
  let left = first;
  for (const { operator, right } of rest) {
    const value = evaluate(right, scope);
    if (!compare(operator, left, value)) return false;
    left = value;
  }
  return true;
}

function subscript(of: Value, key: Expression, scope: Scope): Value {
  return key.kind === 'slice' ? sliced(of, key, scope) : itemOf(of, evaluate(key, scope));
}

function sliced(of: Value, { start, stop, step }: Slice, scope: Scope): Value {
  const [from, to, by] = [start, stop, step].map((bound) => (bound === null ? null : evaluate(bound, scope)));
  const bounds = [from, to, by].map(placeOf);
  return partOf(of, { start: bounds[0], stop: bounds[1], step: bounds[2] });
}

function placeOf(value: Value): bigint | null {
  const number = value === null ? null : numberOf(value);
  if (number === null || typeof number === 'bigint') return number;
  throw new TemplateFailure(`the bounds of a slice must be whole numbers, not '${typeNameOf(value)}'`);
}

export function call(callee: Value, args: Arguments): Value {
  if (callee instanceof Undefined) callee.fail();
  if (callee instanceof Callable) return callee.call(args);
  throw new TemplateFailure(`'${typeNameOf(callee)}' cannot be called`);
}

/** Values by place first, whatever the order is in which they are written. */
export function argumentsOf({ positional, keyword, spread, keywordSpread }: CallArguments, scope: Scope): Arguments {
  const values = positional.map((each) => evaluate(each, scope));
  if (spread !== null) values.push(...iterate(evaluate(spread, scope)));
  const named = new Map<string, Value>();
  for (const [name, value] of keyword) addNamed(named, name, evaluate(value, scope));
  if (keywordSpread !== null) {
    const more = evaluate(keywordSpread, scope);
    if (!(more instanceof Dict)) throw new TemplateFailure(`what follows ** must be a dict, not '${typeNameOf(more)}'`);
    for (const [name, value] of more.entries()) addNamed(named, textOf(name), value);
  }
  return { positional: values, keyword: named };
}

function addNamed(named: Map<string, Value>, name: string, value: Value): void {
  if (named.has(name)) throw new TemplateFailure(`the argument '${name}' is given twice`);
  named.set(name, value);
}
