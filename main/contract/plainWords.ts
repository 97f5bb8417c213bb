/**
 * What is wrong with a value in a person's words; zod's own are a programmer's. For `safeParse(value, { error:
 * plainWords })`: words that a schema brings itself (`saying`) go before these. Either leaves its sentence on the
 * issue, as zod keeps texts alone.
 */
import type { z } from 'zod';
import type { Problem } from './errors.ts';
import { validationWords as words } from './words/validation.ts';
import { type Said, isSaid } from './words/words.ts';

/** What zod calls before it copies an issue, with all that stands on it then. */
export function plainWords(issue: z.core.$ZodRawIssue): string {
  return stamped(issue, wordsOfIssue(issue));
}

/** A schema's own words: `z.string().min(1, saying(words.needsName()))`. */
export function saying(reason: Said): { readonly error: (issue: z.core.$ZodRawIssue) => string } {
  return { error: (issue) => stamped(issue, reason) };
}

function stamped(issue: object, reason: Said): string {
  Object.assign(issue, { reason });
  return reason.text;
}

/** As zod and what speaks its protocol report it. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export interface ProblemPlace {
  /** Before the path in `field`. */
  readonly prefix?: string;
  /** The field of what is wrong with the value as a whole. */
  readonly whole?: string;
}

/** Each issue as a problem of a field; several unknown fields are a problem each, where `unknown` says so of one. */
export function problemsOf(
  issues: readonly SchemaIssue[],
  place: ProblemPlace = {},
  unknown?: (field: string) => Said,
): Problem[] {
  return issues.flatMap((issue) => {
    if (unknown === undefined || !isUnknownFields(issue)) return [problemOfIssue(issue, place)];
    return issue.keys.map((field) => ({ field, message: unknown(field).text, reason: unknown(field) }));
  });
}

function problemOfIssue(issue: SchemaIssue, { prefix, whole = '' }: ProblemPlace): Problem {
  const path = [...(prefix === undefined ? [] : [prefix]), ...(issue.path ?? []).map(keyOf)];
  const reason = 'reason' in issue && isSaid(issue.reason) ? issue.reason : wordsOfIssue(issue as z.core.$ZodRawIssue);
  return { field: path.join('.') || whole, message: reason.text, reason };
}

function isUnknownFields(issue: SchemaIssue): issue is SchemaIssue & { readonly keys: readonly string[] } {
  return 'code' in issue && issue.code === 'unrecognized_keys';
}

function keyOf(segment: PropertyKey | { readonly key: PropertyKey }): string {
  return String(typeof segment === 'object' ? segment.key : segment);
}

function wordsOfIssue(issue: z.core.$ZodRawIssue): Said {
  switch (issue.code) {
    case 'too_small':
      return lowerBound(issue.origin, Number(issue.minimum), issue.inclusive !== false);
    case 'too_big':
      return upperBound(issue.origin, Number(issue.maximum), issue.inclusive !== false);
    case 'invalid_type':
      return isMissing(issue) ? words.missing() : words.kind({ kind: kindOf(issue.expected) });
    case 'invalid_value':
      return words.oneOf({ values: issue.values.map(String) });
    case 'not_multiple_of':
      return words.multipleOf({ divisor: issue.divisor });
    case 'unrecognized_keys':
      return words.unknownFields({ fields: issue.keys });
    default:
      return words.otherForm();
  }
}

/** A finished issue no longer has what was given, but zod's text names it. */
function isMissing(issue: z.core.$ZodRawIssue): boolean {
  return issue.message === undefined ? issue.input === undefined : issue.message.endsWith('received undefined');
}

function kindOf(expected: string): Said {
  return Object.hasOwn(kinds, expected) ? kinds[expected as keyof typeof kinds]() : words.otherKind({ kind: expected });
}

const kinds = {
  int: words.wholeNumber,
  number: words.number,
  string: words.text,
  boolean: words.yesOrNo,
  array: words.list,
  object: words.group,
  record: words.namedValues,
};

function lowerBound(origin: string, limit: number, isInclusive: boolean): Said {
  if (origin === 'string') return limit === 1 ? words.notEmpty() : words.charactersAtLeast({ limit });
  if (origin === 'array') return words.entriesAtLeast({ limit });
  return isInclusive ? words.atLeast({ limit }) : words.moreThan({ limit });
}

function upperBound(origin: string, limit: number, isInclusive: boolean): Said {
  if (origin === 'string') return words.charactersAtMost({ limit });
  if (origin === 'array') return words.entriesAtMost({ limit });
  return isInclusive ? words.atMost({ limit }) : words.lessThan({ limit });
}
