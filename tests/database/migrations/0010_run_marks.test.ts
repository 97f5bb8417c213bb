import { expect, it } from 'vitest';
import { engineTrainingWords } from '../../../main/contract/words/engineTraining.ts';
import { runMarks } from '../../../main/database/migrations/0010_run_marks.ts';
import { closeDatabase, openDatabase } from '../../../main/database/openDatabase.ts';
import { RunRepository } from '../../../main/database/runs.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { runDatabaseBefore } from '../databaseBefore.ts';
import { sampleRun } from '../sampleRows.ts';

it('0010_run_marks opens a database of before, whose runs have no marks and take some from then on', () => {
  const home = temporaryDir();
  const file = runDatabaseBefore(runMarks, home);

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
