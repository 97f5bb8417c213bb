/**
 * Whether a rendering shows what a message says. White space is not compared: templates trim and wrap. The parts must
 * stand there in their order, so that thoughts that a template drops are missed even where the answer repeats their
 * words.
 */
import type { TemplateMessage } from '../tokenizers/chatTemplate.ts';
import { splitThoughts } from './reasoning.ts';

/** Thoughts (of a field or inside the content) and answer of a message. */
export function partsOf({ content, reasoning_content, reasoning, thinking }: TemplateMessage): readonly string[] {
  const field = reasoning_content ?? reasoning ?? thinking;
  const { reasoning: inside, answer } = splitThoughts(content ?? '');
  return [field, inside, answer].filter((part) => part !== undefined);
}

/** Whether all parts stand in the text, one behind the other. */
export function showsInOrder(text: string, parts: readonly string[]): boolean {
  const whole = withoutSpace(text);
  let from = 0;
  for (const part of parts.map(withoutSpace)) {
    const at = whole.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}

function withoutSpace(text: string): string {
  return text.replace(/\s+/g, '');
}
