/**
 * What is wrong with a value in a person's words; zod's own are a programmer's. For `safeParse(value, { error: plainWords })`:
 * a message that a schema brings itself goes before these.
 */
import type { z } from 'zod';

export function plainWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'too_small':
      return bound(issue.origin, { limit: issue.minimum, word: issue.inclusive === false ? 'more than' : 'at least' });
    case 'too_big':
      return bound(issue.origin, { limit: issue.maximum, word: issue.inclusive === false ? 'less than' : 'at most' });
    case 'invalid_type':
      return issue.input === undefined ? 'This is missing.' : `This must be ${kinds[issue.expected] ?? `a ${issue.expected}`}.`;
    case 'invalid_value':
      return `This must be one of ${issue.values.map(String).join(', ')}.`;
    default:
      return undefined; // zod's own
  }
}

const kinds: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'yes or no',
  array: 'a list',
  object: 'a group of settings',
  record: 'a list of names with values',
};

function bound(origin: string, { limit, word }: { readonly limit: number | bigint; readonly word: string }): string {
  if (origin === 'string')
    return limit === 1 && word === 'at least' ? 'This must not be empty.' : `This must have ${word} ${limit} characters.`;
  if (origin === 'array') return `This must have ${word} ${limit} entries.`;
  return `This must be ${word} ${limit}.`;
}
