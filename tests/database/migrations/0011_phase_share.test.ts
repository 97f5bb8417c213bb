import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { DatasetRepository } from '../../../main/database/datasets.ts';
import { phaseShare } from '../../../main/database/migrations/0011_phase_share.ts';
import { migrations } from '../../../main/database/migrations/registry.ts';
import { ModelRepository } from '../../../main/database/models.ts';
import { closeDatabase, openDatabase } from '../../../main/database/openDatabase.ts';
import { ProjectRepository } from '../../../main/database/projects.ts';
import { RunRepository } from '../../../main/database/runs.ts';
import { RunSummaries } from '../../../main/database/runSummaries.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { sampleDataset, sampleModel, sampleRun } from '../sampleRows.ts';

it('0011_phase_share opens a database of before; a share is heard of while its phase lasts, and goes with the run', () => {
  const home = temporaryDir();
  const file = join(home, 'graft.db');
  const before = new Sqlite(file);
  for (const { version, up } of migrations) if (version < phaseShare.version) up(before);
  before.pragma(`user_version = ${phaseShare.version - 1}`);
  new ModelRepository(before, home).insert(sampleModel(home));
  new DatasetRepository(before, home).insert(sampleDataset(home));
  new ProjectRepository(before).insert({ id: 'project1', name: 'Default', modelId: null, createdAt: 1 });
  new RunRepository(before, home).insert(sampleRun(home));
  before.close();

  const { database } = openDatabase({ file });
  try {
    const runs = new RunRepository(database, home);
    const summaries = new RunSummaries(database, runs.records);
    const pulse = () => summaries.pulse('run1');
    expect(pulse()?.phaseShare).toBeNull();
    runs.update('run1', { phase: 'decomposing', phaseShare: 0.25 });
    const quarter = pulse();
    expect(quarter).toMatchObject({ phase: 'decomposing', phaseShare: 0.25 });
    runs.update('run1', { phaseShare: 0.5 });
    expect(pulse()?.mark).not.toBe(quarter?.mark);
    runs.noteEnd('run1', 2);
    expect(pulse()).toMatchObject({ phase: null, phaseShare: null });
  } finally {
    closeDatabase(database);
  }
});
