import { describe, expect, it } from 'vitest';
import type { AdapterDetails } from '../../../main/contract/library.ts';
import { lineageOf } from '../../../renderer/screens/adapters/lineage.ts';
import { detailsOf, summary } from './library.ts';

const dataset = { id: 'd1', name: 'tickets', rows: 4210, removed: false } as unknown as NonNullable<
  AdapterDetails['dataset']
>;
const run = { id: 'r1', name: 'run 41' } as unknown as NonNullable<AdapterDetails['run']>;
const steps = (details: AdapterDetails): string[] =>
  lineageOf(details).map(({ kind, href, isRemoved }) => `${kind} ${href ?? '-'}${isRemoved ? ' gone' : ''}`);

describe('lineageOf', () => {
  it('leads from the dataset over the run to the adapter, each where it can be looked at', () => {
    expect(steps(detailsOf(summary(1), { dataset, run }))).toEqual(['dataset /datasets/d1', 'run /runs/r1', 'this -']);
  });

  it('marks what was removed instead of leaving it out, and does not link to it', () => {
    const gone = detailsOf(summary(1), { dataset: { ...dataset, removed: true }, run: null });
    expect(steps(gone)).toEqual(['dataset - gone', 'run - gone', 'this -']);
    expect(lineageOf(gone)[0]?.name).toBe('tickets');
  });

  it('says of an adapter that came from elsewhere that it did', () => {
    const details = detailsOf(summary(1));
    const lineage = { ...details.adapter.lineage, datasetId: null, runId: null, configuration: null };
    expect(steps({ ...details, adapter: { ...details.adapter, lineage } })).toEqual(['imported -', 'this -']);
  });

  it('shows the newest export of each kind once, however many there were', () => {
    const at = (id: string, to: string, createdAt: number) => ({ id, to, path: `/out/${id}`, parity: 0, createdAt });
    const details = detailsOf(summary(1), {
      dataset,
      run,
      exports: [at('a', 'lora', 5), at('b', 'peft', 6), at('c', 'lora', 9)],
    });
    const exported = lineageOf(details).filter((step) => step.kind === 'export');
    expect(exported.map(({ to, path, count }) => [to, path, count])).toEqual([
      ['lora', '/out/c', 2],
      ['peft', '/out/b', 1],
    ]);
  });
});
