import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { ChatRepository } from '../../../main/database/chats.ts';
import { DatasetRepository } from '../../../main/database/datasets.ts';
import { ModelRepository } from '../../../main/database/models.ts';
import { openDatabase } from '../../../main/database/openDatabase.ts';
import { ProjectRepository } from '../../../main/database/projects.ts';
import { RunRepository } from '../../../main/database/runs.ts';
import { Projects } from '../../../main/studio/shared/projects.ts';
import { sampleChat, sampleDataset, sampleModel, sampleRun } from '../../database/sampleRows.ts';

const home = join('/', 'data');
let database: Database;
let projects: Projects;
let announced: string[];

beforeEach(() => {
  database = openDatabase({ file: ':memory:' }).database;
  const models = new ModelRepository(database, home);
  models.insert(sampleModel(home));
  announced = [];
  const changes = { announce: (...topics: string[]) => void announced.push(...topics) };
  projects = new Projects({ rows: new ProjectRepository(database), models, changes });
});

describe('projects', () => {
  it('change their name and model, each alone (a rename that forgets the model)', () => {
    const { id } = projects.create(' Frogs ', 'tiny');
    expect(projects.update(id, { name: ' Ponds ' })).toMatchObject({ name: 'Ponds', modelId: 'model1' });
    expect(projects.update(id, { modelId: null })).toMatchObject({ name: 'Ponds', modelId: null });
    expect(projects.update(id, {})).toEqual(projects.get(id));
    expect(announced).toContain('projects');
  });

  it('are renamed although their model is gone', () => {
    const { id } = projects.create('Frogs', 'tiny');
    new ModelRepository(database, home).setTrashed('model1', 5);
    expect(projects.update(id, { name: 'Ponds' })).toMatchObject({ name: 'Ponds', modelId: 'model1' });
  });

  it('refuse a name that is taken or empty and a model that is not there, and stay as they are', () => {
    const { id } = projects.create('Frogs', null);
    projects.create('Ponds', null);
    expect(() => projects.update(id, { name: 'Ponds' })).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(() => projects.update(id, { name: ' ' })).toThrow(expect.objectContaining({ code: 'invalid' }));
    expect(() => projects.update(id, { modelId: 'nowhere' })).toThrow(expect.objectContaining({ code: 'notFound' }));
    expect(projects.get(id)).toMatchObject({ name: 'Frogs', modelId: null });
  });

  it('go when they are empty, and say what is in them when they are not (runs without their project)', () => {
    const { id } = projects.create('Frogs', null);
    const chats = new ChatRepository(database);
    chats.insert(sampleChat({ projectId: id }));
    new DatasetRepository(database, home).insert(sampleDataset(home));
    new RunRepository(database, home).insert(sampleRun(home, { projectId: id }));
    const reason = { code: 'conflict', message: 'The project "Frogs" has 1 run and 1 chat.' };
    expect(() => projects.remove(id)).toThrow(expect.objectContaining(reason));
    database.exec('DELETE FROM runs');
    expect(() => projects.remove(id)).toThrow(expect.objectContaining({ message: 'The project "Frogs" has 1 chat.' }));
    chats.update('chat1', { trashedAt: 1 });
    projects.remove(id);
    expect(projects.list()).toEqual([]);
    expect(chats.get('chat1')).toMatchObject({ projectId: null, trashedAt: 1 });
  });
});
