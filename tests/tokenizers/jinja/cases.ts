/** Small templates with what jinja2 made of them (tests/fixtures/jinja_fixtures.py). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', 'fixtures', 'jinja');

/** A template with its text; null: Python refuses. */
export type Case = readonly [template: string, text: string | null];

export interface Topic {
  readonly name: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly cases: readonly Case[];
}

export const topics: readonly Topic[] = readdirSync(folder).map((file) => {
  const { context, cases } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Omit<Topic, 'name'>;
  return { name: file.replace('.json', ''), context: { ...context, big: 2n ** 70n }, cases };
});
