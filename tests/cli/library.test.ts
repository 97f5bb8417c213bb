/**
 * What the command line does with what the library has: corrects, renames, trashes and brings back. Catches a command
 * that is not wired, and an import that leaves its --name or an equal model aside without a word.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatasetRepository } from '../../main/database/datasets.ts';
import { ModelRepository } from '../../main/database/models.ts';
import { closeDatabase, openDatabase } from '../../main/database/openDatabase.ts';
import { RunRepository } from '../../main/database/runs.ts';
import { sampleDataset, sampleModel, sampleRun } from '../database/sampleRows.ts';
import { enginesHere } from '../support/enginesHere.ts';
import { tinyLlamaDir } from '../support/tinyModel.ts';
import { inProcessCli } from './inProcess.ts';
import type { InProcessCli } from './inProcess.ts';

enginesHere();

const dir = mkdtempSync(join(tmpdir(), 'graft-test-'));
const home = join(dir, 'home');
let cli: InProcessCli;

beforeAll(() => {
  mkdirSync(home);
  const { database } = openDatabase({ file: join(home, 'graft.db') });
  database.prepare("INSERT INTO projects VALUES ('project1', 'My project', NULL, 1)").run();
  new ModelRepository(database, home).insert(sampleModel(home, { name: 'of a run' }));
  new DatasetRepository(database, home).insert(sampleDataset(home));
  new RunRepository(database, home).insert(sampleRun(home, { name: 'poems', state: 'succeeded' }));
  closeDatabase(database);
  cli = inProcessCli(home);
});
afterAll(async () => {
  await cli.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('models', () => {
  it('say that they are here already, and refuse another name for what is', async () => {
    expect(await cli.run('model', 'import', tinyLlamaDir, '--name', 'tiny')).toMatchObject({
      name: 'tiny',
      alreadyThere: false,
    });
    expect(await cli.run('model', 'import', tinyLlamaDir)).toMatchObject({ name: 'tiny', alreadyThere: true });
    await expect(cli.run('model', 'import', tinyLlamaDir, '--name', 'other')).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('are not converted for llama.cpp where that was declined, and its offer can be put away', async () => {
    const { state } = (await cli.run('model', 'prepare', 'tiny', '--decline')) as { readonly state: string };
    expect(['tensors', 'notInstalled']).toContain(state); // not `unprepared`
    expect(await cli.run('runtime', 'decline', 'llama.cpp')).toMatchObject({ declined: true });
    await expect(cli.run('runtime', 'decline', 'wasm')).rejects.toMatchObject({ code: 'usage' });
  });

  it('are corrected in place, put back, and renamed', async () => {
    const template = join(dir, 'chat_template.jinja');
    writeFileSync(template, '{{ messages[0].content }}');
    expect(await cli.run('model', 'correct', 'tiny', template)).toMatchObject({
      added: ['chat_template.jinja'],
      replaced: [],
    });
    expect(await cli.run('model', 'correct', 'tiny', '--undo')).toMatchObject({ removed: ['chat_template.jinja'] });
    await expect(cli.run('model', 'correct', 'tiny')).rejects.toMatchObject({ code: 'usage' });
    expect(await cli.run('model', 'rename', 'tiny', 'small')).toMatchObject({ name: 'small' });
    expect(await cli.run('model', 'show', 'small')).toMatchObject({ sharing: [] });
  });
});

it('renames, removes and restores a dataset', async () => {
  const file = join(dir, 'rows.jsonl');
  writeFileSync(file, '{"prompt": "a", "completion": "b"}\n');
  await cli.run('dataset', 'import', file);
  expect(await cli.run('dataset', 'import', file)).toMatchObject({ alreadyThere: true });
  expect(await cli.run('dataset', 'rename', 'rows', 'letters')).toMatchObject({ name: 'letters' });
  expect(await cli.run('dataset', 'remove', 'letters')).toMatchObject({ removed: true });
  await expect(cli.run('dataset', 'show', 'letters')).rejects.toMatchObject({ code: 'notFound' });
  expect(await cli.run('dataset', 'restore', 'letters')).toMatchObject({ name: 'letters' });
  expect(await cli.run('dataset', 'show', 'letters')).toMatchObject({ rows: 1 });
  await expect(cli.run('dataset', 'restore', 'letters')).rejects.toMatchObject({ code: 'notFound' });
});

it('renames, removes and restores a run', async () => {
  expect(await cli.run('run', 'rename', 'poems', 'sonnets')).toMatchObject({ name: 'sonnets' });
  expect(await cli.run('run', 'remove', 'sonnets')).toMatchObject({ removed: true });
  expect(await cli.run('run', 'list')).toEqual([]);
  expect(await cli.run('run', 'restore', 'sonnets')).toMatchObject({ name: 'sonnets' });
  expect(await cli.run('run', 'list')).toMatchObject([{ name: 'sonnets' }]);
  await expect(cli.run('run', 'restore', 'sonnets')).rejects.toMatchObject({ code: 'notFound' });
});
