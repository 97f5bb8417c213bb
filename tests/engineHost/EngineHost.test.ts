import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { processSpawner } from '../../main/engineHost/engineChild.ts';
import { EngineHost } from '../../main/engineHost/EngineHost.ts';
import { behaviours, convertRequest, generateRequest } from './testHandlers.ts';
import { fixturePath } from '../support/fixtures.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { describeWith } from '../support/requirements.ts';
import { webgpuDir, webgpuMissing } from '../support/softwareGpu.ts';
import { englishOf } from '../../main/contract/words/words.ts';

const settings = { backend: 'cpu', precision: 'float32', threads: 1 } as const;
const loadModel = { settings, modelDir: '', contextLength: 1 };
const hosts: EngineHost[] = [];

function makeHost(entry = 'testEngine.ts'): EngineHost {
  const host = new EngineHost({
    purpose: 'chat',
    spawn: processSpawner(fileURLToPath(new URL(entry, import.meta.url))),
  });
  hosts.push(host);
  return host;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

afterEach(() => Promise.all(hosts.splice(0).map((host) => host.close())));

describe('EngineHost with real child processes', () => {
  it('starts one process for many requests', async () => {
    const host = makeHost();
    const [first, second] = await Promise.all([
      host.request('loadModel', loadModel),
      host.request('loadModel', loadModel),
    ]);
    expect(first.device).toBe(`pid ${host.pid}`);
    expect(second.device).toBe(first.device);
  });

  it.each([
    ['an exit status of the table', 'loadAdapter', 'deviceLost'],
    ['a SIGKILL it did not send: the out-of-memory killer', 'logits', 'outOfMemory'],
    ['an abort over memory', 'selfTest', 'outOfMemory'],
    ['any other exit', 'unloadAdapter', 'engineCrashed'],
  ] as const)('answers the pending request after %s', async (_, name, code) => {
    const host = makeHost();
    await expect(host.request(name, {} as never)).rejects.toMatchObject({ code });
  });

  it('a process that starts while it is paused rests too', async () => {
    const host = makeHost();
    host.setPaused(true);
    const ended: string[] = [];
    const held = host.request('convertBase', convertRequest).then(() => ended.push('held'));
    await host.request('generate', generateRequest(0));
    expect(ended).toEqual([]);
    host.setPaused(false);
    await held;
  });

  it('says what stderr said last', async () => {
    await expect(makeHost().request('unloadAdapter', { key: '' })).rejects.toThrow(/exit status 3.*last words/);
  });

  it('starts a fresh process after a death', async () => {
    const host = makeHost();
    await host.request('logits', {} as never).catch(() => undefined);
    await expect(host.request('loadModel', loadModel)).resolves.toHaveProperty('device', `pid ${host.pid}`);
    expect(host.generation).toBe(2);
  });

  it('never meets again an engine that said it is spent', async () => {
    const host = makeHost();
    const { device } = await host.request('loadModel', loadModel);
    const spent = host.request('generate', generateRequest(behaviours.spent));
    await expect(spent).rejects.toMatchObject({ code: 'deviceLost' });
    expect((await host.request('loadModel', loadModel)).device).not.toBe(device);
  });

  it('stops restarting after three deaths in a row, and says why', async () => {
    const host = makeHost();
    for (let i = 0; i < 3; i++)
      await expect(host.request('unloadAdapter', { key: '' })).rejects.toMatchObject({ code: 'engineCrashed' });
    await expect(host.request('loadModel', loadModel)).rejects.toThrow(/3 times in a row.*last words/);
  });

  it('does not count deaths that an answered request lies between', async () => {
    const host = makeHost();
    for (let i = 0; i < 4; i++) {
      await host.request('unloadAdapter', { key: '' }).catch(() => undefined);
      await expect(host.request('writeExport', {} as never)).resolves.toBeDefined();
    }
  });

  it('ends a process that blocks past the cancel deadline, by its own id', async () => {
    const host = makeHost();
    const { device } = await host.request('loadModel', loadModel);
    const running = host.request('generate', generateRequest(behaviours.block), {
      signal: AbortSignal.timeout(50),
      cancelDeadlineMs: 50,
    });
    await expect(running).rejects.toMatchObject({ code: 'interrupted' });
    expect(isAlive(Number(englishOf(device).slice(4)))).toBe(false);
  });

  it('close() leaves no process behind and refuses further requests', async () => {
    const host = makeHost();
    await host.request('loadModel', loadModel);
    const pid = host.pid ?? -1;
    await host.close();
    expect(isAlive(pid)).toBe(false);
    await expect(host.request('loadModel', loadModel)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('reports an entry that cannot start instead of hanging', async () => {
    await expect(makeHost('missing.ts').request('loadModel', loadModel)).rejects.toMatchObject({
      code: 'engineCrashed',
    });
  });

  it.each(['idle', 'blocked'])(
    'an %s engine does not outlive a killed owner',
    async (mode) => {
      const owner = spawn(process.execPath, [fileURLToPath(new URL('testOwner.ts', import.meta.url)), mode], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(createInterface(owner.stdout), 'line')) as [string];
      expect(isAlive(Number(line))).toBe(true);
      owner.kill('SIGKILL');
      await vi.waitFor(() => expect(isAlive(Number(line))).toBe(false), { timeout: 120_000, interval: 50 });
    },
    30_000,
  );
});

describeWith({ reason: webgpuMissing }, 'EngineHost with an engine on a graphics card', () => {
  const webgpu = {
    backend: 'webgpu',
    precision: 'float32',
    threads: 1,
    libraryDir: webgpuDir,
    software: true,
  } as const;

  it('a lost graphics card is said with a remedy, and ends its engine', async () => {
    const host = makeHost('lossyEngine.ts');
    const model = { settings: webgpu, modelDir: fixturePath('tiny_llama_base'), contextLength: 8 };
    await host.request('loadModel', model);
    const { pid = -1 } = host;
    const error = await graftErrorOfAsync(() => host.request('logits', { ids: [[1, 2]], adapter: null }));
    expect(error).toMatchObject({ code: 'deviceLost', data: { remedy: expect.stringContaining('another backend') } });
    expect(error.message).toMatch(/^The graphics card stopped answering/);
    expect(isAlive(pid)).toBe(false);
    await expect(host.request('loadModel', model)).resolves.toHaveProperty('loadMs');
  });
});
