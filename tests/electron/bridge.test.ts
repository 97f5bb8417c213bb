import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IpcMain, OpenDialogOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { type BridgeCalls, serveBridge } from '../../electron/bridge.ts';
import { shellChannels } from '../../main/contract/shell.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

type Handler = (event: unknown, ...values: readonly unknown[]) => Promise<unknown>;

const ownFrame = { url: 'app://graft/runs', parent: null };

function bridgeWith(calls: Partial<BridgeCalls>) {
  const handlers = new Map<string, Handler>();
  const listeners = new Map<string, (event: unknown) => void>();
  const ipc = {
    handle: (channel: string, handler: Handler) => void handlers.set(channel, handler),
    on: (channel: string, listener: (event: unknown) => void) => void listeners.set(channel, listener),
  };
  const refuse = async (): Promise<never> => Promise.reject(new Error('not to be called'));
  serveBridge(ipc as unknown as Pick<IpcMain, 'handle' | 'on'>, {
    ...{ open: refuse, save: refuse, copy: refuse, connect: () => undefined },
    ...calls,
  });
  return {
    invoke: async (channel: string, values: readonly unknown[], senderFrame: unknown = ownFrame) =>
      handlers.get(channel)?.({ senderFrame }, ...values),
    connect: (senderFrame: unknown) => listeners.get(shellChannels.connect)?.({ senderFrame }),
    channels: [...handlers.keys(), ...listeners.keys()],
  };
}

describe('the bridge', () => {
  it('answers every channel of the contract that the window may ask', () => {
    const { navigate: _, ...asked } = shellChannels;
    expect(bridgeWith({}).channels.toSorted()).toEqual(Object.values(asked).toSorted());
  });

  it.each([
    ['a page of the web', { url: 'https://example.org/', parent: null }],
    ['a page with our name in another place', { url: 'https://app://graft/', parent: null }],
    ['a host that begins like ours', { url: 'app://graft.evil/', parent: null }],
    ['a user name like our host', { url: 'app://graft@evil/', parent: null }],
    ['a frame within our page', { url: 'app://graft/', parent: ownFrame }],
    ['a frame that is gone', null],
  ])('refuses %s', async (_, frame) => {
    let connected = 0;
    const { invoke, connect, channels } = bridgeWith({ connect: () => void (connected += 1) });
    for (const channel of channels.filter((each) => each !== shellChannels.connect)) {
      await expect(invoke(channel, [], frame)).rejects.toThrow('Only the window of Graft');
    }
    connect(frame);
    expect(connected).toBe(0);
    connect(ownFrame);
    expect(connected).toBe(1);
  });

  it.each([
    [shellChannels.pickFiles, []],
    [shellChannels.pickFiles, [{ accept: ['csv'], multiple: true }]],
    [shellChannels.pickFiles, [{ accept: ['.*'], multiple: true }]],
    [shellChannels.pickFiles, [{ accept: '.csv', multiple: true }]],
    [shellChannels.saveTarget, ['']],
    [shellChannels.saveTarget, ['/etc/passwd']],
    [shellChannels.saveTarget, ['..\\x']],
    [shellChannels.saveTarget, [{ toString: 'x' }]],
    [shellChannels.copy, [7]],
  ])('refuses values that it does not know: %s %j', async (channel, values) => {
    await expect(bridgeWith({}).invoke(channel, values)).rejects.toThrow();
  });

  it('asks with filters that a dialog understands, and lets the person take another file', async () => {
    const asked: OpenDialogOptions[] = [];
    const { invoke } = bridgeWith({
      open: async (options) => {
        asked.push(options);
        return { canceled: asked.length > 1, filePaths: ['/data/a.csv'] };
      },
    });
    expect(await invoke(shellChannels.pickFiles, [{ accept: ['.csv', '.tar.gz'], multiple: true }])).toEqual([
      '/data/a.csv',
    ]);
    expect(asked[0]).toEqual({
      properties: ['openFile', 'multiSelections'],
      filters: [
        { name: '.csv .tar.gz', extensions: ['csv', 'gz'] },
        { name: '*', extensions: ['*'] },
      ],
    });
    expect(await invoke(shellChannels.pickFiles, [{ accept: [], multiple: false }])).toEqual([]);
    expect(await invoke(shellChannels.pickFolder, [])).toBeUndefined();
  });

  it('writes a text where the person said, and nowhere when they changed their mind', async () => {
    const filePath = join(temporaryDir(), 'run.yaml');
    const answers = [
      { canceled: true, filePath: '' },
      { canceled: false, filePath },
    ];
    const { invoke } = bridgeWith({ save: async () => answers.shift() ?? { canceled: true } });
    await invoke(shellChannels.saveText, ['run.yaml', 'not this']);
    await invoke(shellChannels.saveText, ['run.yaml', 'steps: 3\n']);
    expect(readFileSync(filePath, 'utf8')).toBe('steps: 3\n');
  });
});

it('the preload script, which can import nothing, has the names of the contract', () => {
  const preload = readFileSync(join(import.meta.dirname, '..', '..', 'electron', 'preload.cts'), 'utf8');
  const named = [...preload.matchAll(/'(graft:[\w-]+)'/g)].map(([, name = '']) => name);
  expect([...new Set(named)].toSorted()).toEqual([...Object.values(shellChannels), 'graft:port'].toSorted());
  expect([...preload.matchAll(/require\('([^']+)'\)/g)].map(([, name]) => name)).toEqual(['electron']);
});
