import { describe, expect, it } from 'vitest';
import { defaultPreferences } from '../../../main/contract/preferences.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

describe('preferences', () => {
  it('survive the studio, one by one: a change of one leaves the others at their defaults', async () => {
    const home = temporaryDir();
    const studio = await openStudio({ home });
    expect(studio.preferences.get()).toEqual(defaultPreferences);
    studio.preferences.update({ theme: 'dark', blindCompare: true });
    await studio.close();
    const next = await openStudio({ home });
    expect(next.preferences.get()).toEqual({ ...defaultPreferences, theme: 'dark', blindCompare: true });
    await next.close();
  });
});
