import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BrowserHost } from '../../main/hosts/browserHost/BrowserHost.ts';
import type { Task } from '../../main/contract/tasks.ts';
import { chosenProgress, withSource } from '../../main/hosts/withSource.ts';
import { GraftError } from '../../main/contract/errors.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { type Client, ask, openWindow, originOf, startHost, wireErrorOf } from './browserHost/hostFixture.ts';
import { englishOf, verbatim } from '../../main/contract/words/words.ts';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

async function endOf(client: Client, ticket: Promise<{ readonly taskId: string }>): Promise<Task> {
  const { taskId } = await ticket;
  let last: Task | undefined;
  for await (const task of await client.tasks.watch({ id: taskId })) last = task;
  if (last === undefined) throw new Error('no end');
  return last;
}

/** A window, and the file as it was handed over in it. */
async function handOver(host: BrowserHost, content: Buffer | string, name: string) {
  const { client, cookie } = await openWindow(host);
  const headers = { cookie, origin: originOf(host) };
  const { uploadId } = JSON.parse((await ask(host.port, { method: 'POST', path: '/uploads', headers })).text) as {
    uploadId: string;
  };
  await ask(host.port, { method: 'PUT', path: `/uploads/${uploadId}/${name}`, headers, body: content });
  return { client, from: { uploadId } };
}

/** An error that says where uploads lie tells a person nothing, and every error of an upload did. */
describe('what is said of an upload', () => {
  it('names the file that was chosen, whatever it was chosen for', async () => {
    const { client, from } = await handOver(await startHost(temporaryDir()), png, 'photo.csv');
    const preview = await client.datasets.preview({ from });
    const table = await endOf(client, client.datasets.import({ from }));
    const model = await endOf(client, client.models.import({ from }));
    const adapter = await endOf(client, client.adapters.import({ from }));
    const archive = await endOf(client, client.adapters.unarchive({ from }));
    const backup = await wireErrorOf(client.disk.restore({ from }));
    const drop = await wireErrorOf(client.app.recognise({ from }));
    expect(table.error).toMatchObject({
      message: 'photo.csv is a PNG picture, not a table.',
      data: { file: 'photo.csv' },
    });
    expect(model.error?.message).toBe('photo.csv is a PNG picture, not a model.');
    expect(adapter.error?.message).toBe('photo.csv is a PNG picture, not an adapter.');
    expect(archive.error?.reason?.parameters['file']).toBe('photo.csv');
    expect(backup.message).toBe('photo.csv is a PNG picture, not a backup of Graft.');
    expect(drop.message).toBe('photo.csv is a PNG picture, which Graft cannot take.');
    for (const said of [preview, table, model, adapter, archive, backup.toJSON(), drop.toJSON()])
      expect(JSON.stringify(said)).not.toMatch(/transfers|uploads/);
  });

  it('is the name in what is kept of it too', async () => {
    const { client, from } = await handOver(
      await startHost(temporaryDir()),
      '{"prompt":"a","completion":"b"}\n',
      'my%20rows.jsonl',
    );
    expect((await endOf(client, client.datasets.import({ from }))).result).toMatchObject({
      source: 'my rows.jsonl',
      name: 'my rows',
    });
  });
});

it('a backup that was handed over takes the place of what is there, and is not kept', async () => {
  const dir = temporaryDir();
  const host = await startHost(dir);
  const { client } = await openWindow(host);
  await client.projects.create({ name: 'Kept', modelId: null });
  const file = join(dir, 'backup.tar');
  expect((await endOf(client, client.disk.backup({ target: { path: file } }))).state).toBe('succeeded');
  await client.projects.create({ name: 'Made later', modelId: null });

  const handed = await handOver(host, readFileSync(file), 'backup.tar');
  await handed.client.disk.restore({ from: handed.from });
  const after = await openWindow(host);
  expect((await after.client.projects.list()).map(({ name }) => name)).toEqual(['Kept']);
  expect((await wireErrorOf(after.client.disk.restore({ from: handed.from }))).code).toBe('notFound');
});

describe('withSource', () => {
  const files = {
    pathOf: () => '/there/x/a.csv',
    asChosen: <Told>(_: unknown, told: Told): Told =>
      JSON.parse(JSON.stringify(told).replaceAll('/there/x/', '')) as Told,
  };
  const from = { uploadId: 'x' };

  it('leaves code, fields and cause of an error, and puts the name into every text of it', async () => {
    const cause = new Error('deep');
    const problems = [{ field: 'a', message: '/there/x/a.csv is odd' }];
    const thrown = new GraftError(
      'invalid',
      verbatim('/there/x/a.csv: no'),
      { file: '/there/x/a.csv', line: 3, problems },
      cause,
    );
    const error = await graftErrorOfAsync(async () => withSource(files, from, async () => Promise.reject(thrown)));
    expect(error).toMatchObject({ code: 'invalid', message: 'a.csv: no', cause, data: { file: 'a.csv', line: 3 } });
    expect(error.data.problems?.[0]?.message).toBe('a.csv is odd');
  });

  it('names the file in progress as well', () => {
    const seen: string[] = [];
    const options = chosenProgress(files, from, {
      signal: new AbortController().signal,
      onProgress: ({ label }) => seen.push(englishOf(label)),
    });
    options.onProgress({ label: 'Reading /there/x/a.csv', done: 0, total: null, unit: 'bytes' });
    expect(seen).toEqual(['Reading a.csv']);
  });
});
