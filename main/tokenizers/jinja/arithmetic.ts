/** Arithmetic of Python: no text joins a number, and int stays int. */
import type { BinaryOperator } from './ast.ts';
import { TemplateFailure } from './errors.ts';
import { escapeHtml } from './escapeHtml.ts';
import { floorDivide, floorModulo } from './numbers.ts';
import { percentFormat } from './percentFormat.ts';
import { Markup, numberOf, PythonObject, Tuple, typeNameOf, Undefined, type Value } from './values.ts';

type Number_ = bigint | number;

/** Throws where Python would: other types, a division by zero, something undefined. */
export function binary(operator: BinaryOperator, left: Value, right: Value): Value {
  for (const side of [left, right]) if (side instanceof Undefined) side.fail();
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return arithmetic(operator, a, b);
  const result = ofSequences(operator, left, right);
  if (result === undefined) {
    throw new TemplateFailure(
      `unsupported operand types for ${operator}: '${typeNameOf(left)}' and '${typeNameOf(right)}'`,
    );
  }
  return result;
}

function ofSequences(operator: BinaryOperator, left: Value, right: Value): Value | undefined {
  if (operator === '%') return typeof left === 'string' ? percentFormat(left, right) : undefined;
  if (operator === '*') return repeated(left, numberOf(right)) ?? repeated(right, numberOf(left));
  if (operator !== '+') return undefined;
  if (left instanceof Markup || right instanceof Markup) return joinedMarkup(left, right);
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  if (Array.isArray(left) && Array.isArray(right)) return [...(left as Value[]), ...(right as Value[])];
  return left instanceof Tuple && right instanceof Tuple ? new Tuple([...left.items, ...right.items]) : undefined;
}

/** What is added to safe text is escaped. */
function joinedMarkup(left: Value, right: Value): Value | undefined {
  const parts = [left, right].map((side) =>
    side instanceof Markup ? side.value : typeof side === 'string' ? escapeHtml(side) : undefined,
  );
  return parts.includes(undefined) ? undefined : new Markup(parts.join(''));
}

const longest = 2 ** 28;

function repeated(sequence: Value, times: Number_ | undefined): Value | undefined {
  if (typeof times !== 'bigint') return undefined;
  const items = sequence instanceof Tuple ? sequence.items : (sequence as string | readonly Value[]);
  if (typeof items !== 'string' && !Array.isArray(items)) return undefined;
  const count = Math.max(0, Number(times));
  if (count * items.length > longest) throw new TemplateFailure('a repetition makes too much text');
  if (typeof items === 'string') return items.repeat(count);
  const all = Array.from({ length: count }, () => items as readonly Value[]).flat();
  return sequence instanceof Tuple ? new Tuple(all) : all;
}

function arithmetic(operator: BinaryOperator, a: Number_, b: Number_): Value {
  if (['/', '//', '%'].includes(operator) && Number(b) === 0) throw new TemplateFailure('division by zero');
  if (operator === '/') return Number(a) / Number(b);
  return typeof a === 'bigint' && typeof b === 'bigint'
    ? ofIntegers(operator, a, b)
    : ofFloats(operator, Number(a), Number(b));
}

const largestPower = 1_000_000n;

function ofIntegers(operator: BinaryOperator, a: bigint, b: bigint): Value {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '//':
      return floorDivide(a, b);
    case '%':
      return floorModulo(a, b);
    default:
      if (b < 0n) return ofFloats('**', Number(a), Number(b));
      if (b > largestPower) throw new TemplateFailure(`the power ** ${b} is too large`);
      return a ** b;
  }
}

function ofFloats(operator: BinaryOperator, a: number, b: number): Value {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '//':
      return Math.floor(a / b);
    case '%': {
      const rest = a % b;
      return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest === 0 ? (b < 0 ? -0 : 0) : rest;
    }
    default: {
      const power = a ** b;
      if (a === 0 && b < 0) throw new TemplateFailure('0.0 cannot be raised to a negative power');
      if (Number.isFinite(power)) return power;
      throw new TemplateFailure('the result of ** is no real number, or too large');
    }
  }
}

export function negated(value: Value): Value {
  const number = numberOf(value);
  if (number !== undefined) return -number;
  if (value instanceof Undefined) value.fail();
  throw new TemplateFailure(`- is not supported for '${typeNameOf(value)}'`);
}

export function positive(value: Value): Value {
  const number = numberOf(value);
  if (number !== undefined) return number;
  if (value instanceof Undefined) value.fail();
  throw new TemplateFailure(
    `+ is not supported for '${value instanceof PythonObject ? value.typeName : typeNameOf(value)}'`,
  );
}
