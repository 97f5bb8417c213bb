/** Every registered metric against `tests/fixtures/metrics/<id>.json`, each segment and the whole. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Segment } from '../../../main/evaluation/metrics/metric.ts';
import { textMetrics } from '../../../main/evaluation/metrics/registry.ts';

interface Golden {
  readonly cases: readonly {
    readonly name: string;
    readonly segments: readonly Segment[];
    readonly scores: readonly number[];
    /** Of metrics that are no mean of their segments. */
    readonly corpus?: number;
  }[];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

it.each(textMetrics.map((metric) => [metric.id, metric] as const))('%s gives its goldens', (id, metric) => {
  const file = new URL(`../../fixtures/metrics/${id}.json`, import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as Golden;
  expect(cases.length).toBeGreaterThan(0);
  for (const { name, segments, scores, corpus = mean(scores) } of cases) {
    const measured = metric.measure(segments);
    expect(measured.segments, name).toHaveLength(scores.length);
    for (const [place, score] of scores.entries()) expect(measured.segments[place], name).toBeCloseTo(score, 9);
    expect(measured.corpus, name).toBeCloseTo(corpus, 9);
  }
  expect(metric.measure([])).toEqual({ corpus: null, segments: [] });
});

it('no two metrics share an id or a signature, which tables compare values by', () => {
  for (const name of ['id', 'signature'] as const) {
    const all = textMetrics.map((metric) => metric[name]);
    expect(new Set(all).size).toBe(all.length);
  }
});
