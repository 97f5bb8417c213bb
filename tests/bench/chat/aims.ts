/** What the rounds come to, beside what was asked. */
import { median } from '../lastJsonOf.ts';

export interface LibraryFigures {
  readonly tokens_per_s: number;
  readonly first_ms: number;
}

export interface EngineFigures {
  readonly speeds: Readonly<Record<string, number>>;
  readonly firstMs: Readonly<Record<string, number>>;
  readonly firstUse: Readonly<Record<string, number>>;
  readonly swap_p95_ms: number;
  readonly cache_p95_ms: number;
  readonly long_after_swap_ms: number;
  readonly long_next_turn_ms: number;
}

export interface Round {
  readonly library: LibraryFigures;
  readonly engine: EngineFigures;
}

export interface Aim {
  readonly name: string;
  readonly figure: string;
  readonly asked: string;
  /** null: a figure without an aim. */
  readonly isMet: boolean | null;
}

const kinds = {
  greedy: 'greedy',
  warm: 'temperature 0.7, top-p 0.95',
  usual: '0.7, top-p 0.9, penalty 1.1',
};

/** Ratios within a round, then medians over the rounds. */
export function aimsOf(rounds: readonly Round[], firstWordMs: readonly number[]): readonly Aim[] {
  const of = (figure: (round: Round) => number): number => median(rounds.map(figure));
  const speed = (key: string, name: string, least: number | null): Aim => {
    const share = of(({ engine, library }) => engine.speeds[key] / library.tokens_per_s);
    const figure = `${share.toFixed(2)} × (${of(({ engine }) => engine.speeds[key]).toFixed(1)} tokens/s)`;
    return {
      name,
      figure,
      asked: least === null ? '–' : `≥ ${least} ×`,
      isMet: least === null ? null : share >= least,
    };
  };
  const speeds = (['base', 'lora', 'vera'] as const).flatMap((who) =>
    Object.entries(kinds).map(([kind, said]) => {
      const least = { base: null, lora: 0.8, vera: 0.5 }[who];
      return speed(`${who} ${kind}`, `${{ base: 'base', lora: 'LoRA r8', vera: 'VeRA r256' }[who]}, ${said}`, least);
    }),
  );
  const most = (name: string, value: number, limit: number | null, unit = 'ms'): Aim => ({
    name,
    figure: `${value.toFixed(unit === '×' ? 2 : 1)} ${unit}`,
    asked: limit === null ? '–' : `≤ ${limit} ${unit}`,
    isMet: limit === null ? null : value <= limit,
  });
  const first = (key: string): number => of(({ engine, library }) => engine.firstMs[key] / library.first_ms);
  const library = of((round) => round.library.tokens_per_s);
  return [
    { name: 'node-llama-cpp, base, greedy', figure: `${library.toFixed(1)} tokens/s`, asked: '–', isMet: null },
    ...speeds,
    most('first token of 512, base, against the library', first('base'), 1.1, '×'),
    most('the same with LoRA r8', first('lora0'), null, '×'),
    most('the same with VeRA r256', first('vera0'), null, '×'),
    most(
      'swap p95, resident',
      of(({ engine }) => engine.swap_p95_ms),
      1,
    ),
    most(
      'adapter from the cache, p95',
      of(({ engine }) => engine.cache_p95_ms),
      15,
    ),
    most(
      'first use in a fresh process, LoRA r8',
      of(({ engine }) => engine.firstUse.lora),
      1000,
    ),
    most(
      'first use after that, VeRA r256',
      of(({ engine }) => engine.firstUse.vera),
      1000,
    ),
    most('first word in a warm studio', median(firstWordMs), 500),
    most(
      'first token after a swap in 2,000 tokens',
      of(({ engine }) => engine.long_after_swap_ms),
      null,
    ),
    most(
      'next turn there without a swap',
      of(({ engine }) => engine.long_next_turn_ms),
      null,
    ),
  ];
}
