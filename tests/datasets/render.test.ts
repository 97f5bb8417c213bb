import { describe, expect, it } from 'vitest';
import { GraftError } from '../../main/contract/errors.ts';
import { renderExamples } from '../../main/datasets/render.ts';
import type { TextExample } from '../../main/datasets/render.ts';
import { tokeniseLabelled, tokenisePieces } from '../../main/datasets/tokenise.ts';
import { templates } from '../support/templates.ts';
import { chatml, wordTokenizer } from './wordTokenizer.ts';
import type { WordTokenizerOptions } from './wordTokenizer.ts';

interface Setting extends WordTokenizerOptions {
  readonly trainOn?: 'answers' | 'all';
}

/** Tokens of the one row, trained ones in brackets: `a[b][<|im_end|>]`; pieces stand on lines of their own. */
async function marked(example: TextExample, { trainOn = 'answers', ...options }: Setting = {}): Promise<string> {
  const tokenizer = wordTokenizer(options);
  const { chatTemplate, bosToken, eosToken } = tokenizer;
  const [rendered] = await renderExamples([example], { chatTemplate, bosToken, eosToken, trainOn });
  if (rendered === undefined || 'reason' in rendered) return `bad: ${rendered?.reason.text ?? 'none'}`;
  const pieces = tokenisePieces(rendered, tokenizer).map(({ ids, trained }) =>
    ids.map((id, index) => (trained[index] ? `[${tokenizer.tokenText(id)}]` : tokenizer.tokenText(id))).join(''),
  );
  return pieces.join(' ‖ ');
}

const chatOf = (...contents: string[]) =>
  contents.map((content, index) => ({ role: index % 2 === 0 ? ('user' as const) : ('assistant' as const), content }));
const chat = (...contents: string[]): TextExample => ({ kind: 'chat', messages: chatOf(...contents) });

const withSystem: TextExample = {
  kind: 'chat',
  messages: [
    { role: 'system', content: 'Be terse.' },
    { role: 'user', content: '2+2?' },
    { role: 'assistant', content: '4' },
  ],
};

describe('loss on answers', () => {
  it('trains each answer with its end-of-turn token and nothing else of a ChatML conversation', async () => {
    expect(await marked(chat('one two', 'three four', 'five', 'six'), { chatTemplate: chatml })).toBe(
      '<|im_start|>user\none two<|im_end|>\n<|im_start|>assistant\n[three][ four][<|im_end|>]\n' +
        '<|im_start|>user\nfive<|im_end|>\n<|im_start|>assistant\n[six][<|im_end|>]\n',
    );
  });

  it('is not misled by an answer that also stands in the question or in the end-of-turn token', async () => {
    expect(await marked(chat('e', 'e', 'im_end', 'im_end'), { chatTemplate: chatml })).toBe(
      '<|im_start|>user\ne<|im_end|>\n<|im_start|>assistant\n[e][<|im_end|>]\n<|im_start|>user\nim_end<|im_end|>\n<|im_start|>assistant\n[im_end][<|im_end|>]\n',
    );
  });

  it('does not train the system message', async () => {
    expect(await marked(withSystem, { chatTemplate: chatml })).toBe(
      '<|im_start|>system\nBe terse.<|im_end|>\n<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n[4][<|im_end|>]\n',
    );
  });

  it('cuts where a token would straddle prompt and answer, as the model is prompted with the first half alone', async () => {
    expect(await marked(chat('q', '\n\nlate'), { chatTemplate: chatml })).toBe(
      '<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n[\n\n][late][<|im_end|>]\n',
    );
  });

  it('renders a completion as a turn where the model has a template', async () => {
    expect(await marked({ kind: 'completion', prompt: 'q', completion: 'a' }, { chatTemplate: chatml })).toBe(
      '<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n[a][<|im_end|>]\n',
    );
  });

  it('joins prompt and completion as they stand where it has none, with begin and end of text', async () => {
    expect(await marked({ kind: 'completion', prompt: 'Q: q\nA:', completion: ' a' }, { bos: true })).toBe(
      '<|bos|>Q: q\nA:[ a][<|eos|>]',
    );
  });

  it('writes chats in the plain layout where the model has no template', async () => {
    expect(await marked(withSystem, { bos: true })).toBe(
      '<|bos|>Be terse.\n\nUser: 2+2?\nAssistant:[ 4<|eos|>]\n'.replace('[ 4<|eos|>]', '[ 4][<|eos|>]'),
    );
  });

  it('trains all of a plain text but its first token, which nothing predicts', async () => {
    expect(await marked({ kind: 'text', text: 'one two' })).toBe('one[ two][<|eos|>]');
    expect(await marked({ kind: 'text', text: 'one two' }, { bos: true, chatTemplate: chatml })).toBe(
      '<|bos|>[one][ two][<|eos|>]',
    );
  });
});

describe('loss on all', () => {
  it('trains every token but the first', async () => {
    expect(await marked(chat('q', 'a'), { chatTemplate: chatml, trainOn: 'all' })).toBe(
      '<|im_start|>[user][\n][q][<|im_end|>][\n][<|im_start|>][assistant][\n][a][<|im_end|>][\n]',
    );
    expect(await marked({ kind: 'completion', prompt: 'q', completion: ' a' }, { trainOn: 'all' })).toBe(
      'q[ a][<|eos|>]',
    );
  });
});

