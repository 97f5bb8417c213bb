import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { renderChat, renderChats } from '../../main/tokenizers/chatTemplate.ts';
import { smollm2Metadata, smollm2Reference } from './smollm2.ts';

const hello = [{ role: 'user', content: 'hi' }];
const options = { addGenerationPrompt: true, bosToken: '<s>', eosToken: '</s>' };

describe('chat templates', () => {
  test.each(smollm2Reference().chat)(
    'SmolLM2 prompt of the reference (default system message, generation prompt)',
    async ({ messages, prompt }) => {
      const template = String(smollm2Metadata().get('tokenizer.chat_template'));
      expect(await renderChat(template, messages, options)).toBe(prompt);
    },
  );

  test('the variables of Hugging Face templates are there', async () => {
    const template =
      "{{ bos_token }}{% if tools is none and add_generation_prompt %}{{ messages[0]['content'] }}{% endif %}{{ eos_token }}{{ extra }}";
    expect(await renderChat(template, hello, { ...options, variables: { extra: '!' } })).toBe('<s>hi</s>!');
  });

  test('strftime_now gives English names whatever the locale', async () => {
    expect(await renderChat("{{ strftime_now('%d %B %Y, %A') }}", hello, options)).toMatch(
      /^\d\d [A-Z][a-z]+ \d{4}, [A-Z][a-z]+day$/,
    );
  });

  test('a template that refuses gives its own message', async () => {
    await expect(renderChat("{{ raise_exception('roles must alternate') }}", hello, options)).rejects.toMatchObject({
      code: 'invalid',
      message: 'The chat template refused this conversation: roles must alternate',
      data: { templateMessage: 'roles must alternate' },
    });
  });

  test('in a batch only the conversation at fault has an error', async () => {
    const template =
      "{% if messages[0]['role'] == 'tool' %}{{ raise_exception('no tools') }}{% endif %}{{ messages[0]['content'] }}";
    const conversations = Array.from({ length: 1203 }, (_, row) => [
      { role: row === 601 ? 'tool' : 'user', content: String(row) },
    ]);
    const rendered = await renderChats(template, conversations, options);
    expect(rendered).toHaveLength(1203);
    expect(rendered[1202]).toEqual({ text: '1202' });
    expect(rendered.flatMap((rendering, row) => ('error' in rendering ? [row] : []))).toEqual([601]);
  });

  test.each([
    ['a broken template', '{% if %}'],
    ['an endless range', '{% for i in range(1000000000) %}x{% endfor %}'],
    ['nesting too deep for the stack', `{{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}`],
  ])('%s is a clear error', async (_what, template) => {
    await expect(renderChat(template, hello, options)).rejects.toMatchObject({
      code: 'invalid',
      data: { field: 'chat_template' },
    });
  });

  test('a template that never ends is stopped, and the next one works', async () => {
    const endless = '{% for a in range(100000) %}{% for b in range(100000) %}{% set x = 1 %}{% endfor %}{% endfor %}';
    await renderChat('warm', hello, options);
    const both = renderChats(endless, [hello, hello], { ...options, timeoutMs: 200 });
    const after = renderChat('fine', hello, options);
    expect(await both).toMatchObject([
      { error: { message: expect.stringContaining('0.2 s') } },
      { error: { code: 'invalid' } },
    ]);
    expect(await after).toBe('fine');
  });

  test('a template that eats all memory does not take this process with it', async () => {
    const bomb =
      "{% set ns = namespace(s='x') %}{% for i in range(26) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s | replace('x', 'yyyyyyyyy') | length }}";
    await expect(renderChat(bomb, hello, { ...options, timeoutMs: 30_000 })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('memory'),
    });
    expect(await renderChat('still here', hello, options)).toBe('still here');
  });

  test('an output past the limit is an error, not a prompt', async () => {
    const long = "{% for a in range(1000) %}{{ messages[0]['content'] }}{% endfor %}";
    await expect(renderChat(long, hello, { ...options, maxOutputChars: 1000 })).rejects.toMatchObject({
      code: 'invalid',
    });
  });

  test('a process that rendered a template ends by itself', () => {
    const module = fileURLToPath(new URL('../../main/tokenizers/chatTemplate.ts', import.meta.url));
    const script = `const { renderChat } = await import(${JSON.stringify(module)}); console.log(await renderChat('done', [], { addGenerationPrompt: false }));`;
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 50_000,
    });
    expect(result).toMatchObject({ status: 0, stdout: 'done\n' });
  });
});
