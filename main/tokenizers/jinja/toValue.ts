/**
 * Plain data (what JSON can say) as values of a template. A whole number becomes an int: JavaScript does not know 1.0
 * from 1.
 */
import { Dict } from './Dict.ts';
import { TemplateFailure } from './errors.ts';
import type { Value } from './values.ts';

/** Fields that are `undefined` are not there. Throws for what is no plain data. */
export function toValue(data: unknown): Value {
  if (data === null || typeof data === 'string' || typeof data === 'boolean' || typeof data === 'bigint') return data;
  if (typeof data === 'number') return numberValue(data);
  if (Array.isArray(data)) return data.map(toValue);
  if (typeof data !== 'object')
    throw new TemplateFailure(`a value of the kind '${typeof data}' cannot be given to a template`);
  return new Dict(
    Object.entries(data)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, toValue(value)] as const),
  );
}

function numberValue(data: number): Value {
  if (!Number.isInteger(data)) return data;
  if (Number.isSafeInteger(data)) return BigInt(data);
  throw new TemplateFailure(`the whole number ${data} in the conversation is too large to be written exactly`);
}