describe('loss on all of a conversation', () => {
  const rendered = async (messages: readonly object[], chatTemplate: string) => {
    const context = { chatTemplate, bosToken: null, eosToken: '<|eos|>', trainOn: 'all' as const };
    const [row] = await renderExamples([{ kind: 'chat', messages } as TextExample], context);
    return row;
  };
  const exchange = [...chatOf('q', 'a'), ...chatOf('r', 'b')];

  it('leaves out answers of weight 0', async () => {
    const messages = exchange.map((message, index) => (index === 1 ? { ...message, weight: 0 } : message));
    expect(await rendered(messages, chatml)).toMatchObject({
      segments: [
        { text: '<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n', trained: true },
        { text: 'a<|im_end|>', trained: false },
        { text: '\n<|im_start|>user\nr<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n', trained: true },
      ],
    });
  });

  it('says where the template leaves a part out', async () => {
    const thoughts = exchange.map((message) => ({ ...message, content: `<think>\nx\n</think>\n\n${message.content}` }));
    expect(await rendered(thoughts, templates.get('thoughts-of-last-turn') ?? '')).toHaveProperty('leavesOut', true);
    expect(await rendered(exchange, templates.get('thoughts-of-last-turn') ?? '')).not.toHaveProperty('leavesOut');
  });
});

describe('models without a template', () => {
  it('refuse what the plain layout has no place for, and say that it is the layout', async () => {
    const calling = {
      role: 'assistant' as const,
      content: 'a',
      tool_calls: [{ type: 'function', function: { name: 'f', arguments: {} } }],
    };
    expect(await marked({ kind: 'chat', messages: [{ role: 'user', content: 'q' }, calling] })).toMatch(
      /^bad: the plain layout \(the model has no chat template\) does not show the tool calls of message 2/,
    );
  });
});

describe('templates of other kinds', () => {
  it('ends the row with a trained end-of-text token where the template closes no turn', async () => {
    const chatTemplate =
      "{% for m in messages %}{{ m.role + ': ' + m.content + '\\n' }}{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}";
    expect(await marked(chat('q', 'a'), { chatTemplate })).toBe('user: q\nassistant:[ a][<|eos|>]');
  });

  it('leaves out what a template writes behind the last turn', async () => {
    const chatTemplate = `${chatml}{% if not add_generation_prompt %}<|eos|>{% endif %}`;
    expect(await marked(chat('q', 'a', 'r', 'b'), { chatTemplate })).toBe(
      '<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n[a][<|im_end|>]\n<|im_start|>user\nr<|im_end|>\n<|im_start|>assistant\n[b][<|im_end|>]\n<|eos|>',
    );
  });

  it('trains an answer that only the last turn shows with a block of thoughts behind its own prompt, in a piece of its own', async () => {
    const chatTemplate =
      "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' }}{% if m.role == 'assistant' and loop.last %}{{ '<think>\\n\\n</think>\\n\\n' }}{% endif %}" +
      "{{ m.content + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
    expect(await marked(chat('q', 'a', 'r', 'b'), { chatTemplate })).toBe(
      '<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n[<][think>][\n\n][<][/think>][\n\n][a][<|im_end|>]\n' +
        ' ‖ <|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\na<|im_end|>\n<|im_start|>user\nr<|im_end|>\n<|im_start|>assistant\n[<][think>][\n\n][<][/think>][\n\n][b][<|im_end|>]\n',
    );
  });

  it('closes at once a block that the generation prompt opens and an answer lacks', async () => {
    const chatTemplate =
      "{% for m in messages %}{{ '<|im_start|>' + m.role + '|' + m.content + '<|im_end|>' }}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant|<think>\n{% endif %}";
    expect(await marked(chat('q', '<b>', 'r', 'b'), { chatTemplate })).toBe(
      '<|im_start|>user|q<|im_end|><|im_start|>assistant|<think>\n[\n][<][/think>][\n\n][<][b>][<|im_end|>]' +
        ' ‖ <|im_start|>user|q<|im_end|><|im_start|>assistant|<b><|im_end|><|im_start|>user|r<|im_end|><|im_start|>assistant|<think>\n[\n][<][/think>][\n\n][b][<|im_end|>]',
    );
  });

  it('lists a row that the template refuses, with its words', async () => {
    const chatTemplate = `{% if messages[0].role == 'system' %}{{ raise_exception('no system here') }}{% endif %}${chatml}`;
    const context = { chatTemplate, bosToken: null, eosToken: null, trainOn: 'answers' as const };
    const [first, second] = await renderExamples([withSystem, chat('q', 'a')], context);
    expect(first).toMatchObject({ reason: { text: expect.stringContaining('no system here') } });
    expect(second).toHaveProperty('answers');
  });

  it('gives up on a template that runs for ever instead of waiting for every row', async () => {
    const chatTemplate = '{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}';
    const context = { chatTemplate, bosToken: null, eosToken: null, trainOn: 'all' as const };
    await expect(renderExamples([chat('q', 'a'), chat('q', 'a')], context)).rejects.toThrow(GraftError);
  }, 60_000);
});

describe('pre-tokenised rows', () => {
  it('keeps labels at their own position and never trains the first', () => {
    expect(tokeniseLabelled({ ids: [5, 6, 7], labels: [5, -100, 7] }).trained).toEqual([false, false, true]);
    expect(tokeniseLabelled({ ids: [5, 6] }).trained).toEqual([false, true]);
  });
});
