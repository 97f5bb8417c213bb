import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeAll, describe, expect, it } from 'vitest';
import { GraftError } from '../../../main/contract/errors.ts';
import type { BackendReport, DoctorReport, RuntimeOffer } from '../../../main/contract/machine.ts';
import type { Task } from '../../../main/contract/tasks.ts';
import { packageVersionWords } from '../../../main/contract/words/packageVersions.ts';
import DoctorSettings from '../../../renderer/screens/settings/DoctorSettings.svelte';
import { type GivenCalls, pretendLayout, show, testWindow } from '../support/testWindow.ts';

beforeAll(pretendLayout);

const backend = (name: string, others: Partial<BackendReport> = {}): BackendReport => ({
  ...{ backend: name, found: true, why: 'comes with Graft', remedy: null, selfTest: null },
  ...others,
});

const report: DoctorReport = {
  backends: [
    backend('tensorflow-cpu', { found: false, why: 'the runtime is not installed', remedy: 'Install it below.' }),
    backend('wasm'),
  ],
  ...{ chosen: 'wasm, float32', why: 'nothing faster is here', machine: { cpu: '2 cores' } },
  llamaCpp: [
    {
      ...{ modelId: 'm', model: 'smollm', state: 'ready', why: null, storage: 'bf16' },
      checks: { 'adapter:12': { tokens: 32, difference: 3e-3, sameTop: 1, bound: 2e-2 } },
      names: { 'adapter:12': 'the adapter poems' },
      speeds: { tensors: 15, llamaCpp: 41 },
    },
  ],
};

const offer: RuntimeOffer = {
  ...{
    id: 'tensorflow-cpu',
    title: 'TensorFlow for the CPU',
    purpose: 'tensors',
    version: '2.21.0',
    downloadBytes: 262e6,
  },
  ...{ installed: null, unavailableBecause: null, experimental: false },
};

const task = (others: Partial<Task>): Task => ({
  ...{
    id: 't1',
    kind: 'installRuntime',
    subject: 'tensorflow-cpu',
    state: 'running',
    progress: null,
    result: null,
    error: null,
  },
  ...{ startedAt: 1, finishedAt: null, heard: false, ...others },
});

function calls(tasks: readonly Task[] = []): GivenCalls {
  return {
    doctor: { report: () => report, diagnostics: () => 'versions and errors' },
    runtimes: { list: () => [offer], install: () => ({ taskId: 't1' }) },
    tasks: { list: () => tasks, watch: () => new Promise(() => undefined), cancel: () => null },
  };
}

describe('DoctorSettings', () => {
  it('says of every backend whether it is there, why, and what to do', async () => {
    show(testWindow(calls()), DoctorSettings, {});
    // The backend, then the runtime on offer for it.
    const [name] = await screen.findAllByText('TensorFlow on the CPU');
    const missing = name?.closest('li');
    expect(within(missing ?? document.body).getByText('the runtime is not installed')).toBeTruthy();
    expect(within(missing ?? document.body).getByText('Install it below.')).toBeTruthy();
    const used = screen.getByText('WebAssembly').closest('li');
    expect(within(used ?? document.body).getByText('in use')).toBeTruthy();
  });

  it('says what llama.cpp was checked with, by the names of adapters', async () => {
    show(testWindow(calls()), DoctorSettings, {});
    const base = within((await screen.findByText('smollm')).closest('li') ?? document.body);
    expect(base.getByText(/the adapter poems: logits within 3.0e-3 .* 100.0 %/)).toBeTruthy();
    expect(base.getByText('Tokens a second: 41, the tensors 15.')).toBeTruthy();
  });

  it('shows an installation that another window started, after a reload too, and cancels it', async () => {
    const window = testWindow(
      calls([task({ progress: { label: 'Downloading', done: 131e6, total: 262e6, unit: 'bytes' } })]),
    );
    await window.studio.tasks.load();
    show(window, DoctorSettings, {});
    expect(await screen.findByText('Downloading 131 MB / 262 MB')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(window.inputsOf('tasks.cancel')).toEqual([{ id: 't1' }]));
  });

  it('shows figures of the last self-test, and which check failed', async () => {
    const checks = [
      { name: 'matmul', passed: true, detail: 'exact' },
      { name: 'gradient', passed: false, detail: '0.4 off' },
    ];
    const step = { tokens: 64, blocks: 4, ms: 612.4, gflops: 6.9, shareOfPeak: 0.61 };
    const selfTest = { device: 'wasm, 2 threads', checks, float32Gflops: 11.3, bf16Gflops: null, step };
    const tested: DoctorReport = { ...report, backends: [backend('wasm', { selfTest })] };
    const window = testWindow(calls([task({ kind: 'selfTest', state: 'succeeded', result: tested })]));
    await window.studio.tasks.load();
    show(window, DoctorSettings, {});
    expect(await screen.findByText('1 of 2 passed')).toBeTruthy();
    expect(screen.getByText('gradient: 0.4 off')).toBeTruthy();
    expect(screen.getByText('11 GFLOP/s')).toBeTruthy();
    expect(screen.getByText('64 tokens, 61 % products').parentElement?.textContent).toContain('612 ms');
    expect(screen.getByText(/4 blocks of SmolLM2/)).toBeTruthy();
    expect(await screen.findByText('test failed')).toBeTruthy();
  });

  it('offers the newest version where the registry has not the one that Graft names', async () => {
    const failed = new GraftError('notFound', packageVersionWords.noVersion({ version: '9.9.9' }), {
      newest: '3.21.1',
    });
    const ends: Task[] = [task({ state: 'failed', error: failed.toJSON() }), task({ state: 'succeeded' })];
    const watch = async function* () {
      yield ends.shift();
    };
    const window = testWindow({ ...calls(), tasks: { list: () => [], watch, cancel: () => null } });
    show(window, DoctorSettings, {});
    await userEvent.click(await screen.findByRole('button', { name: /^Install/ }));
    await userEvent.click(await screen.findByRole('button', { name: 'Install 3.21.1' }));
    await waitFor(() =>
      expect(window.inputsOf('runtimes.install')).toEqual([{ id: offer.id }, { id: offer.id, version: '3.21.1' }]),
    );
  });

  it('copies diagnostics', async () => {
    const window = testWindow(calls());
    show(window, DoctorSettings, {});
    await userEvent.click(await screen.findByRole('button', { name: 'Copy diagnostics' }));
    await waitFor(() => expect(window.copied).toEqual(['versions and errors']));
  });
});
