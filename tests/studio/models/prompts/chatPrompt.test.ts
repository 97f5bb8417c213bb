import { describe, expect, it } from 'vitest';
import { chatPrompt } from '../../../../main/studio/models/prompts/chatPrompt.ts';
import type { ChatMessage, PromptEnding } from '../../../../main/contract/conversations.ts';
import type { DatasetFormat } from '../../../../main/contract/entities.ts';
import { graftErrorOfAsync } from '../../../support/graftErrors.ts';
import { templates } from '../../../support/templates.ts';
import { templateTokenizer } from '../../../support/templateTokenizer.ts';

const user = { role: 'user', content: 'q' };
const assistant = { role: 'assistant', content: 'a' };

/** The prompt as text, its begin-of-text token too. */
async function textOf(
  template: string | null,
  messages: readonly ChatMessage[],
  { trainedOn, ending }: { readonly trainedOn?: DatasetFormat; readonly ending?: PromptEnding } = {},
): Promise<string> {
  const tokenizer = templateTokenizer(template, { addsBos: true });
  const ids = await chatPrompt({
    model: { hasChatTemplate: template !== null },
    tokenizer,
    messages,
    trainedOn,
    ending,
  });
  return tokenizer.decode(ids);
}

describe('what stands before an answer', () => {
  it('is the template with one begin of text, though the tokenizer adds one to plain text', async () => {
    expect(await textOf(templates.get('role-renamed') ?? '', [user])).toBe('<s><turn>user\nq</turn>\n<turn>model\n');
  });

  const template = templates.get('thoughts-of-last-turn') ?? '';

  it('ends with the generation prompt, whoever spoke last (an empty answer behind an answer that is over)', async () => {
    expect(await textOf(template, [user, assistant, { role: 'tool', content: 'r' }])).toMatch(
      /<result>r<\/result><\|stop\|>\n<\|start\|>assistant\n$/,
    );
    expect(await textOf(template, [user, assistant])).toMatch(/a<\|stop\|>\n<\|start\|>assistant\n$/);
    expect(await textOf(template, [{ role: 'system', content: 's' }])).toMatch(/s<\|stop\|>\n<\|start\|>assistant\n$/);
  });

  it('ends in the middle of the last message, or with nothing but the messages, where it is asked for so', async () => {
    expect(await textOf(template, [user, { ...assistant, content: 'a b ' }], { ending: 'continue' })).toMatch(
      /assistant\n.*a b $/s,
    );
    expect(await textOf(template, [user, assistant], { ending: 'none' })).toMatch(/a<\|stop\|>\n$/);
  });

  it('refuses messages and names that the template leaves out, by their place', async () => {
    const lost = "{% for m in messages if m.role != 'system' %}{{ m.role }}:{{ m.content | tojson }}\n{% endfor %}";
    const system = { role: 'system', content: 's' };
    const hidden = await graftErrorOfAsync(async () => textOf(lost, [system, user]));
    expect(hidden).toMatchObject({ code: 'invalid', data: { field: 'messages.0.content' } });
    const named = await graftErrorOfAsync(async () => textOf(lost, [{ ...user, name: 'Ann' }]));
    expect(named).toMatchObject({ code: 'invalid', data: { field: 'messages.0.name' } });
    expect(await textOf(lost, [{ ...user, content: 'escaped "so"' }])).toContain('escaped');
    const shows = '{% for m in messages %}{{ m.name }}: {{ m.content }}\n{% endfor %}';
    expect(await textOf(shows, [{ ...user, name: 'Ann' }])).toBe('Ann: q\n');
  });

  it('is the words alone where a model has no template and learnt from texts, the plain layout where it learnt from chats', async () => {
    expect(await textOf(null, [user], { trainedOn: 'prompt' })).toBe('<s>q');
    expect(await textOf(null, [user])).toBe('<s>q');
    expect(await textOf(null, [user], { trainedOn: 'openai' })).toBe('<s>User: q\nAssistant:');
    expect(await textOf(null, [{ role: 'system', content: 's' }, user], { trainedOn: 'prompt' })).toBe(
      '<s>s\n\nUser: q\nAssistant:',
    );
    expect(await textOf(null, [{ role: 'system', content: 's' }])).toBe('<s>s\n\nAssistant:');
  });
});
