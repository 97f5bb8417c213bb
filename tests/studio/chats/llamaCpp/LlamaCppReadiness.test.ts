/** What the doctor tells of bases that llama.cpp was checked with. */
import { expect, it } from 'vitest';
import { GraftError } from '../../../../main/contract/errors.ts';
import type { Model } from '../../../../main/contract/entities.ts';
import { verbatim } from '../../../../main/contract/words/words.ts';
import { LlamaCppReadiness } from '../../../../main/studio/chats/llamaCpp/LlamaCppReadiness.ts';

it('tells of the others where the files of one base are gone (a doctor that examines nothing)', async () => {
  const models = ['gone', 'unchecked', 'checked'].map((id) => ({ id, name: id }) as Model);
  const report = async ({ id }: Model) => {
    if (id === 'gone') throw new GraftError('notFound', verbatim('no weights'));
    return { checks: id === 'checked' ? { base: {} } : {} };
  };
  const list = { get: () => models[0], list: () => models };
  const setup = { use: { report }, models: list, adapters: list } as unknown as ConstructorParameters<
    typeof LlamaCppReadiness
  >[0];
  expect((await new LlamaCppReadiness(setup).checked()).map(({ modelId }) => modelId)).toEqual(['checked']);
});
