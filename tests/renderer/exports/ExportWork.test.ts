import { expect, it } from 'vitest';
import { ExportWorks } from '../../../renderer/components/exports/ExportWork.svelte.ts';
import type { StudioWindow } from '../../../renderer/state/studio.ts';

it('keeps the export of each subject apart (the progress of one under the title of another)', () => {
  const works = new ExportWorks({} as StudioWindow);
  works.of('one').choose('peft');
  expect(works.of('two').to).toBe('');
  expect(works.of('one').to).toBe('peft');
});
