import { expect, it } from 'vitest';
import { missSpec } from '../../../main/methods/miss/spec.ts';
import { resloraSpec } from '../../../main/methods/reslora/spec.ts';
import { ExportWorks, formsOf } from '../../../renderer/components/exports/ExportWork.svelte.ts';
import type { StudioWindow } from '../../../renderer/state/studio.ts';
import { sampleAdapter, sampleModel } from '../../database/sampleRows.ts';

it('keeps the export of each subject apart (the progress of one under the title of another)', () => {
  const works = new ExportWorks({} as StudioWindow);
  works.of('one').choose('peft');
  expect(works.of('two').to).toBe('');
  expect(works.of('one').to).toBe('peft');
});

it('offers what the options of an adapter leave, where they are known', () => {
  const offered = (options: object | null): readonly string[] => {
    const given = {
      adapter: sampleAdapter('', { method: 'miss' }),
      options: options && missSpec.options.parse(options),
    };
    return formsOf({ ...given, model: null }).flatMap(({ to, refusal }) => (refusal === 'needsBase' ? [to] : []));
  };
  expect(offered({ missForm: 'bat' })).toEqual(['merged', 'merged-gguf']);
  for (const options of [{}, null]) expect(offered(options)).toContain('lora');
});

it('says of a variant that is LoRA nearly that it is, and that it cannot be merged', () => {
  const formsWith = (options: object) => {
    const subject = { adapter: sampleAdapter('', { method: 'reslora' }), options: resloraSpec.options.parse(options) };
    const forms = formsOf({ ...subject, model: sampleModel('') }).map((form) => [form.to, form] as const);
    return Object.fromEntries(forms);
  };
  const [exact, near] = [formsWith({}), formsWith({ variant: 'is' })];
  expect([exact['lora'].caution, exact['merged'].refusal]).toEqual([undefined, undefined]);
  expect([near['lora'].refusal, near['gguf-lora'].refusal]).toEqual([undefined, undefined]);
  for (const to of ['lora', 'gguf-lora']) expect(near[to].caution).toMatchObject({ code: 'exports.nearLora' });
  for (const to of ['merged', 'merged-gguf'])
    expect(near[to].refusal).toMatchObject({ code: 'exports.notMergeable', parameters: { method: 'ResLoRA' } });
});
