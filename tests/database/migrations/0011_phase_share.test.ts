import { expect, it } from 'vitest';
import { phaseShare } from '../../../main/database/migrations/0011_phase_share.ts';
import { closeDatabase, openDatabase } from '../../../main/database/openDatabase.ts';
import { RunRepository } from '../../../main/database/runs.ts';
import { RunSummaries } from '../../../main/database/runSummaries.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { runDatabaseBefore } from '../databaseBefore.ts';

it('0011_phase_share opens a database of before; a share is heard of while its phase lasts, and goes with the run', () => {
  const home = temporaryDir();
  const file = runDatabaseBefore(phaseShare, home);

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
