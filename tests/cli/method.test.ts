/** `method`: a default without its source, or a method missing from the list, would leave people guessing. */
import { expect, it } from 'vitest';
import { methodSpecs } from '../../main/methods/registry.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { runCli } from './runCli.ts';

type Defaults = Readonly<
  Record<string, { readonly source?: string } | Readonly<Record<string, { readonly source: string }>>>
>;

it('lists every registered method with a source for each default', async () => {
  const { status, json } = await runCli(['method', 'list', '--json'], { home: temporaryDir() });
  expect(status).toBe(0);
  const list = json() as readonly {
    readonly id: string;
    readonly recommended: Defaults;
    readonly classification: Defaults | null;
  }[];
  expect(list.map(({ id }) => id)).toEqual(Object.keys(methodSpecs));
  const sources = list
    .flatMap(({ recommended, classification }) => [recommended, ...(classification === null ? [] : [classification])])
    .flatMap(({ learningRates, ...others }) => [
      ...Object.values(learningRates as Readonly<Record<string, { readonly source: string }>>),
      ...Object.values(others),
    ]);
  for (const { source } of sources) expect(source).toMatch(/\w/);
});

it('names the known methods when asked for another', async () => {
  const { status, error } = await runCli(['method', 'show', 'dora', '--json'], { home: temporaryDir() });
  expect(status).toBe(1);
  expect(error().message).toContain('vblora');
});

it('shows what it recommends for encoders too', async () => {
  const { status, stdout } = await runCli(['method', 'show', 'vera'], { home: temporaryDir() });
  expect(status).toBe(0);
  expect(stdout).toMatch(/for encoders.*\n.*learning rate \(default\).*\n.*learning rate \(head\)/);
});
