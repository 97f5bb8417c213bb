import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { openDatabase } from '../../../main/database/openDatabase.ts';
import { SettingsRepository } from '../../../main/database/settings.ts';
import { TrainingForms } from '../../../main/studio/runs/TrainingForms.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

const draft = { method: 'lora', training: { learningRate: '1O' } };

describe('the training form of a project', () => {
  let settings: SettingsRepository;
  beforeEach(() => {
    settings = new SettingsRepository(openDatabase({ file: join(temporaryDir(), 'graft.db') }).database);
  });

  it('is its own, and what is kept leaves the rest', () => {
    const forms = new TrainingForms(settings);
    forms.keep('a', { draft });
    forms.keep('a', { last: { method: 'vera' } });
    expect(forms.get('a')).toEqual({ draft, last: { method: 'vera' } });
    expect(forms.get('b')).toEqual({ draft: null, last: null });
    forms.keep('a', { draft: null });
    expect(forms.get('a')).toEqual({ draft: null, last: { method: 'vera' } });
    forms.forget('a');
    expect(forms.get('a')).toEqual({ draft: null, last: null });
  });

  it('offers to its project what was last started before projects had forms', () => {
    settings.set('preference.lastTraining', { projectId: 'a', method: 'vblora' });
    const forms = new TrainingForms(settings);
    expect(forms.get('a').last).toEqual({ projectId: 'a', method: 'vblora' });
    expect(forms.get('b').last).toBeNull();
  });

  it('outlives a restart of the studio and goes with its project', async () => {
    const home = temporaryDir();
    const first = await openStudio({ home });
    const { id } = first.projects.create('Mine', null);
    first.trainingForms.keep(id, { draft });
    await first.close();
    const second = await openStudio({ home });
    expect(second.trainingForms.get(id).draft).toEqual(draft);
    second.projects.remove(id);
    expect(second.trainingForms.get(id).draft).toBeNull();
    await second.close();
  });
});
