/** The pool's decisions against a recorded trace, and its promises under any sequence of requests. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AdapterPool, type PoolEvent } from '../../../main/studio/serving/AdapterPool.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { fc } from '../../support/properties.ts';

interface Trace {
  readonly sizes: Readonly<Record<string, number>>;
  readonly budget: number;
  readonly peak: number;
  readonly batches: readonly {
    readonly ids: readonly string[];
    readonly served: readonly string[];
    readonly resident_after: readonly string[];
    readonly bytes: number;
  }[];
  readonly events: readonly Readonly<Record<string, string | number>>[];
}

const trace = JSON.parse(readFileSync(fixturePath('procedures/slora_pool/trace.json'), 'utf8')) as Trace;

describe('replays the recorded trace', () => {
  const events: Record<string, string | number>[] = [];
  let at = 0;
  let largest = 0;
  const pool: AdapterPool = new AdapterPool({
    budgetBytes: trace.budget,
    onEvent: ({ kind, key }) => {
      events.push({ at, [kind]: key });
      largest = Math.max(largest, pool.usedBytes);
    },
  });

  it.each(trace.batches.map((batch, index) => ({ ...batch, index })))('batch $index', (batch) => {
    at = batch.index;
    const granted = [...new Set(batch.ids)].filter((id) => pool.take(id, trace.sizes[id]) !== undefined);
    const awaited = trace.batches.at(at + 1)?.ids ?? [];
    for (const id of awaited) if (!pool.prefetch(id, trace.sizes[id], new Set(awaited)).fits) break;
    expect(granted).toEqual(batch.served);
    expect(pool.keys.toSorted()).toEqual(batch.resident_after);
    expect(pool.usedBytes).toBe(batch.bytes);
    pool.release(granted);
  });

  it('with every hit, load, prefetch, eviction and wait in their order, never above the budget', () => {
    expect(events).toEqual(trace.events);
    expect(pool.peakBytes).toBe(trace.peak);
    expect(largest).toBeLessThanOrEqual(trace.budget);
  });
});

const keys = ['a', 'b', 'c', 'd', 'e'] as const;
const step = fc.oneof(
  fc.record({ what: fc.constant('take' as const), key: fc.constantFrom(...keys) }),
  fc.record({ what: fc.constant('release' as const), key: fc.constantFrom(...keys) }),
  fc.record({ what: fc.constant('prefetch' as const), key: fc.constantFrom(...keys) }),
);

it('never exceeds its budget, never sends away what an answer uses, and never counts one twice', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (steps, budgetBytes) => {
      const sizeOf = (key: string): number => 3 + 4 * keys.indexOf(key as (typeof keys)[number]);
      const there = new Set<string>();
      const pins = new Map<string, number>();
      const follow = ({ kind, key }: PoolEvent): void => {
        if (kind === 'evict') {
          expect(pins.get(key) ?? 0).toBe(0);
          expect(there.delete(key)).toBe(true);
        }
        if (kind === 'load' || kind === 'prefetch') {
          expect(there.has(key)).toBe(false);
          there.add(key);
        }
        expect(pool.usedBytes).toBe([...there].reduce((sum, each) => sum + sizeOf(each), 0));
        expect(pool.usedBytes).toBeLessThanOrEqual(budgetBytes);
      };
      const pool = new AdapterPool({ budgetBytes, onEvent: follow });
      for (const { what, key } of steps) {
        const used = pins.get(key) ?? 0;
        if (what === 'take' && pool.take(key, sizeOf(key)) !== undefined) pins.set(key, used + 1);
        if (what === 'prefetch') pool.prefetch(key, sizeOf(key), new Set([key]));
        if (what === 'release' && used > 0) {
          pool.release([key]);
          pins.set(key, used - 1);
        }
      }
    }),
  );
});
