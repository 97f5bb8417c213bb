/**
 * An explicit name that is taken. Catches a name that two things of the library share from then on, a run that trains
 * for hours under it, and a library of before whose older one answers for both.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Model } from '../../../main/contract/entities.ts';
import type { Studio } from '../../../main/contract/services.ts';
import type { TrainRequest } from '../../../main/contract/trainRequest.ts';

import { toApiError } from '../../../main/hosts/openaiServer/apiError.ts';
import { backendWorld } from '../../../main/studio/machine/backendChoice.ts';
import { makeEngineHost } from '../../../main/studio/machine/engines.ts';
import { Models } from '../../../main/studio/models/models.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { Serving } from '../../../main/studio/serving/Serving.ts';
import { enginesHere } from '../../support/enginesHere.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { graftErrorOf, graftErrorOfAsync } from '../../support/graftErrors.ts';
import { sampleModelDir, writeSampleVera } from '../../support/sampleVera.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

enginesHere();

let dir: string;
let studio: Studio;
let model: Model;

beforeEach(async () => {
  dir = temporaryDir();
  studio = await openStudio({ home: join(dir, 'home'), cacheDir: join(dir, 'cache') });
  model = await studio.models.import(sampleModelDir, { name: 'base' });
});
afterEach(async () => studio.close());

const taken = { code: 'conflict', data: { field: 'name', freeName: 'mine-2' } };

function writeRows(file: string, word: string): string {
  const path = join(dir, file);
  writeFileSync(
    path,
    Array.from({ length: 6 }, (_, i) => JSON.stringify({ prompt: `${word} ${i}?`, completion: 'Yes.' })).join('\n'),
  );
  return path;
}

it('refuses a model, a dataset and an adapter before anything is copied, and takes the same content again', async () => {
  studio.models.rename(model.id, 'mine');
  const error = await graftErrorOfAsync(async () =>
    studio.models.import(fixturePath('tiny_llama_base'), { name: 'mine' }),
  );
  expect(error).toMatchObject(taken);
  expect(error.data.remedy).toContain('"mine-2" is free');
  expect(readdirSync(join(dir, 'home', 'models'))).toEqual([model.id]);
  expect((await studio.models.import(sampleModelDir, { name: 'mine' })).id).toBe(model.id);

  const rows = writeRows('rows.jsonl', 'Who');
  const dataset = await studio.datasets.import(rows, { name: 'mine' });
  expect(
    await graftErrorOfAsync(async () => studio.datasets.import(writeRows('b.jsonl', 'Why'), { name: 'mine' })),
  ).toMatchObject(taken);
  expect(studio.datasets.list().map(({ id }) => id)).toEqual([dataset.id]);
  expect((await studio.datasets.import(rows, { name: 'mine' })).id).toBe(dataset.id);

  const folder = await writeSampleVera(dir, 'first', 1);
  const adapter = await studio.adapters.import(folder, { name: 'mine', model: model.id });
  const other = await writeSampleVera(dir, 'second', 2);
  expect(await graftErrorOfAsync(async () => studio.adapters.import(other, { name: 'mine' }))).toMatchObject(taken);
  expect(studio.adapters.list()).toHaveLength(1);
  expect((await studio.adapters.import(folder, { name: 'mine' })).id).toBe(adapter.id);
});

it('refuses a run whose name a run or an adapter has, in the plan already, and chooses one that both are free of', async () => {
  const dataset = await studio.datasets.import(writeRows('rows.jsonl', 'Who'));
  await studio.adapters.import(await writeSampleVera(dir, 'first', 1), { name: 'mine', model: model.id });
  const request: TrainRequest = {
    ...{ model: model.id, dataset: dataset.id, method: 'vera', methodOptions: {}, name: 'mine' },
    ...{ training: { steps: 1 }, backend: 'cpu' },
  };
  expect(await graftErrorOfAsync(async () => studio.runs.plan(request))).toMatchObject(taken);
  expect(await graftErrorOfAsync(async () => studio.runs.start(request))).toMatchObject(taken);
  expect(studio.runs.list()).toHaveLength(0);
  expect(studio.runs.freeName('mine')).toBe('mine-2');
  studio.runs.holdQueue();
  const first = await studio.runs.start({ ...request, name: 'mine-2' });
  const second = await studio.runs.start({ ...request, name: 'other' });
  expect(graftErrorOf(() => studio.runs.rename(second.id, 'mine-2'))).toMatchObject({
    code: 'conflict',
    data: { freeName: 'mine-2-2' },
  });
  expect(studio.runs.rename(first.id, 'mine-2').name).toBe('mine-2');
});

it('refuses another name for content that the library has, instead of leaving it aside in silence', async () => {
  const known = { code: 'conflict', data: { field: 'name', existing: { id: model.id, name: 'base' } } };
  const error = await graftErrorOfAsync(async () => studio.models.import(sampleModelDir, { name: 'other' }));
  expect(error).toMatchObject(known);
  expect(error.data.remedy).toContain(`model rename ${model.id}`);

  const rows = writeRows('rows.jsonl', 'Who');
  const dataset = await studio.datasets.import(rows, { name: 'rows' });
  const again = await graftErrorOfAsync(async () => studio.datasets.import(rows, { name: 'other' }));
  expect(again).toMatchObject({ code: 'conflict', data: { existing: { id: dataset.id, name: 'rows' } } });

  const folder = await writeSampleVera(dir, 'first', 1);
  const adapter = await studio.adapters.import(folder, { name: 'mine', model: model.id });
  const third = await graftErrorOfAsync(async () => studio.adapters.import(folder, { name: 'other' }));
  expect(third).toMatchObject({ code: 'conflict', data: { existing: { id: adapter.id, name: 'mine' } } });
  expect((await studio.adapters.importWithNotices(folder)).alreadyThere).toBe(true);
});

describe('a library of before with two of one name', () => {
  beforeEach(async () => {
    for (const seed of [1, 2])
      await studio.adapters.import(await writeSampleVera(dir, `twin-${seed}`, seed), {
        name: `twin-${seed}`,
        model: model.id,
      });
    const file = join(dir, 'home', 'graft.db');
    expect(existsSync(file)).toBe(true);
    const database = new Sqlite(file);
    database.prepare("UPDATE adapters SET name = 'twin'").run();
    database.close();
  });

  it('is refused by name in the library and lists the ids', () => {
    const ids = studio.adapters.list().map(({ id }) => id);
    const error = graftErrorOf(() => studio.adapters.get('twin'));
    expect(error.code).toBe('conflict');
    for (const id of ids) expect(error.message).toContain(id);
  });

  it('is served by ids alone: the name is refused, with or without that of the base', async () => {
    const { models, adapters } = studio;
    if (!(models instanceof Models)) throw new Error('the studio has other models');
    const setup = { host: makeEngineHost('chat'), models, adapters, datasets: { find: () => undefined } };
    const serving = new Serving({ ...setup, world: () => backendWorld(join(dir, 'cache')) });
    try {
      await serving.start({ model: model.id, adapters: 'all' });
      const ids = adapters.list().map(({ id }) => id);
      expect(serving.models().map(({ name }) => name)).toEqual(['base', ...ids]);
      for (const word of ['twin', 'base:twin']) {
        const error = graftErrorOf(() => serving.model(word));
        expect(error.code).toBe('conflict');
        for (const id of ids) expect(error.message).toContain(id);
        expect(toApiError(error)).toMatchObject({ status: 400, details: { param: 'model', code: 'ambiguous_model' } });
      }
      for (const id of ids) {
        expect(serving.model(id).adapterId).toBe(id);
        expect(serving.model(`base:${id}`).adapterId).toBe(id);
      }
    } finally {
      await serving.close();
    }
  });
});
