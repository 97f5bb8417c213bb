/** `method`: a default without its source, or a method missing from the list, would leave people guessing. */
import { expect, it } from 'vitest';
import { methodSpecs } from '../../main/contract/methods/registry.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { runCli } from './runCli.ts';

it('lists every registered method with a source for each default', async () => {
  const { status, json } = await runCli(['method', 'list', '--json'], { home: temporaryDir() });
  expect(status).toBe(0);
  const list = json() as { id: string; recommended: Record<string, { source?: string } | Record<string, { source: string }>> }[];
  expect(list.map(({ id }) => id)).toEqual(Object.keys(methodSpecs));
  const sources = list.flatMap(({ recommended: { learningRates, ...others } }) => [
    ...Object.values(learningRates as Record<string, { source: string }>),
    ...Object.values(others),
  ]);
  for (const { source } of sources) expect(source).toMatch(/\w/);
});

it('names the known methods when asked for another', async () => {
  const { status, error } = await runCli(['method', 'show', 'dora', '--json'], { home: temporaryDir() });
  expect(status).toBe(1);
  expect(error().message).toContain('vblora');
});
