/**
 * Ollama's template against the model's own: the Go text is run by a small interpreter of the few actions it may hold,
 * so that what Ollama would send is compared with what the model was trained on.
 */
import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../main/contract/conversations.ts';
import { ollamaTemplate } from '../../../main/studio/exports/ollamaTemplate.ts';
import type { OllamaTemplate } from '../../../main/studio/exports/ollamaTemplate.ts';
import { writeModelfile } from '../../../main/studio/exports/modelfile.ts';
import { renderChat } from '../../../main/tokenizers/chatTemplate.ts';
import { chatTemplates } from './chatTemplates.ts';

const say = (role: 'system' | 'user' | 'assistant', content: string): ChatMessage => ({ role, content });
const conversations = [
  [say('user', 'Hello?')],
  [say('user', 'One'), say('assistant', 'Two'), say('user', 'Three')],
  [say('system', 'Be kind.'), say('user', 'One'), say('assistant', 'Two'), say('user', 'Three {{ .Content }} four')],
];

/** Go's text/template as far as these go: actions without trimming, `if` on a role or a variable, one variable. */
function runGo({ template, system }: OllamaTemplate, messages: readonly ChatMessage[]): string {
  const given = system === null || messages[0]?.role === 'system' ? messages : [say('system', system), ...messages];
  const [head = '', loop = '', tail = ''] = template.split(
    /\{\{ range \.Messages \}\}|\{\{ end \}\}\{\{ end \}\}(?!.*\{\{ end \}\}\{\{ end \}\})/s,
  );
  expect(head.replace('{{ $system := "" }}', '')).toBe('');
  let held = '';
  const turns = given.map(({ role, content }) => {
    const branches = loop.split(/\{\{ (?:else )?if eq \.Role "(\w+)" \}\}/);
    const branch = branches[branches.indexOf(role) + 1] ?? '';
    const holds = /\{\{ if \$system \}\}(.*?)\{\{ \$system = "" \}\}\{\{ end \}\}/s;
    const inner = holds.exec(branch)?.[1]?.replace('{{ $system }}', () => held) ?? '';
    if (branch === '{{ $system = .Content }}') {
      held = content;
      return '';
    }
    const text = branch.replace(holds, () => (held === '' ? '' : inner)).replace('{{ .Content }}', () => content);
    if (holds.test(branch)) held = '';
    return text;
  });
  return turns.join('') + tail;
}

describe('the template for Ollama', () => {
  it.each(Object.entries(chatTemplates))('%s writes what the model’s own does', async (_, chatTemplate) => {
    const source = { chatTemplate, bosToken: '<s>', eosToken: '</s>', addsBos: true };
    const found = await ollamaTemplate(source);
    expect(found).toBeDefined();
    if (!found) return;
    for (const messages of conversations) {
      const options = { addGenerationPrompt: true, bosToken: '<s>', eosToken: '</s>' };
      const expected = await renderChat(chatTemplate, messages, options).catch(() => undefined);
      // Templates that refuse a system message have no answer to compare with.
      if (expected !== undefined) expect(runGo(found, messages)).toBe(expected.replace(/^<s>/, ''));
    }
    expect(found.stops).toHaveLength(1);
  });

  it('keeps a first mark that no tokenizer adds (SmolLM2 calls <|im_start|> its first token)', async () => {
    const source = {
      chatTemplate: chatTemplates.ChatML,
      bosToken: '<|im_start|>',
      eosToken: '<|im_end|>',
      addsBos: false,
    };
    expect((await ollamaTemplate(source))?.template).toContain('<|im_start|>system');
  });

  it('is not made up where messages are not one after the other, and the Modelfile says so', async () => {
    const odd = '{% for message in messages %}{{ loop.index }}: {{ message.content }}\n{% endfor %}';
    const counting = { chatTemplate: odd, bosToken: null, eosToken: null, addsBos: false };
    expect(await ollamaTemplate(counting)).toBeUndefined();
    const shouting = {
      ...counting,
      chatTemplate: '{% for message in messages %}{{ message.content | upper }}{% endfor %}',
    };
    expect(await ollamaTemplate(shouting)).toBeUndefined();
    const { text, notes } = await writeModelfile({
      from: 'base.gguf',
      adapter: 'it.gguf',
      remarks: ['note'],
      tokenizer: undefined,
    });
    expect(text).toBe('# note\nFROM ./base.gguf\nADAPTER ./it.gguf\n');
    expect(notes).toHaveLength(1);
  });
});
