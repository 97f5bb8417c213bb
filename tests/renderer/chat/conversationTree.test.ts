import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import type { ChatTurn } from '../../../main/contract/entities.ts';
import { nextParent, shownExchanges } from '../../../renderer/screens/chat/conversationTree.ts';
import { answer, user, vote } from './turns.ts';

/** `u1>a1 u2>a2`: messages and their answers, from the first on. */
function read(turns: readonly ChatTurn[], leafId: string | null = null): string {
  const exchanges = shownExchanges(turns, [], leafId);
  return exchanges
    .map(({ user: { id }, round }) => `${id}>${round?.answers.map((one) => one.id).join('+') ?? ''}`)
    .join(' ');
}

const straight = [user('u1'), answer('a1', 'u1'), user('u2', 'a1'), answer('a2', 'u2')];
const edited = [...straight, user('u2b', 'a1'), answer('a2b', 'u2b'), user('u3', 'a2b'), answer('a3', 'u3')];
const compared = [
  ...[user('u1'), answer('x', 'u1', { round: 'r', lane: 0 }), answer('y', 'u1', { round: 'r', lane: 1 })],
  ...[user('u2', 'y'), answer('a2', 'u2'), user('u2b', 'x'), answer('a2b', 'u2b')],
];

describe('the branch that is shown', () => {
  it('reads from the first message down', () => {
    expect(read(straight)).toBe('u1>a1 u2>a2');
    expect(read([])).toBe('');
  });

  it('is the one last written in, where the address names none', () => {
    expect(read(edited)).toBe('u1>a1 u2b>a2b u3>a3');
    expect(read([...edited, answer('a2again', 'u2')])).toBe('u1>a1 u2>a2again');
  });

  it('goes through the message of the address and on to what was last written below it', () => {
    expect(read(edited, 'u2')).toBe('u1>a1 u2>a2');
    expect(read(edited, 'u2b')).toBe('u1>a1 u2b>a2b u3>a3');
    expect(read(edited, 'a1')).toBe('u1>a1 u2b>a2b u3>a3');
  });

  it('takes an address of a message that is gone for none', () => {
    expect(read(edited, 'gone')).toBe(read(edited));
  });

  it('goes on below any answer of a round, since those side by side are one step', () => {
    expect(read(compared)).toBe('u1>x+y u2b>a2b');
    expect(read(compared, 'u2')).toBe('u1>x+y u2>a2');
    expect(shownExchanges(compared, [], 'u2')[1]?.userVersions.map(({ id }) => id)).toEqual(['u2', 'u2b']);
  });

  it('keeps answers of a round by lane and rounds of a message apart', () => {
    const turns = [
      user('u'),
      answer('b', 'u', { round: 'r1', lane: 1 }),
      answer('a', 'u', { round: 'r1', lane: 0 }),
      answer('c', 'u', { round: 'r2' }),
    ];
    const [exchange] = shownExchanges(turns, [vote('r1', 'b')], 'a');
    expect(exchange?.rounds.map(({ id, answers }) => [id, answers.map((one) => one.id)])).toEqual([
      ['r1', ['a', 'b']],
      ['r2', ['c']],
    ]);
    expect(exchange?.round?.vote?.turnId).toBe('b');
    expect(read(turns)).toBe('u>c');
  });

  it('shows a message whose answers were lost, so that it can be answered again', () => {
    expect(read([user('u1')])).toBe('u1>');
  });

  it('ends for any tree and any leaf, and every message of it can be reached', () => {
    const trees = fc.array(fc.nat(), { minLength: 1, maxLength: 30 }).map((parents) => {
      const turns: ChatTurn[] = [];
      for (const [index, pick] of parents.entries()) {
        const above = turns[pick % (turns.length + 1)];
        const id = `t${index}`;
        turns.push(above?.role === 'user' ? answer(id, above.id) : user(id, above?.id ?? null));
      }
      return turns;
    });
    fc.assert(
      fc.property(trees, (turns) => {
        for (const { id } of turns) {
          const shown = shownExchanges(turns, [], id).flatMap(({ user: own, round }) => [
            own,
            ...(round?.answers ?? []),
          ]);
          expect(shown.map((one) => one.id)).toContain(id);
        }
      }),
    );
  });
});

describe('where the next message is written', () => {
  it('is below the last answer, or nothing in an empty chat', () => {
    expect(nextParent([])).toBeNull();
    expect(nextParent(shownExchanges(straight, [], null))).toBe('a2');
  });

  it('is below the preferred one of several', () => {
    const turns = compared.slice(0, 3);
    expect(nextParent(shownExchanges(turns, [], null))).toBe('x');
    expect(nextParent(shownExchanges(turns, [vote('r', 'y')], null))).toBe('y');
  });

  it('is not below an answer that failed before its first word, where another has words', () => {
    const turns = [
      user('u'),
      answer('x', 'u', { round: 'r', content: '', state: 'failed' }),
      answer('y', 'u', { round: 'r', lane: 1 }),
    ];
    expect(nextParent(shownExchanges(turns, [], null))).toBe('y');
  });
});
