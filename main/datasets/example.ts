/**
 * A training example, whatever file it came from: what import writes into rows.jsonl and everything later reads.
 * Pre-tokenised rows keep the shift out: `labels[i]` belongs to `ids[i]`, and -100 means not trained.
 */
import { z } from 'zod';
import { valueWords as words } from '../contract/words/values.ts';
import type { Said } from '../contract/words/words.ts';

const functionSchema = z.looseObject({ name: z.string(), arguments: z.unknown() });
const toolCallSchema = z.looseObject({ type: z.string(), function: functionSchema });
const toolSchema = z.record(z.string(), z.unknown());

const messageSchema = z.strictObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  /** null: an answer that only calls tools. */
  content: z.string().nullable(),
  name: z.string().optional(),
  /** The thoughts before an answer, where they are a field of their own. */
  reasoning: z.string().optional(),
  tool_calls: z.array(toolCallSchema).min(1).optional(),
  tool_call_id: z.string().optional(),
  /** 0: an answer that is shown and not trained. */
  weight: z.literal(0).optional(),
});

export const exampleSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('chat'),
    messages: z.array(messageSchema).min(1),
    tools: z.array(toolSchema).min(1).optional(),
  }),
  z.strictObject({ kind: z.literal('completion'), prompt: z.string(), completion: z.string() }),
  z.strictObject({ kind: z.literal('labelled'), text: z.string(), second: z.string().optional(), label: z.string() }),
  z.strictObject({ kind: z.literal('text'), text: z.string() }),
  z.strictObject({
    kind: z.literal('tokens'),
    ids: z.array(z.int()).min(1),
    labels: z.array(z.int()).optional(),
    /** What an encoder learns of the row. */
    label: z.string().optional(),
  }),
]);

export type Example = Readonly<z.infer<typeof exampleSchema>>;
export type ExampleMessage = Readonly<z.infer<typeof messageSchema>>;
export type ToolCall = Readonly<z.infer<typeof toolCallSchema>>;
export type Tool = Readonly<z.infer<typeof toolSchema>>;

/** A row that cannot be used, in words for the person. */
export interface RowFault {
  readonly reason: Said;
}

/**
 * A column's text, or why it is none. Control characters and half surrogate pairs would reach the model as something
 * else.
 */
export function findTextFault(value: unknown, name: string | Said): RowFault | undefined {
  if (typeof value !== 'string') return { reason: words.notText({ name, kind: typeName(value) }) };
  const control = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/.exec(value)?.[0];
  if (control !== undefined) {
    const code = control.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return { reason: words.control({ name, character: `U+${code}` }) };
  }
  return value.isWellFormed() ? undefined : { reason: words.halfPair({ name }) };
}

/** Several columns by name, all text, or the first fault. */
export function readTexts<Name extends string>(
  values: Readonly<Record<Name, unknown>>,
): { readonly texts: Readonly<Record<Name, string>> } | RowFault {
  for (const [name, value] of Object.entries<unknown>(values)) {
    const fault = findTextFault(value, words.column({ name }));
    if (fault !== undefined) return fault;
  }
  return areTexts(values) ? { texts: values } : { reason: words.aColumnNoText() };
}

function areTexts<Name extends string>(
  values: Readonly<Record<Name, unknown>>,
): values is Readonly<Record<Name, string>> {
  return Object.values(values).every((value) => typeof value === 'string');
}

export function isBlank(text: string): boolean {
  return text.trim() === '';
}

export function typeName(value: unknown): Said {
  if (value === undefined) return words.missing();
  if (value === null) return words.null();
  if (Array.isArray(value)) return words.list();
  if (typeof value === 'object') return words.object();
  if (typeof value === 'number') return words.number();
  return typeof value === 'boolean' ? words.boolean() : words.other({ type: typeof value });
}
