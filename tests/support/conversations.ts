/**
 * Conversations of the kinds that templates differ in. Python reads the same file (tests/fixtures/jinja_fixtures.py,
 * interop).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A message with whatever fields it has: `reasoning_content`, `tool_calls` and the like. */
export interface AnyMessage {
  readonly role: string;
  readonly content: string;
  readonly [field: string]: unknown;
}

export interface Conversation {
  readonly name: string;
  readonly messages: readonly AnyMessage[];
  readonly tools?: readonly object[];
  /** Of the template, beside the usual ones. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

export const conversations = JSON.parse(
  readFileSync(join(import.meta.dirname, 'conversations.json'), 'utf8'),
) as readonly Conversation[];
