import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import type { ChatTurn } from '../../../main/contract/entities.ts';
import { laneContext, messagesOf, pathTo } from '../../../main/studio/chats/conversationContext.ts';
import { sampleTurn } from '../../database/sampleRows.ts';

const answer = (id: string, parentId: string, lane: number, content = id): ChatTurn =>
  sampleTurn({ id, parentId, lane, content, role: 'assistant', round: `round of ${parentId}` });
const question = (id: string, parentId: string | null): ChatTurn => sampleTurn({ id, parentId, content: id });

/** Exchanges with `widths[n]` answers side by side, each question below the answer of lane `taken[n]`. */
function conversation(exchanges: readonly { readonly width: number; readonly taken: number }[]): ChatTurn[] {
  let parentId: string | null = null;
  const turns: ChatTurn[] = [];
  for (const [index, { width, taken }] of exchanges.entries()) {
    const asked = question(`q${index}`, parentId);
    const answers = Array.from({ length: width }, (_, lane) => answer(`a${index}.${lane}`, asked.id, lane));
    turns.push(asked, ...answers);
    parentId = answers[taken % width]?.id ?? null;
  }
  return [...turns, question('last', parentId)];
}

const exchanges = fc.array(fc.record({ width: fc.integer({ min: 1, max: 4 }), taken: fc.nat(3) }), { maxLength: 8 });

describe('the context of a lane', () => {
  it('has every question of the path and the lane’s own answer wherever it gave one', () => {
    fc.assert(
      fc.property(exchanges, fc.nat(3), fc.integer(), (shape, lane, seed) => {
        const turns = conversation(shape);
        const shuffled = turns.toSorted(
          (a, b) => Math.sin(seed + turns.indexOf(a)) - Math.sin(seed + turns.indexOf(b)),
        );
        const ids = laneContext(shuffled, 'last', lane).map(({ id }) => id);
        const expected = shape.flatMap(({ width, taken }, index) => [
          `q${index}`,
          `a${index}.${lane < width ? lane : taken % width}`,
        ]);
        expect(ids).toEqual([...expected, 'last']);
      }),
    );
  });

  it('alternates from the first message to the last, whatever failed (a template that refuses the conversation)', () => {
    fc.assert(
      fc.property(exchanges, fc.nat(3), fc.func(fc.boolean()), (shape, lane, failed) => {
        const turns = conversation(shape).map((turn) =>
          turn.role === 'assistant' && failed(turn.id) ? { ...turn, content: '' } : turn,
        );
        const messages = messagesOf(laneContext(turns, 'last', lane), 'Be brief.');
        expect(messages.map(({ role }) => role)).toEqual([
          'system',
          ...messages.slice(1).map((_, index) => (index % 2 === 0 ? 'user' : 'assistant')),
        ]);
        const said = messages
          .map(({ content }) => content)
          .join('\n\n')
          .split('\n\n');
        expect(said.filter((content) => content.startsWith('q'))).toEqual(shape.map((_, index) => `q${index}`));
        expect(said.at(-1)).toBe('last');
      }),
    );
  });

  it('takes the answer of the path where its own failed before the first word', () => {
    const turns = [question('q', null), answer('a0', 'q', 0), answer('a1', 'q', 1, ''), question('last', 'a0')];
    expect(laneContext(turns, 'last', 1).map(({ id }) => id)).toEqual(['q', 'a0', 'last']);
  });

  it('keeps to its own round (an answer that was asked for again)', () => {
    const again = { ...answer('b1', 'q', 1), round: 'another round' };
    const turns = [question('q', null), answer('a0', 'q', 0), again, question('last', 'a0')];
    expect(laneContext(turns, 'last', 1).map(({ id }) => id)).toEqual(['q', 'a0', 'last']);
  });

  it('is empty where there is nothing', () => {
    expect(pathTo([], 'nowhere')).toEqual([]);
    expect(messagesOf([], '  ')).toEqual([]);
  });
});
