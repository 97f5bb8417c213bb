/**
 * Whole chat templates through the process that renders them: the text that jinja2 gives, for every kind of
 * conversation.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderChats } from '../../../main/tokenizers/chatTemplate.ts';
import { type Conversation, conversations } from '../../support/conversations.ts';
import { templates } from '../../support/templates.ts';

type Texts = readonly [whole: string | null, prompt: string | null];

const fixture = join(import.meta.dirname, '..', '..', 'fixtures', 'jinja_templates.json');
const expected = JSON.parse(readFileSync(fixture, 'utf8')) as Readonly<Record<string, Readonly<Record<string, Texts>>>>;

async function texts(template: string, { messages, tools, variables }: Conversation): Promise<Texts> {
  const text = async (shown: typeof messages, addGenerationPrompt: boolean): Promise<string | null> => {
    const options = {
      addGenerationPrompt,
      bosToken: '<s>',
      eosToken: '</s>',
      variables: { tools: tools ?? null, ...variables },
    };
    const [rendering] = await renderChats(template, [shown], options);
    return rendering !== undefined && 'text' in rendering ? rendering.text : null;
  };
  return [await text(messages, false), await text(messages.slice(0, -1), true)];
}

test.each([...templates])(
  '%s writes each conversation as jinja2 does, and refuses what it refuses',
  async (name, template) => {
    const written: Record<string, Texts> = {};
    for (const conversation of conversations) written[conversation.name] = await texts(template, conversation);
    expect(written).toEqual(expected[name]);
  },
);
