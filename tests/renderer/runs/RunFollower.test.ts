import { describe, expect, it } from 'vitest';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import type { RunDetails, RunNews } from '../../../main/contract/runHistory.ts';
import { RunFollower } from '../../../renderer/screens/runs/RunFollower.svelte.ts';
import { testWindow } from '../support/testWindow.ts';

const line = (sequence: number): { sequence: number; at: number; message: string } => ({
  sequence,
  at: sequence,
  message: `line ${sequence}`,
});
const run = { id: 'r', state: 'running' } as unknown as RunDetails;

describe('RunFollower', () => {
  it('goes on where a lost connection left off, without a line twice or missing', async () => {
    const asked: number[] = [];
    async function* watch({ afterLog }: { afterLog: number }): AsyncGenerator<RunNews> {
      asked.push(afterLog);
      yield { type: 'run', run };
      if (asked.length === 1) {
        yield { type: 'log', line: line(3) };
        throw new GraftError('network', verbatim('lost'));
      }
      yield { type: 'steps', lastStep: 40, loss: 1, tokensPerSecond: 2 };
      for (const sequence of [3, 4, 5]) yield { type: 'log', line: line(sequence) };
    }
    const { studio } = testWindow({ runs: { log: () => [line(1), line(2)], watch } });
    const seen: RunDetails[] = [];
    const follower = new RunFollower(studio.api, 'r', (news) => seen.push(news));
    await follower.follow(new AbortController().signal);
    expect(asked).toEqual([2, 3]);
    expect(follower.lines.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(follower.count).toBe(5);
    expect(seen).toHaveLength(2);
  });

  it('reads only new lines when a run is resumed', async () => {
    const asked: number[] = [];
    const { studio } = testWindow({
      runs: {
        log: ({ after }: { after: number }) => {
          asked.push(after);
          return after === 0 ? [line(1), line(2)] : [line(3)];
        },
        async *watch(): AsyncGenerator<RunNews> {
          yield { type: 'run', run };
        },
      },
    });
    const follower = new RunFollower(studio.api, 'r', () => undefined);
    await follower.follow(new AbortController().signal);
    await follower.follow(new AbortController().signal);
    expect(asked).toEqual([0, 2]);
    expect(follower.count).toBe(3);
  });
});
