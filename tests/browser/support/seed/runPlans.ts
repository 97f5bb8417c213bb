/**
 * Which runs there were: some by name, for what the screens show of each state, and sweeps as people leave them behind.
 */
import type { ErrorJson } from '../../../../main/contract/errors.ts';
import type { RunState } from '../../../../main/contract/entities.ts';
import type { CurveShape } from './curves.ts';
import type { Topic } from './runSamples.ts';

export interface RunPlan {
  readonly name: string;
  readonly topic: Topic;
  readonly method: 'vera' | 'vblora' | 'lora';
  readonly options: Readonly<Record<string, unknown>>;
  readonly learningRate?: number;
  readonly steps: number;
  /** Where it ended, when not at its last step. */
  readonly until?: number;
  /** A queued one begins as soon as a studio opens the data folder. */
  readonly state: Exclude<RunState, 'running'>;
  readonly hoursAgo: number;
  readonly curve: Partial<CurveShape>;
  readonly error?: ErrorJson;
  readonly isTrashed?: boolean;
}

export const usualCurve: CurveShape = {
  firstLoss: 4.1,
  lastLoss: 1.15,
  noise: 0.34,
  stepMs: 190,
  tokensPerStep: 380,
  overfit: 0.1,
};

const crash: ErrorJson = {
  code: 'outOfMemory',
  message: 'The engine process was killed, as the system does when memory runs out (signal SIGKILL).',
  data: {
    remedy:
      'Use a smaller batch size or maximum length, turn recomputation on, or close other programs; then resume the run.',
    exitCode: null,
    signal: 'SIGKILL',
  },
};

const breakdown: ErrorJson = {
  code: 'nonFinite',
  message: 'Training broke down at step 214: the loss is NaN.',
  data: {
    step: 214,
    lastStep: 213,
    remedy: 'Start again with a lower learning rate; the last good checkpoint can be used as it is.',
  },
};

const named: readonly RunPlan[] = [
  {
    ...{ name: 'Pirate voice, final', topic: 'pirate', method: 'vera', options: { rank: 256 }, steps: 480 },
    ...{ state: 'succeeded', hoursAgo: 3, curve: { lastLoss: 1.04, overfit: 0.02 } },
  },
  {
    ...{ name: 'A night of steps', topic: 'support', method: 'vera', options: { rank: 256 }, steps: 100_000 },
    ...{ state: 'succeeded', hoursAgo: 30, curve: { lastLoss: 0.62, noise: 0.42, stepMs: 310, overfit: 0.24 } },
  },
  {
    ...{
      name: 'Support tone, long rows',
      topic: 'support',
      method: 'lora',
      options: { rank: 16 },
      steps: 600,
      until: 341,
    },
    ...{ state: 'failed', hoursAgo: 8, curve: { stepMs: 620 }, error: crash },
  },
  {
    ...{
      name: 'Support tone, too fast',
      topic: 'support',
      method: 'vblora',
      options: {},
      learningRate: 0.4,
      steps: 500,
      until: 213,
    },
    ...{ state: 'failed', hoursAgo: 26, curve: { firstLoss: 3.6, lastLoss: 3.9, noise: 0.9 }, error: breakdown },
  },
  {
    ...{ name: 'Plain facts, half way', topic: 'facts', method: 'vblora', options: {}, steps: 400, until: 220 },
    ...{ state: 'interrupted', hoursAgo: 11, curve: { lastLoss: 1.4 } },
  },
  {
    ...{ name: 'Nature diary', topic: 'facts', method: 'lora', options: { rank: 8 }, steps: 360, until: 150 },
    ...{ state: 'cancelled', hoursAgo: 50, curve: { lastLoss: 1.6 } },
  },
  {
    ...{ name: '日本語の返信', topic: 'support', method: 'vera', options: { rank: 128 }, steps: 420 },
    ...{ state: 'succeeded', hoursAgo: 18, curve: { lastLoss: 0.98 } },
  },
  {
    ...{ name: 'Pirate voice, first try', topic: 'pirate', method: 'lora', options: { rank: 2 }, steps: 60 },
    ...{ state: 'cancelled', hoursAgo: 700, curve: { lastLoss: 2.4 }, isTrashed: true },
  },
  {
    ...{
      name: 'A run with a name that somebody wrote out in full so that nobody could ever take it for another one of the same day',
    },
    ...{
      topic: 'support',
      method: 'vblora',
      options: { rank: 8 },
      steps: 240,
      state: 'succeeded',
      hoursAgo: 74,
      curve: { lastLoss: 1.22 },
    },
  },
];

/** They wait, and the first of them runs for as long as anybody looks: on wasm, which is there everywhere. */
export const queuedPlans: readonly RunPlan[] = [
  {
    ...{
      name: 'Pirate voice, tonight',
      topic: 'pirate',
      method: 'vera',
      options: { rank: 128 },
      learningRate: 0.02,
      steps: 5000,
    },
    ...{ state: 'queued', hoursAgo: 0.2, curve: {} },
  },
  {
    ...{ name: 'Support tone, rank 64', topic: 'support', method: 'vera', options: { rank: 64 }, steps: 400 },
    ...{ state: 'queued', hoursAgo: 0.15, curve: {} },
  },
  {
    ...{ name: 'Plain facts, once more', topic: 'facts', method: 'lora', options: { rank: 4 }, steps: 200 },
    ...{ state: 'queued', hoursAgo: 0.1, curve: {} },
  },
];

/** `count` more: sweeps over rank and learning rate, most of which ended well. */
function sweeps(count: number): RunPlan[] {
  const ranks = [64, 128, 256, 512] as const;
  const rates = [0.002, 0.004, 0.008] as const;
  const topics: readonly Topic[] = ['pirate', 'support', 'facts'];
  return Array.from({ length: count }, (_, index): RunPlan => {
    const [rank, rate, topic] = [
      ranks[index % 4] ?? 64,
      rates[index % 3] ?? 0.004,
      topics[Math.floor(index / 4) % 3] ?? 'facts',
    ];
    const isStopped = index % 9 === 5;
    return {
      ...{
        name: `${topic} r${rank} lr ${rate} #${index + 1}`,
        topic,
        method: 'vera',
        options: { rank },
        learningRate: rate,
        steps: 160 + 20 * (index % 7),
      },
      ...{ state: isStopped ? 'cancelled' : 'succeeded', hoursAgo: 90 + index * 17.3 },
      curve: {
        lastLoss: 1.9 - 0.13 * Math.log2(rank / 32) - 28 * (rate - 0.002),
        overfit: index % 4 === 3 ? 0.5 : 0.08,
      },
      ...(isStopped && { until: 90 }),
    };
  });
}

export function runPlans(count: number): readonly RunPlan[] {
  return [...named, ...sweeps(Math.max(0, count - named.length))];
}
