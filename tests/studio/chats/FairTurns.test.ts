import { describe, expect, it } from 'vitest';
import { FairTurns } from '../../../main/studio/chats/FairTurns.ts';

describe('fair turns', () => {
  it('does one thing at a time, each party in order, and nobody waits for more than one of every other', async () => {
    const turns = new FairTurns();
    const done: string[] = [];
    let running = 0;
    const work = (name: string) => async (): Promise<void> => {
      running += 1;
      expect(running).toBe(1);
      await Promise.resolve();
      running -= 1;
      done.push(name);
    };
    for (const name of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) turns.add(name.charAt(0), work(name));
    await turns.idle();
    expect(done).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
    expect(turns.busy).toBe(false);
  });

  it('takes what is added while it works, and leaves idle work for the end (a warm-up before an answer)', async () => {
    const turns = new FairTurns();
    const done: string[] = [];
    turns.addWhenIdle(async () => void done.push('replaced'));
    turns.add('a', async () => {
      done.push('a1');
      turns.add('a', async () => void done.push('a2'));
    });
    turns.addWhenIdle(async () => void done.push('idle'));
    await turns.idle();
    expect(done).toEqual(['a1', 'a2', 'idle']);
  });
});
