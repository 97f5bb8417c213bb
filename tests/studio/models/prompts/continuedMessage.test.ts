/** A last message that the model goes on with, held against transformers (tests/fixtures/continued_fixtures.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../../main/contract/conversations.ts';
import { continuedText } from '../../../../main/studio/models/prompts/continuedMessage.ts';
import { fixturePath } from '../../../support/fixtures.ts';
import { graftErrorOfAsync } from '../../../support/graftErrors.ts';
import { templates } from '../../../support/templates.ts';

interface Case {
  readonly template: string;
  readonly messages: readonly ChatMessage[];
  /** null where transformers refuses. */
  readonly text: string | null;
}

const { cases } = JSON.parse(readFileSync(fixturePath('continued_messages.json'), 'utf8')) as {
  readonly cases: readonly Case[];
};

describe.each([...templates.keys()])('the template %s', (name) => {
  const own = cases.filter(({ template }) => template === name);
  const context = { chatTemplate: templates.get(name) ?? '', bosToken: '<s>', eosToken: '</s>' };

  it('is cut where transformers cuts it, and refuses what that refuses (an end of turn before the continuation, a lost space)', async () => {
    expect(own.length).toBeGreaterThan(8);
    for (const { messages, text } of own) {
      if (text !== null) expect(await continuedText(context, messages), JSON.stringify(messages)).toBe(text);
      else
        expect(
          (await graftErrorOfAsync(async () => continuedText(context, messages))).code,
          JSON.stringify(messages),
        ).toBe('invalid');
    }
  });
});

it('goes on in the plain layout of a model without a template', async () => {
  const context = { chatTemplate: null, bosToken: '<s>', eosToken: '</s>' };
  // oxfmt-ignore
  const messages = [{ role: 'user', content: 'What is red?' }, { role: 'assistant', content: 'Red is ' }];
  expect(await continuedText(context, messages)).toBe('User: What is red?\nAssistant: Red is ');
});
