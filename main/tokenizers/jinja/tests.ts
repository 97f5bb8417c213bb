/** What stands behind `is`. */
import { bind } from './arguments.ts';
import { binary } from './arithmetic.ts';
import { compare } from './comparison.ts';
import { Dict } from './Dict.ts';
import { equal } from './equality.ts';
import { TemplateFailure } from './errors.ts';
import { isFilter } from './filters/filters.ts';
import { hasOnly } from './letterCase.ts';
import { contains, isSequenceOrMapping, iterateOrNothing } from './sequences.ts';
import { textOf } from './text.ts';
import { type Arguments, Callable, Markup, numberOf, PythonObject, Undefined, type Value } from './values.ts';

type Test = (value: Value, args: Arguments) => boolean;

const unary =
  (name: string, holds: (value: Value) => boolean): Test =>
  (value, args) => (bind({ of: `the test ${name}`, names: [] }, args), holds(value));

const withOther =
  (name: string, holds: (value: Value, other: Value) => boolean): Test =>
  (value, args) => {
    const [other = null] = bind({ of: `the test ${name}`, names: ['other'], required: 1 }, args);
    return holds(value, other);
  };

const comparing = (name: string, operator: '==' | '!=' | '<' | '<=' | '>' | '>='): Test =>
  withOther(name, (value, other) => compare(operator, value, other));

const modulo = (value: Value, by: bigint): Value => binary('%', value, by);

/** Python's `is`: the same object. Of equal texts and numbers only small whole ones are sure to be one object. */
function isSame(value: Value, other: Value): boolean {
  const isConstant = (each: Value): boolean => each === null || typeof each === 'boolean';
  if (isConstant(value) || isConstant(other) || value instanceof PythonObject || other instanceof PythonObject)
    return value === other;
  if (typeof value !== typeof other || !equal(value, other) || Array.isArray(value)) return value === other;
  if (typeof value === 'bigint' && value >= -5n && value <= 256n) return true;
  throw new TemplateFailure('the test sameas is supported for true, false, none, small whole numbers and objects only');
}

const isMarked = (value: Value): boolean => value instanceof Markup;

const wordsFor = {
  '==': ['eq', 'equalto'],
  '!=': ['ne'],
  '<': ['lt', 'lessthan'],
  '<=': ['le'],
  '>': ['gt', 'greaterthan'],
  '>=': ['ge'],
} as const;

const tests: Readonly<Record<string, Test>> = {
  defined: unary('defined', (value) => !(value instanceof Undefined)),
  undefined: unary('undefined', (value) => value instanceof Undefined),
  none: unary('none', (value) => value === null),
  boolean: unary('boolean', (value) => typeof value === 'boolean'),
  true: unary('true', (value) => value === true),
  false: unary('false', (value) => value === false),
  integer: unary('integer', (value) => typeof value === 'bigint'),
  float: unary('float', (value) => typeof value === 'number'),
  number: unary('number', (value) => numberOf(value) !== undefined),
  string: unary('string', (value) => typeof value === 'string' || isMarked(value)),
  mapping: unary('mapping', (value) => value instanceof Dict),
  sequence: unary('sequence', isSequenceOrMapping),
  iterable: unary('iterable', (value) => iterateOrNothing(value) !== undefined),
  callable: unary('callable', (value) => value instanceof Callable || value instanceof Undefined),
  escaped: unary('escaped', isMarked),
  lower: unary('lower', (value) => hasOnly('lower', textOf(value))),
  upper: unary('upper', (value) => hasOnly('upper', textOf(value))),
  odd: unary('odd', (value) => equal(modulo(value, 2n), 1n)),
  even: unary('even', (value) => equal(modulo(value, 2n), 0n)),
  divisibleby: withOther('divisibleby', (value, by) => equal(binary('%', value, by), 0n)),
  sameas: withOther('sameas', isSame),
  in: withOther('in', (value, container) => contains(container, value)),
  filter: unary('filter', (value) => isFilter(textOf(value))),
  test: unary('test', (value) => Object.hasOwn(tests, textOf(value))),
  ...Object.fromEntries(
    (['==', '!=', '<', '<=', '>', '>='] as const).flatMap((operator) =>
      [operator, ...wordsFor[operator]].map((name) => [name, comparing(name, operator)] as const),
    ),
  ),
};

/** Throws by name where there is none. */
export function findTest(name: string): Test {
  if (Object.hasOwn(tests, name)) return tests[name];
  throw new TemplateFailure(`there is no test named '${name}'`);
}
