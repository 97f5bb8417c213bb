import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { engineTrainingWords } from '../../../main/contract/words/engineTraining.ts';
import { DatasetRepository } from '../../../main/database/datasets.ts';
import { runMarks } from '../../../main/database/migrations/0010_run_marks.ts';
import { migrations } from '../../../main/database/migrations/registry.ts';
import { ModelRepository } from '../../../main/database/models.ts';
import { closeDatabase, openDatabase } from '../../../main/database/openDatabase.ts';
import { ProjectRepository } from '../../../main/database/projects.ts';
import { RunRepository } from '../../../main/database/runs.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { sampleDataset, sampleModel, sampleRun } from '../sampleRows.ts';

it('0010_run_marks opens a database of before, whose runs have no marks and take some from then on', () => {
  const home = temporaryDir();
  const file = join(home, 'graft.db');
  const before = new Sqlite(file);
  for (const { version, up } of migrations) if (version < runMarks.version) up(before);
  before.pragma(`user_version = ${runMarks.version - 1}`);
  new ModelRepository(before, home).insert(sampleModel(home));
  new DatasetRepository(before, home).insert(sampleDataset(home));
  new ProjectRepository(before).insert({ id: 'project1', name: 'Default', modelId: null, createdAt: 1 });
  new RunRepository(before, home).insert(sampleRun(home));
  before.close();

  const { database } = openDatabase({ file });
  try {
    const runs = new RunRepository(database, home);
    expect(runs.get('run1')).toEqual(sampleRun(home));
    expect(runs.records.marks('run1')).toEqual([]);
    const said = engineTrainingWords.afterStep({ step: 4, what: 'pruned' });
    runs.records.addMark('run1', { step: 4, part: 'beam', said });
    expect(runs.records.marks('run1')).toEqual([{ step: 4, message: said.text, reason: said }]);
  } finally {
    closeDatabase(database);
  }
});
