import { expect, it } from 'vitest';
import type { Adapter } from '../../../main/contract/entities.ts';
import { ExportWorks, formsOf } from '../../../renderer/components/exports/ExportWork.svelte.ts';
import type { StudioWindow } from '../../../renderer/state/studio.ts';

it('keeps the export of each subject apart (the progress of one under the title of another)', () => {
  const works = new ExportWorks({} as StudioWindow);
  works.of('one').choose('peft');
  expect(works.of('two').to).toBe('');
  expect(works.of('one').to).toBe('peft');
});

it('offers what the options of an adapter leave, where they are known', () => {
  const offered = (options: object | null): readonly string[] => {
    const configuration = options && { method: { id: 'miss', options } };
    const adapter = { id: 'a', name: 'a', method: 'miss', lineage: { configuration } as Adapter['lineage'] };
    return formsOf({ adapter, model: null }).flatMap(({ to, refusal }) => (refusal === 'needsBase' ? [to] : []));
  };
  expect(offered({ missForm: 'bat' })).toEqual(['merged', 'merged-gguf']);
  for (const options of [{}, null]) expect(offered(options)).toContain('lora');
});
