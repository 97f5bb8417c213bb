import { describe, expect, it } from 'vitest';
import { QuitGuard } from '../../electron/quitGuard.ts';

interface World {
  isTraining?: () => boolean;
  ask?: () => Promise<boolean>;
  close?: () => Promise<void>;
}

function guardIn({ isTraining = () => true, ask = async () => true, close = async () => undefined }: World) {
  const told: string[] = [];
  let held = 0;
  const guard = new QuitGuard({
    isTraining,
    ask: async () => {
      told.push('asked');
      return ask();
    },
    close: async () => {
      told.push('closing');
      await close();
      told.push('closed');
    },
    exit: () => told.push('exit'),
    onFailure: (error) => told.push(String(error)),
  });
  return { guard, told, event: { preventDefault: () => (held += 1) }, held: () => held };
}

describe('quitting', () => {
  it('without a run closes the studio before the process ends, unasked', async () => {
    const { guard, told, event, held } = guardIn({ isTraining: () => false });
    await guard.onQuit(event);
    expect([told, held()]).toEqual([['closing', 'closed', 'exit'], 1]);
  });

  it('asks while a run trains, and again the next time when the answer was no', async () => {
    const answers = [false, true];
    const { guard, told, event } = guardIn({ ask: async () => answers.shift() ?? true });
    await guard.onQuit(event);
    expect(told).toEqual(['asked']);
    await guard.onQuit(event);
    expect(told).toEqual(['asked', 'asked', 'closing', 'closed', 'exit']);
  });

  it('is held back and asks once, however often it is wished while it asks and while it saves (a run cut off by impatience)', async () => {
    const answer = Promise.withResolvers<boolean>();
    const saved = Promise.withResolvers<undefined>();
    const { guard, told, event, held } = guardIn({ ask: async () => answer.promise, close: async () => saved.promise });
    const wishes = [guard.onQuit(event), guard.onQuit(event)];
    answer.resolve(true);
    await wishes[1];
    await Promise.resolve();
    wishes.push(guard.onQuit(event));
    saved.resolve(undefined);
    await Promise.all(wishes);
    expect([told, held()]).toEqual([['asked', 'closing', 'closed', 'exit'], 3]);
  });

  it('does not wait for a person when the machine shuts down, also while it asks', async () => {
    const never = new Promise<boolean>(() => undefined);
    const { guard, told, event } = guardIn({ ask: async () => never });
    void guard.onQuit(event);
    await guard.onShutdown(event);
    expect(told).toEqual(['asked', 'closing', 'closed', 'exit']);
  });

  it('ends although the studio does not close, and says so (a process that stays for ever)', async () => {
    const fails = guardIn({ close: async () => Promise.reject(new Error('the disk came loose')) });
    await fails.guard.onShutdown();
    expect(fails.told).toEqual(['closing', 'Error: the disk came loose', 'exit']);
    const cannotAsk = guardIn({ ask: async () => Promise.reject(new Error('no dialog')) });
    await cannotAsk.guard.onQuit(cannotAsk.event);
    expect(cannotAsk.told).toEqual(['asked', 'Error: no dialog', 'closing', 'closed', 'exit']);
  });
});
