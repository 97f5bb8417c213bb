import { createHash } from 'node:crypto';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { openai } from '../../main/datasets/formats/openai.ts';
import { renderExamples } from '../../main/datasets/render.ts';
import type { RenderedAnswers, TextExample } from '../../main/datasets/render.ts';
import { tokenisePieces } from '../../main/datasets/tokenise.ts';
import type { TokenRow } from '../../main/datasets/tokenise.ts';
import { chatPrompt } from '../../main/studio/models/prompts/chatPrompt.ts';
import { ggufTokenizerSource } from '../../main/tokenizers/ggufTokenizer.ts';
import type { Tokenizer } from '../../main/tokenizers/tokenizer.ts';
import { withoutMarks } from '../../main/tokenizers/shield.ts';
import { createTokenizer } from '../../main/tokenizers/tokenizerEngine.ts';
import { conversations } from '../support/conversations.ts';
import { templates } from '../support/templates.ts';
import { templateTokenizer } from '../support/templateTokenizer.ts';
import { smollm2Metadata } from '../tokenizers/smollm2.ts';

type Messages = readonly { readonly role: string; readonly content: string }[];

async function render(examples: readonly TextExample[], tokenizer: Tokenizer) {
  const { chatTemplate, bosToken, eosToken } = tokenizer;
  return renderExamples(examples, {
    chatTemplate,
    bosToken,
    eosToken,
    trainOn: 'answers',
    shield: (text) => tokenizer.shield(text),
  });
}

/** Positions of the trained tokens that follow one that is not. */
function trainedStarts({ trained }: TokenRow): number[] {
  return trained.flatMap((isTrained, at) => (isTrained && trained[at - 1] !== true ? [at] : []));
}

function trainedFrom({ ids, trained }: TokenRow, start: number): readonly number[] {
  const end = trained.indexOf(false, start);
  return ids.slice(start, end < 0 ? undefined : end);
}

/** Each answer stands behind the chat's own ids of its prompt, and nothing else is trained. */
async function expectPieces(
  messages: Messages,
  rendered: RenderedAnswers,
  tokenizer: Tokenizer,
): Promise<readonly TokenRow[]> {
  const pieces = tokenisePieces(rendered, tokenizer);
  const starts = pieces.flatMap((piece) => trainedStarts(piece).map((at) => ({ piece, at })));
  const answers = messages.flatMap(({ role }, index) => (role === 'assistant' ? [index] : []));
  expect(starts).toHaveLength(answers.length);
  const model = { hasChatTemplate: tokenizer.chatTemplate !== null };
  for (const [turn, index] of answers.entries()) {
    const ids = await chatPrompt({ model, tokenizer, messages: messages.slice(0, index), trainedOn: 'openai' });
    const { piece, at } = starts[turn] ?? { piece: { ids: [], trained: [] }, at: 0 };
    expect(piece.ids.slice(0, at)).toEqual(ids);
    const text = withoutMarks(rendered.answers[turn]?.text ?? '');
    expect([text, `${text}</s>`]).toContain(tokenizer.decode(trainedFrom(piece, at)));
  }
  return pieces;
}

const plain = conversations.filter(
  ({ messages, variables, tools }) =>
    variables === undefined &&
    tools === undefined &&
    messages.every((message) => Object.keys(message).length === 2 && typeof message.content === 'string'),
);

