/** `method`: a default without its source, or a method missing from the list, would leave people guessing. */
import { expect, it } from 'vitest';
import { methodSpecs } from '../../main/methods/registry.ts';
import { trainingParts } from '../../main/training/registry.ts';
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

it('counts for a model what each method would train and store, and where that can go', async () => {
  const home = temporaryDir();
  await runCli(['model', 'fetch', 'sample'], { home });
  const args = ['method', 'list', '--model', 'sample', '--targets', 'all-linear'];
  const list = (await runCli([...args, '--json'], { home })).json() as readonly Readonly<Record<string, unknown>>[];
  const named = (id: string) => list.find((each) => each.id === id);
  expect(named('lora')).toMatchObject({ refusal: null, server: true, leanStoredBytes: null });
  expect(named('lora')?.storedBytes).toBe(4 * Number(named('lora')?.trainedParameters));
  expect(named('lora')?.exports).toContain('gguf-lora');
  expect(Number(named('loramini')?.leanStoredBytes)).toBeLessThan(Number(named('loramini')?.storedBytes));
  expect(named('bitfit')).toMatchObject({ trainedParameters: null, storedBytes: null });
  const { stdout } = await runCli([...args, '--markdown'], { home });
  expect(stdout.split('\n').slice(0, 2)).toEqual([
    '| method | trained | stored | exports | server | what it is |',
    '| --- | ---: | ---: | --- | --- | --- |',
  ]);
  expect(stdout).toContain('and this one has none');
});

it('refuses to count without a model', async () => {
  const { status, error } = await runCli(['method', 'list', '--targets', 'q_proj', '--json'], { home: temporaryDir() });
  expect([status, error().field]).toEqual([2, '--targets']);
});

it('says of every method and every part of training when to take it', async () => {
  const { stdout } = await runCli(['method', 'which'], { home: temporaryDir() });
  for (const { title, suits } of Object.values(methodSpecs))
    expect(stdout).toContain(`${title}: ${suits.text.en} (${suits.source.en})`);
  for (const { title, summary } of trainingParts) expect(stdout).toContain(`${title.en}: ${summary.en}`);
});
