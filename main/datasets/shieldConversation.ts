/**
 * A conversation whose special tokens, spelled by people, stay ordinary text through a template: see
 * tokenizers/shield.ts.
 */
import type { TemplateMessage } from '../tokenizers/chatTemplate.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import type { Tool } from './example.ts';

/** Marks one text, or leaves it as it is. */
export type Shield = Tokenizer['shield'];

/** Every text of the messages, names and tool calls among them; roles are the template's own words. */
export function shieldMessages(messages: readonly TemplateMessage[], shield: Shield): readonly TemplateMessage[] {
  return messages.map(({ role, ...said }) => ({ ...shieldFields(said, shield), role }));
}

export function shieldTools(tools: readonly Tool[] | undefined, shield: Shield): readonly Tool[] | undefined {
  return tools?.map((tool) => shieldFields(tool, shield));
}

function shieldFields<Fields extends object>(fields: Fields, shield: Shield): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, item]) => [shield(key), shieldTexts(item, shield)]),
  ) as Fields;
}

function shieldTexts(value: unknown, shield: Shield): unknown {
  if (typeof value === 'string') return shield(value);
  if (Array.isArray(value)) return value.map((item) => shieldTexts(item, shield));
  return typeof value === 'object' && value !== null ? shieldFields(value, shield) : value;
}