describe.each([true, false])(
  'an answer stands behind the ids that a chat shows before it (marks are tokens: %s)',
  (marks) => {
    it.each([...templates.keys()])('%s', async (name) => {
      const tokenizer = templateTokenizer(templates.get(name) ?? '', { marks });
      let usable = 0;
      for (const { messages } of plain) {
        const example = openai.parse({ messages });
        if ('reason' in example) continue;
        const [rendered] = await render([example as TextExample], tokenizer);
        if (rendered === undefined || !('answers' in rendered)) continue;
        usable++;
        await expectPieces(messages, rendered, tokenizer);
      }
      expect(usable).toBeGreaterThanOrEqual(12);
    });

    it('whatever the words', async () => {
      const words = fc.array(fc.constantFrom('a', 'b', ' ', '\n', '  ', '\n\n', ':', 'ab', '[/', 'é', '>\n', '<s>x'), {
        minLength: 1,
        maxLength: 5,
      });
      const said = words.map((parts) => parts.join('')).filter((text) => text.trim() !== '');
      const chats = fc.array(fc.tuple(said, said), { minLength: 1, maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(chats, fc.constantFrom(null, ...templates.values()), async (turns, template) => {
          const messages = turns.flatMap(([question, answer]) => [
            { role: 'user', content: question },
            { role: 'assistant', content: answer },
          ]);
          const tokenizer = templateTokenizer(template, { marks, addsBos: true });
          const example = openai.parse({ messages });
          const [rendered] = await render([example as TextExample], tokenizer);
          if (rendered === undefined || !('answers' in rendered)) throw new Error(JSON.stringify(rendered));
          await expectPieces(messages, rendered, tokenizer);
        }),
        { numRuns: 60 },
      );
    });
  },
);

function fail(): never {
  throw new Error('no tokenizer');
}

describe('pieces', () => {
  const exchange: Messages = [
    { role: 'system', content: 'S' },
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'b' },
    { role: 'user', content: 'c' },
    { role: 'assistant', content: 'd' },
  ];
  const count = async (name: string): Promise<number> => {
    const tokenizer = templateTokenizer(templates.get(name) ?? '');
    const [rendered] = await render([{ kind: 'chat', messages: exchange } as TextExample], tokenizer);
    return rendered === undefined || 'reason' in rendered ? 0 : tokenisePieces(rendered, tokenizer).length;
  };

  it.each([
    'headers-and-date',
    'role-renamed',
    'instructions-in-prose',
    'marked-generation',
    'thoughts-of-last-answer',
    'no-line-between',
  ])('%s stays one, since it shows earlier turns as they were', async (name) => expect(await count(name)).toBe(1));

  it.each([
    'channels',
    'system-in-last-question',
    'system-lost',
    'thoughts-of-last-turn',
    'opened-thoughts',
    'thoughts-dropped',
  ])('%s needs one for each answer', async (name) => expect(await count(name)).toBe(2));

  it('are those of the versions before, token for token, where a template is an ordinary one', async () => {
    const tokenizer = createTokenizer(ggufTokenizerSource(smollm2Metadata(), 'smollm2.gguf') ?? fail());
    const examples: TextExample[] = [
      { kind: 'chat', messages: exchange as Extract<TextExample, { kind: 'chat' }>['messages'] },
      { kind: 'completion', prompt: 'The capital of France is', completion: '\n\n  leading spaces' },
      { kind: 'text', text: 'def f(x):\n    return x**2  # comment' },
    ];
    const rows = (await render(examples, tokenizer)).flatMap((rendered) =>
      'reason' in rendered ? [] : tokenisePieces(rendered, tokenizer),
    );
    expect(rows).toHaveLength(3);
    const sha = createHash('sha256').update(JSON.stringify(rows.map(({ ids, trained }) => [ids, trained.map(Number)])));
    expect(sha.digest('hex').slice(0, 16)).toBe('df4c91974dc4043a');
  });

  it('train only the first of two ends', async () => {
    const tokenizer = templateTokenizer(templates.get('thoughts-dropped-two-ends') ?? '');
    const [rendered] = await render([{ kind: 'completion', prompt: 'a', completion: 'b' }], tokenizer);
    const [piece] = rendered === undefined || 'reason' in rendered ? [] : tokenisePieces(rendered, tokenizer);
    const shown = piece?.ids.map((id, at) =>
      piece.trained[at] ? `‹${tokenizer.tokenText(id)}›` : tokenizer.tokenText(id),
    );
    expect(shown?.join('')).toBe('<s><Ask>a<Answer>‹b›‹</s>›</s>');
  });
});

describe('plain text that was prepared elsewhere', () => {
  it.each([
    ['ab', '<s> a b </s>'],
    ['<s>ab</s>', '<s> a b </s>'],
    ['\n<s>ab</s>\n', '\n <s> a b </s> \n'],
    ['ab</s>', '<s> a b </s>'],
  ])('%j has one begin and one end', async (text, tokens) => {
    const tokenizer = templateTokenizer(null, { addsBos: true });
    const [rendered] = await render([{ kind: 'text', text }], tokenizer);
    const [piece] = rendered === undefined || 'reason' in rendered ? [] : tokenisePieces(rendered, tokenizer);
    expect(piece?.ids.map((id) => tokenizer.tokenText(id)).join(' ')).toBe(tokens.replace('a b', 'ab'));
  });
});
