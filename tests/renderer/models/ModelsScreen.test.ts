import { cleanup, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Task } from '../../../main/contract/tasks.ts';
import type { Model } from '../../../main/contract/entities.ts';
import { ModelActions } from '../../../renderer/screens/models/ModelActions.svelte.ts';
import ModelsScreen from '../../../renderer/screens/models/ModelsScreen.svelte';
import { type GivenCalls, pretendLayout, show, testWindow } from '../support/testWindow.ts';

beforeAll(pretendLayout);
afterEach(cleanup);

const shape = { layerCount: 5, hiddenSize: 256, maxPositions: 512 };
const sample = {
  ...{
    id: 'm1',
    name: 'sample',
    family: 'llama',
    parameters: 4e6,
    format: 'safetensors',
    sizeBytes: 8e6,
    licence: null,
    source: 'sample',
    shape,
  },
  ...{ hasTokenizer: true, hasChatTemplate: true, notices: [] },
};
const fit = {
  ...{ modelId: 'm1', chatBytes: 1e9, freeMemoryBytes: 4e9, totalMemoryBytes: 16e9 },
  thriftier: [{ precision: 'int8', chatBytes: 5e8, trainingBytes: 8e8 }],
  training: [{ method: 'vera', bytes: 30e9, adapterBytes: 5e5, maxLength: 512, batchSize: 4 }],
};
const starter = {
  id: 'smollm2',
  title: 'SmolLM2',
  description: '',
  downloadBytes: 92.9e6,
  licence: 'apache-2.0',
  modelId: null,
};

function open({
  models = [sample],
  trashed = [],
  ...calls
}: { readonly models?: readonly object[]; readonly trashed?: readonly object[] } & GivenCalls = {}) {
  const window = testWindow({
    models: {
      list: () => models,
      fit: () => fit,
      sources: () => [starter],
      listTrashed: () => trashed,
      remove: () => null,
      restore: () => sample,
      fetch: () => ({ taskId: 't' }),
      sharing: () => [],
    },
    adapters: {
      facets: () => ({ methods: [], tags: [], trashed: 0, models: [{ id: 'm1', name: 'sample', count: 3 }] }),
    },
    projects: { list: () => [{ id: 'p', name: 'Voice', modelId: 'm1', createdAt: 1 }] },
    ...calls,
  });
  window.studio.router.go('/models');
  show(window, ModelsScreen, {});
  return window;
}

describe('models', () => {
  it('says in words what fits here, for chat and for each method', async () => {
    open();
    const detail = await screen.findByRole('complementary', { name: 'sample' });
    expect(await within(detail).findByText('fits easily')).toBeTruthy();
    expect(within(detail).getByText(/^does not fit/)).toBeTruthy();
    expect(await screen.findByText('chat only')).toBeTruthy();
  });

  it('says beside the facts what a person should know of the model', async () => {
    open({ models: [{ ...sample, notices: [{ kind: 'ownHead' }] }] });
    const detail = await screen.findByRole('complementary', { name: 'sample' });
    expect(within(detail).getByText(/hold a head of their own, which differs: that one is used/)).toBeTruthy();
  });

  it('offers neither training nor an export of a model that llama.cpp alone reads, and says why', async () => {
    open({ models: [{ ...sample, format: 'gguf', notices: [{ kind: 'llamaCppOnly', types: ['IQ4_NL'] }] }] });
    const detail = await screen.findByRole('complementary', { name: 'sample' });
    expect(within(detail).getByText(/in IQ4_NL, which llama.cpp alone reads/)).toBeTruthy();
    expect(within(detail).queryByRole('link', { name: 'Train' })).toBeNull();
    expect(within(detail).queryByRole('button', { name: 'Export…' })).toBeNull();
    expect(within(detail).getByRole('link', { name: 'Chat' })).toBeTruthy();
  });

  it('says before a removal what refers to the model, and removes nothing when the person turns away', async () => {
    const { studio, inputsOf } = open();
    await screen.findByText('chat only');
    void new ModelActions(studio).remove(sample as unknown as Model);
    const question = await screen.findByRole('dialog', { name: 'Move sample to the trash?' });
    expect(within(question).getByText(/3 adapters and the project Voice refer to it/)).toBeTruthy();
    await userEvent.click(within(question).getByRole('button', { name: 'Cancel' }));
    expect(inputsOf('models.remove')).toEqual([]);
  });

  it('moves to the trash, and the message brings it back', async () => {
    const { studio, inputsOf } = open();
    await screen.findByText('chat only');
    void new ModelActions(studio).remove(sample as unknown as Model);
    const question = await screen.findByRole('dialog', { name: 'Move sample to the trash?' });
    await userEvent.click(within(question).getByRole('button', { name: 'Move to trash' }));
    await waitFor(() => expect(inputsOf('models.remove')).toEqual([{ id: 'm1' }]));
    const said = await waitFor(() => {
      const found = studio.toasts.toasts.find(({ text }) => text === 'sample is in the trash.');
      if (!found?.action) throw new Error('nothing to undo yet');
      return found.action;
    });
    expect(said.label).toBe('Undo');
    await said.run();
    expect(inputsOf('models.restore')).toEqual([{ id: 'm1' }]);
  });

  it('lists what is in the trash, and puts it back', async () => {
    const { studio, inputsOf } = open({ models: [], trashed: [sample] });
    expect(await screen.findByRole('link', { name: /Trash/ })).toBeTruthy();
    studio.router.go('/models?view=trash');
    await userEvent.click(await screen.findByRole('button', { name: 'Restore: sample' }));
    expect(inputsOf('models.restore')).toEqual([{ id: 'm1' }]);
  });

  it('shows a download with its progress and the way to cancel it, also one begun before a reload', async () => {
    const progress = { label: 'Fetching', done: 10e6, total: 92.9e6, unit: 'bytes' };
    const running = {
      id: 't',
      kind: 'fetchModel',
      subject: 'smollm2',
      state: 'running',
      progress,
      result: null,
      error: null,
    } as unknown as Task;
    const cancelled: unknown[] = [];
    const { studio } = open({
      tasks: { list: () => [running], watch: () => forever(running), cancel: (input: object) => cancelled.push(input) },
    });
    studio.refresh(['tasks']);
    expect(await screen.findByText('Fetching 10.0 MB / 92.9 MB')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Get: SmolLM2' })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(cancelled).toEqual([{ id: 't' }]);
  });

  it('asks the hub for nothing that is no id', async () => {
    const { inputsOf } = open();
    await userEvent.type(await screen.findByLabelText('Model id'), 'not an id{Enter}');
    expect(await screen.findByText(/An id looks like owner\/name/)).toBeTruthy();
    expect(inputsOf('models.fetch')).toEqual([]);
  });

  it('begins with the sample model where there is none', async () => {
    const { inputsOf } = open({
      models: [],
      tasks: {
        list: () => [],
        watch: () => forever({ id: 't', kind: 'fetchModel', subject: 'sample', state: 'running', progress: null }),
      },
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Use the sample model' }));
    await waitFor(() => expect(inputsOf('models.fetch')).toEqual([{ source: 'sample' }]));
  });
});

async function* forever(first: object): AsyncGenerator<object> {
  yield first;
  await new Promise(() => undefined);
}
