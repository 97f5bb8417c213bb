import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { columnsOf, isHidden } from '../../../renderer/screens/chat/blind.ts';
import { excerptParts } from '../../../renderer/screens/chat/excerpt.ts';
import { answerFigures } from '../../../renderer/screens/chat/answerFigures.ts';
import { baseLane, freeScale, newLane, readLanes, writeLanes } from '../../../renderer/screens/chat/lanes.ts';
import { answer, vote } from './turns.ts';

const read = (query: string) => readLanes(new URLSearchParams(query));

describe('lanes in the address', () => {
  it('names none, one, or one against others', () => {
    expect(read('leaf=x')).toBeUndefined();
    expect(read('adapter=a1')).toEqual([{ adapterId: 'a1', scale: 1 }]);
    expect(read('adapter=base&compare=a1,a2:0.8')).toEqual([
      baseLane,
      { adapterId: 'a1', scale: 1 },
      { adapterId: 'a2', scale: 0.8 },
    ]);
    expect(read('adapter=a1&compare=a2&compare=a3')).toHaveLength(3);
  });

  it('takes four at most and nobody twice at the same scale', () => {
    expect(read('adapter=a&compare=b,c,d,e')).toHaveLength(4);
    expect(read('adapter=a&compare=a,a:0.5')).toHaveLength(2);
  });

  it('takes a scale that is none, or too great, for 1', () => {
    for (const scale of ['x', '-1', '99', 'NaN'])
      expect(read(`adapter=a:${scale}`)).toEqual([{ adapterId: 'a', scale: 1 }]);
  });

  it('gives an adapter a second lane at a scale of its own, and keeps two lanes two while one is moved', () => {
    const one = { adapterId: 'a', scale: 1 };
    expect(newLane([], 'a')).toEqual(one);
    const half = newLane([one], 'a');
    expect(half).toEqual({ adapterId: 'a', scale: 0.5 });
    expect(newLane([one, half], 'b').scale).toBe(1);
    expect(freeScale([one], half, 0.95)).toBe(0.95);
    expect(freeScale([one], { ...half, scale: 0.95 }, 1)).toBe(1.05);
    expect(freeScale([one], { ...half, scale: 1.05 }, 1)).toBe(0.95);
    expect(freeScale([{ adapterId: 'a', scale: 2 }], { ...half, scale: 1.95 }, 2)).toBe(1.95);
    expect(read('adapter=a&compare=a:0.5')).toEqual([one, half]);
  });

  it('reads what it wrote', () => {
    const lane = fc.record({
      adapterId: fc.stringMatching(/^[a-z0-9]{3,12}$/),
      scale: fc.integer({ min: 0, max: 40 }).map((steps) => steps / 20),
    });
    const lanes = fc.uniqueArray(fc.oneof(lane, fc.constant(baseLane)), {
      minLength: 1,
      maxLength: 4,
      selector: ({ adapterId }) => adapterId,
    });
    fc.assert(
      fc.property(lanes, (some) => {
        const { adapter, compare } = writeLanes(some);
        const query = new URLSearchParams({
          ...(adapter !== null && { adapter }),
          ...(compare !== null && { compare }),
        });
        expect(readLanes(new URLSearchParams(query.toString()))).toEqual(some);
      }),
    );
  });
});

describe('comparing blind', () => {
  const round = (id: string) => ({
    id,
    answers: [0, 1, 2].map((lane) => answer(`a${lane}`, 'u', { round: id, lane })),
    vote: null,
  });
  const order = (id: string) => columnsOf(round(id), true).map(({ lane }) => lane);

  it('shows everybody once, in an order that is the same after a reload', () => {
    expect([...order('r1')].sort()).toEqual([0, 1, 2]);
    expect(order('r1')).toEqual(order('r1'));
  });

  it('gives each lane each place about as often, also in rounds whose ids are neighbours', () => {
    const first = [0, 0, 0];
    for (let index = 0; index < 900; index++) {
      const lane = order(`1m80wna4jw${index.toString(36)}`)[0] ?? 0;
      first[lane] = (first[lane] ?? 0) + 1;
    }
    for (const count of first) expect(count).toBeGreaterThan(230);
  });

  it('hides names until the vote, then keeps the columns where they were', () => {
    expect(isHidden(round('r1'), true)).toBe(true);
    const voted = { ...round('r1'), vote: vote('r1', 'a1', true) };
    expect(isHidden(voted, true)).toBe(false);
    expect(columnsOf(voted, false).map(({ lane }) => lane)).toEqual(order('r1'));
  });

  it('leaves one answer alone and open comparisons in the order of their lanes', () => {
    expect(isHidden({ ...round('r1'), answers: round('r1').answers.slice(0, 1) }, true)).toBe(false);
    expect(columnsOf(round('r1'), false).map(({ lane }) => lane)).toEqual([0, 1, 2]);
  });
});

describe('an excerpt of the search', () => {
  it('marks the found words and nothing else', () => {
    expect(excerptParts('the \u0001sea\u0002 and the \u0001sea\u0002side')).toEqual([
      ...[
        { text: 'the ', isFound: false },
        { text: 'sea', isFound: true },
        { text: ' and the ', isFound: false },
      ],
      ...[
        { text: 'sea', isFound: true },
        { text: 'side', isFound: false },
      ],
    ]);
  });

  it('loses no character, wherever marks stand', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '\u0001', '\u0002', ' ', '海')), (characters) => {
        const text = characters.join('');
        const shown = excerptParts(text)
          .map((part) => part.text)
          .join('');
        expect(shown).toBe(text.replaceAll(/[\u0001\u0002]/g, ''));
      }),
    );
  });
});

describe('figures under an answer', () => {
  const words = {
    swappedIn: (time: string) => `swap ${time}`,
    speed: (rate: string) => `${rate} tok/s`,
    tokens: (n: number) => `${n} tokens`,
    stopped: 'Stopped',
  };

  it('gives the swap of an adapter, and none of the base', () => {
    const done = answer('a', 'u', { swapMs: 0.05, tokensPerSecond: 41.6, tokens: 80 });
    expect(answerFigures(done, 265_000, words)).toEqual(['265 KB', 'swap 0.05 ms', '42 tok/s', '80 tokens']);
    expect(answerFigures(done, null, words)).toEqual(['42 tok/s', '80 tokens']);
  });

  it('says that it was stopped, and no figure that is not known', () => {
    expect(answerFigures(answer('a', 'u', { state: 'stopped' }), null, words)).toEqual(['Stopped']);
  });
});
