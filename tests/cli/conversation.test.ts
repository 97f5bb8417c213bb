/**
 * The conversation of `chat`, with a chat service that notes what it is asked: who answers, at what scale, and with how
 * much of what was said.
 */
import { expect, it } from 'vitest';
import type { ChatAnswer, ChatRequest } from '../../main/contract/conversations.ts';
import type { Studio } from '../../main/contract/services.ts';
import { Conversation } from '../../main/cli/conversation.ts';
import type { ChatAdapter } from '../../main/cli/chatAdapters.ts';
import { Interrupt } from '../../main/cli/interrupt.ts';
import { CommandSession } from '../../main/cli/session.ts';
import { Terminal } from '../../main/cli/terminal.ts';
import { fitContext } from '../../main/studio/chats/fitContext.ts';
import { memorySurroundings } from './memorySurroundings.ts';

const sampling = { maxTokens: 20, temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0 };
/** In characters, as the stand-in counts. */
const contextLength = 100;
const poems: ChatAdapter = { id: 'a1', name: 'poems', scale: 1 };

async function converse(lines: readonly string[], adapters: readonly (ChatAdapter | null)[] = []) {
  const asked: ChatRequest[] = [];
  const surroundings = memorySurroundings({ env: {}, stdin: lines.map((line) => `${line}\n`).join('') });
  const terminal = new Terminal({ json: false, surroundings });
  const interrupt = new Interrupt(terminal, surroundings);
  const session = new CommandSession(terminal, interrupt, surroundings);
  const count = async (messages: ChatRequest['messages']): Promise<number> =>
    messages.reduce((sum, { content }) => sum + content.length, 0);
  const chats = {
    open: async () => ({ device: 'none', loadMs: 0, why: 'a test' }),
    fit: async ({ messages, maxTokens }: ChatRequest) =>
      fitContext({
        path: messages as Parameters<typeof fitContext>[0]['path'],
        systemPrompt: '',
        contextLength,
        answerTokens: maxTokens,
        count,
      }),
    send: async (request: ChatRequest) => {
      asked.push(request);
      return { text: 'answer', tokensPerSecond: 1, swapMs: 0, reusedTokens: 0, promptTokens: 1 } as ChatAnswer;
    },
  };
  const library = { get: (name: string) => ({ id: name === 'poems' ? 'a1' : 'a2', name }) };
  const studio = { chats, adapters: library } as unknown as Studio;
  await new Conversation({ session, studio, model: 'm', adapters, system: undefined, sampling, backend: {} }).run();
  interrupt.dispose();
  return { asked, told: surroundings.written.stderr };
}

const who = ({ adapter }: ChatRequest): string => (adapter === null ? 'base' : `${adapter.idOrName}:${adapter.scale}`);

it('lets one adapter answer at two scales, each under its own, and changes the scale of one alone', async () => {
  const half = { ...poems, scale: 0.5 };
  const { asked } = await converse(
    ['/compare hi', '/use poems:0.5', '/scale 0.25', '/compare hi', 'go on'],
    [poems, half],
  );
  expect(asked.map(who)).toEqual(['base', 'a1:1', 'a1:0.5', 'base', 'a1:1', 'a1:0.25', 'a1:0.25']);
});

it('keeps an adapter that is asked for twice at one scale once', async () => {
  const { asked } = await converse(['/use poems', '/use poems:2', '/scale 1', '/compare hi'], [poems, poems]);
  expect(asked.map(who)).toEqual(['base', 'a1:1']);
});

it('leaves out the oldest exchanges and says so (a conversation that ended in an error)', async () => {
  const lines = Array.from({ length: 6 }, (_, index) => `${index} ${'x'.repeat(18)}`);
  const { asked, told } = await converse(lines);
  expect(asked).toHaveLength(6);
  const { messages } = asked[5] ?? { messages: [] };
  expect(messages.at(-1)?.content).toBe(lines[5]);
  expect(messages[0]?.role).toBe('user');
  expect(messages.length).toBeLessThan(11);
  expect(told).toMatch(/its \d+ oldest messages are left out/);
  expect(told).not.toContain('too long');
});
