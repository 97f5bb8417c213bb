import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import type { ChatTurn } from '../../../main/contract/entities.ts';
import type { ChatMessage } from '../../../main/contract/conversations.ts';
import { fitContext } from '../../../main/studio/chats/fitContext.ts';
import { sampleTurn } from '../../database/sampleRows.ts';

/** A token a character, and four a message for its frame. */
const count = async (messages: readonly ChatMessage[]): Promise<number> =>
  messages.reduce((sum, { content }) => sum + content.length + 4, 0);

function pathOf(lengths: readonly number[]): ChatTurn[] {
  const all = lengths.length % 2 === 1 ? lengths : lengths.slice(1);
  return all.map((length, index) =>
    sampleTurn({ id: `t${index}`, role: index % 2 === 0 ? 'user' : 'assistant', content: 'x'.repeat(length) }),
  );
}

const fit = (path: readonly ChatTurn[], systemPrompt = '') =>
  fitContext({ path, systemPrompt, contextLength: 400, answerTokens: 100, count });

describe('a conversation that is too long', () => {
  it('always fits afterwards, begins with a question, and keeps system prompt and last message', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.constantFrom('', 'Be brief.'), async (given, systemPrompt) => {
        const path = pathOf(given);
        fc.pre(path.length > 0);
        const { messages, omittedTurns } = await fit(path, systemPrompt);
        expect(await count(messages)).toBeLessThan(400);
        expect(messages.some(({ role }) => role === 'system')).toBe(systemPrompt !== '');
        expect(messages.find(({ role }) => role !== 'system')?.role).toBe('user');
        expect(messages.at(-1)?.content).toBe(path.at(-1)?.content);
        expect(messages.filter(({ role }) => role !== 'system')).toHaveLength(path.length - omittedTurns);
      }),
    );
  });

  it('is whole while there is room for the answer', async () => {
    expect(await fit(pathOf([100, 100, 80]))).toMatchObject({ omittedTurns: 0 });
    expect(await fit(pathOf([100, 100, 100]))).toMatchObject({ omittedTurns: 2 });
  });

  it('is cut at the same place for several turns (a cache that is worth nothing at each turn)', async () => {
    const cuts: number[] = [];
    for (let turns = 1; turns <= 61; turns += 2)
      cuts.push((await fit(pathOf(Array.from({ length: turns }, () => 10)))).omittedTurns);
    const moves = cuts.filter((cut, index) => index > 0 && cut !== cuts[index - 1]).length;
    expect(cuts.at(-1)).toBeGreaterThan(30);
    expect(moves).toBeLessThan(15);
  });

  it('takes a message that leaves little room for the answer, and refuses one that leaves none', async () => {
    expect(await fit(pathOf([100, 100, 390]))).toMatchObject({ omittedTurns: 2 });
    await expect(fit(pathOf([396]))).rejects.toMatchObject({
      code: 'invalid',
      data: { remedy: expect.stringContaining('Shorten') },
    });
    await expect(fit(pathOf([390]), 'Be brief.')).rejects.toMatchObject({ code: 'invalid' });
  });
});
