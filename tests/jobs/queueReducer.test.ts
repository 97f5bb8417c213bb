import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { emptyQueue, maxInfrastructureFailures, nextRun, reduceQueue } from '../../main/jobs/queueReducer.ts';
import type { QueueEvent, QueueState } from '../../main/jobs/queueReducer.ts';

const runIds = ['a', 'b', 'c', 'd'];
const runId = fc.constantFrom(...runIds);
const at = fc.nat(1_000);
const event: fc.Arbitrary<QueueEvent> = fc.oneof(
  fc.record({ type: fc.constant('enqueued' as const), runId, at }),
  fc.record({ type: fc.constant('resumed' as const), runId, at }),
  fc.record({ type: fc.constant('stopWished' as const), runId, discard: fc.boolean() }),
  fc.record({ type: fc.constant('reordered' as const), runId, before: fc.option(runId) }),
  fc.record({ type: fc.constant('started' as const), runId }),
  fc.record({
    type: fc.constant('ended' as const),
    runId,
    outcome: fc.constantFrom('succeeded' as const, 'failed' as const, 'cancelled' as const, 'interrupted' as const),
    infrastructure: fc.boolean(),
  }),
  fc.record({ type: fc.constant('ownerLost' as const) }),
);

function after(...events: QueueEvent[]): QueueState {
  return events.reduce(reduceQueue, emptyQueue);
}

function orderOf(state: QueueState): string[] {
  const waiting = state.entries.filter((entry) => entry.state === 'queued');
  return waiting.toSorted((a, b) => a.rank - b.rank || (a.runId < b.runId ? -1 : 1)).map((entry) => entry.runId);
}

function stateOf(state: QueueState, id: string): string | undefined {
  return state.entries.find((entry) => entry.runId === id)?.state;
}

describe('reduceQueue', () => {
  it('keeps its promises under any sequence of events (two runs at once, a success undone, a wish on a run that waits)', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let state = emptyQueue;
        for (const one of events) {
          const next = reduceQueue(state, one);
          expect(next.entries.filter((entry) => entry.state === 'running').length).toBeLessThanOrEqual(1);
          expect(next.entries.every((entry) => !entry.stopWished || entry.state === 'running')).toBe(true);
          expect(new Set(next.entries.map((entry) => entry.runId)).size).toBe(next.entries.length);
          for (const before of state.entries) {
            const now = stateOf(next, before.runId);
            if (before.state === 'succeeded') expect(now).toBe('succeeded');
            if (now === 'running' && before.state !== 'running') expect(before.state).toBe('queued');
            if (now === 'queued' && before.state !== 'queued') expect(one.type).toBe('resumed');
          }
          const upNext = nextRun(next);
          if (upNext !== undefined)
            expect(stateOf(reduceQueue(next, { type: 'started', runId: upNext }), upNext)).toBe('running');
          state = next;
        }
      }),
    );
  });

  it('gives the same object for an event that is not allowed (a write to the database for nothing)', () => {
    const state = after({ type: 'enqueued', runId: 'a', at: 1 });
    expect(reduceQueue(state, { type: 'resumed', runId: 'a', at: 2 })).toBe(state);
    expect(reduceQueue(state, { type: 'ended', runId: 'a', outcome: 'failed', infrastructure: true })).toBe(state);
    expect(reduceQueue(state, { type: 'stopWished', runId: 'unknown' })).toBe(state);
    expect(reduceQueue(state, { type: 'ownerLost' })).toBe(state);
  });

  it('takes the one that waits longest, a resumed one from its new place', () => {
    const state = after(
      { type: 'enqueued', runId: 'a', at: 1 },
      { type: 'enqueued', runId: 'b', at: 2 },
      { type: 'stopWished', runId: 'a' },
      { type: 'resumed', runId: 'a', at: 3 },
    );
    expect(nextRun(state)).toBe('b');
    expect(nextRun(state, (id) => id === 'a')).toBe('a');
  });

  it('puts a waiting run anywhere among those that wait, and whatever comes later behind all of them', () => {
    fc.assert(
      fc.property(
        fc.array(at, { minLength: 4, maxLength: 4 }),
        fc.nat(3),
        fc.option(fc.nat(3)),
        (times, moved, place) => {
          const state = after(
            ...runIds.map((id, index): QueueEvent => ({ type: 'enqueued', runId: id, at: times[index] ?? 0 })),
          );
          const order = orderOf(state);
          const movedId = order[moved] ?? '';
          const before = place === null ? null : (order[place] ?? null);
          const next = reduceQueue(state, { type: 'reordered', runId: movedId, before });
          const others = order.filter((id) => id !== movedId);
          const index = before === null ? others.length : others.indexOf(before);
          const wanted = before === movedId ? order : others.toSpliced(index, 0, movedId);
          expect(orderOf(next)).toEqual(wanted);
          expect(orderOf(reduceQueue(next, { type: 'enqueued', runId: 'late', at: 0 })).at(-1)).toBe('late');
        },
      ),
    );
  });

  it('takes a second wish only when it is to discard (a run kept that a person threw away)', () => {
    const running = after(
      { type: 'enqueued', runId: 'a', at: 1 },
      { type: 'started', runId: 'a' },
      { type: 'stopWished', runId: 'a' },
    );
    expect(reduceQueue(running, { type: 'stopWished', runId: 'a' })).toBe(running);
    const discarded = reduceQueue(running, { type: 'stopWished', runId: 'a', discard: true });
    expect(discarded.entries[0]).toMatchObject({ stopWished: true, discardWished: true });
    const ended = reduceQueue(discarded, { type: 'ended', runId: 'a', outcome: 'cancelled', infrastructure: false });
    expect(ended.entries[0]).toMatchObject({ state: 'cancelled', discardWished: true });
    expect(reduceQueue(ended, { type: 'resumed', runId: 'a', at: 3 }).entries[0]).toMatchObject({
      discardWished: false,
    });
  });

  it('holds after three infrastructure failures in a row, until a person asks again', () => {
    let state = after(...runIds.map((id, index): QueueEvent => ({ type: 'enqueued', runId: id, at: index })));
    for (const id of runIds.slice(0, maxInfrastructureFailures)) {
      state = reduceQueue(state, { type: 'started', runId: id });
      state = reduceQueue(state, { type: 'ended', runId: id, outcome: 'interrupted', infrastructure: true });
    }
    expect(stateOf(state, 'd')).toBe('queued');
    expect(nextRun(state)).toBeUndefined();
    expect(nextRun(reduceQueue(state, { type: 'resumed', runId: 'a', at: 9 }))).toBe('d');
  });

  it('forgets failures when a run ends in another way (a hold after three failures in a year)', () => {
    let state = emptyQueue;
    for (const [id, infrastructure] of [
      ['a', true],
      ['b', true],
      ['c', false],
      ['d', true],
    ] as const) {
      state = {
        entries: [
          ...state.entries,
          { runId: id, state: 'running', stopWished: false, discardWished: false, queuedAt: 0, rank: 0 },
        ],
        infrastructureFailures: state.infrastructureFailures,
      };
      state = reduceQueue(state, { type: 'ended', runId: id, outcome: 'failed', infrastructure });
    }
    expect(state.infrastructureFailures).toBe(1);
  });
});
