import { describe, expect, it } from 'vitest';
import { chatPrompt } from '../../main/studio/chatPrompt.ts';
import type { DatasetFormat } from '../../main/contract/entities.ts';
import { templates } from '../support/templates.ts';
import { templateTokenizer } from '../support/templateTokenizer.ts';

const user = { role: 'user', content: 'q' };
const assistant = { role: 'assistant', content: 'a' };

/** The prompt as text, its begin-of-text token too. */
async function textOf(template: string | null, messages: readonly (typeof user)[], trainedOn?: DatasetFormat): Promise<string> {
  const tokenizer = templateTokenizer(template, { addsBos: true });
  const ids = await chatPrompt({ model: { hasChatTemplate: template !== null }, tokenizer, messages, trainedOn });
  return tokenizer.decode(ids);
}

describe('what stands before an answer', () => {
  it('is the template with one begin of text, though the tokenizer adds one to plain text', async () => {
    expect(await textOf(templates.get('role-renamed') ?? '', [user])).toBe('<s><turn>user\nq</turn>\n<turn>model\n');
  });

  it('ends with the generation prompt unless the model spoke last', async () => {
    const template = templates.get('thoughts-of-last-turn') ?? '';
    expect(await textOf(template, [user, assistant, { role: 'tool', content: 'r' }])).toMatch(
      /<result>r<\/result><\|stop\|>\n<\|start\|>assistant\n$/,
    );
    expect(await textOf(template, [user, assistant])).toMatch(/a<\|stop\|>\n$/);
  });

  it('is the words alone where a model has no template and learnt from texts, the plain layout where it learnt from chats', async () => {
    expect(await textOf(null, [user], 'prompt')).toBe('<s>q');
    expect(await textOf(null, [user])).toBe('<s>q');
    expect(await textOf(null, [user], 'openai')).toBe('<s>User: q\nAssistant:');
    expect(await textOf(null, [{ role: 'system', content: 's' }, user], 'prompt')).toBe('<s>s\n\nUser: q\nAssistant:');
  });
});
