/** What the form begins with, apart from its screen. */
import { expect, it } from 'vitest';
import { TrainForm } from '../../../renderer/screens/train/TrainForm.svelte.ts';
import { testWindow } from '../support/testWindow.ts';

const sources = { projectId: 'p', modelId: 'm1', datasetId: null, readRun: async () => Promise.reject(new Error()) };

it('takes the method that was chosen elsewhere into the draft, and keeps the rest of it', async () => {
  const { router } = testWindow().studio;
  const draft = { model: 'm1', method: 'lora', training: { seed: 7 }, methodOptions: { rank: 16 } };
  router.go('/train?choose=mos');
  const form = new TrainForm(router, () => undefined);
  await form.fill({ ...sources, kept: { draft, last: null } });
  expect(form.draft).toMatchObject({ model: 'm1', method: 'mos', training: { seed: 7 }, methodOptions: {} });
  expect(router.query.get('choose')).toBeNull();
  form.choose('lora');
  expect(form.draft.methodOptions).toEqual({ rank: 16 });
  form.leave();
});

it('leaves the draft alone where no such method is here', async () => {
  const { router } = testWindow().studio;
  router.go('/train?choose=constructor');
  const form = new TrainForm(router, () => undefined);
  await form.fill({ ...sources, kept: { draft: null, last: null } });
  expect(form.draft.method).toBe('vera');
  form.leave();
});
