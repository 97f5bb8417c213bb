/**
 * Our programs as utility processes: on a stand-in of Electron's fork that has its particularities, with a real engine.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startEngines } from '../../electron/startEngines.ts';
import { startUtilityChild } from '../../electron/utilityChildren.ts';
import { openGpu } from '../../main/backends/webgpu/gpu.ts';
import { processSpawner } from '../../main/engineHost/engineChild.ts';
import { EngineHost } from '../../main/engineHost/EngineHost.ts';
import { findPlainNode, runsAddons } from '../../main/processes/plainNode.ts';
import { startChild, startChildrenWith } from '../../main/processes/startChild.ts';
import { renderChat } from '../../main/tokenizers/chatTemplate.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { forkUtility } from './standIn/utilityProcess.ts';

vi.mock('electron', () => ({ utilityProcess: {} }));

const start = startUtilityChild(forkUtility, 'linux');
const engineEntry = join(import.meta.dirname, '..', '..', 'main', 'engine', 'process.ts');
const forkWithNode = startChild;

afterEach(() => startChildrenWith(forkWithNode));

function program(source: string): string {
  const file = join(temporaryDir(), 'program.mjs');
  writeFileSync(file, source);
  return file;
}

describe('which process an engine is', () => {
  const started: (string | undefined)[] = [];
  let node: string | undefined;
  const starter = startEngines({
    asUtility: () => (started.push('utility'), forkWithNode(program(''))),
    asFork: (file, _options, path) => (started.push(path), forkWithNode(file)),
    nodeOfEngines: () => node,
  });

  it('a utility process, and a fork of plain Node from the moment that a runtime needs one', async () => {
    await starter(program('')).exited;
    node = '/usr/bin/node24';
    await starter(program('')).exited;
    expect(started).toEqual(['utility', '/usr/bin/node24']);
  });

  it('never a Node that cannot read the archive of a packaged window, whatever the surroundings name', () => {
    const env = { GRAFT_NODE: '/usr/bin/node24' };
    for (const packed of ['file:///opt/Graft/resources/app.asar/dist/app/x.js', 'C:\\Graft\\app.asar\\dist\\x.js']) {
      expect(findPlainNode(env, packed)).toBeUndefined();
      expect(runsAddons(true, findPlainNode(env, packed))).toBe(false);
    }
    expect(findPlainNode(env, 'file:///home/me/graft/dist/app/main/processes/plainNode.js')).toBe('/usr/bin/node24');
    expect([runsAddons(true, '/usr/bin/node24'), runsAddons(false, undefined)]).toEqual([true, true]);
  });

  it('one that began without the runtime says so and ends (a crash in a buffer outside the cage)', async () => {
    const { code, data } = await graftErrorOfAsync(() => openGpu('webgpu', true));
    expect([code, data.remedy, data['endsEngine']]).toEqual([
      'backendUnavailable',
      expect.stringMatching(/again/),
      true,
    ]);
  });
});

describe('a utility process', () => {
  it('is an engine: it answers over its parent port, and leaves when it is closed', async () => {
    startChildrenWith(start);
    const host = new EngineHost({ purpose: 'chat', spawn: processSpawner(engineEntry) });
    const result = await host.request('selfTest', { settings: { backend: 'cpu', precision: 'float32', threads: 1 } });
    expect(result.checks.every(({ passed }) => passed)).toBe(true);
    await host.close();
  });

  it('is the process of chat templates', async () => {
    startChildrenWith(start);
    const options = { addGenerationPrompt: false, bosToken: null, eosToken: null };
    const template = '{{ messages[0].content }}!';
    const rendered = await renderChat(template, [{ role: 'user', content: 'Hello' }], options);
    expect(rendered).toBe('Hello!');
  });

  it('has an id once it is there, hears what was sent before, and says its last words (an error without its reason)', async () => {
    const child = start(
      program(`process.parentPort.on('message', ({ data }) => {
        process.parentPort.postMessage(data);
        process.stderr.write('the reason, ' + 'x'.repeat(100_000));
        process.exitCode = 71;
        process.parentPort.removeAllListeners('message');
        process.channel.unref();
      });`),
      { withOutput: true },
    );
    const heard = new Promise((resolve) => child.onMessage(resolve));
    child.send({ weights: new Float32Array([1, 2]) });
    expect(await heard).toEqual({ weights: new Float32Array([1, 2]) });
    expect(child.pid).toBeGreaterThan(0);
    const words = child.stderr === null ? '' : await text(child.stderr);
    expect([words.length, words.slice(0, 10)]).toEqual([100_012, 'the reason']);
    expect(await child.exited).toEqual({ code: 71, signal: null });
    child.send('to nobody');
  });

  it('is killed although it is not there yet, and says that it was killed (an engine that outlives its run)', async () => {
    const child = start(program('setInterval(() => undefined, 1000)'));
    expect(child.pid).toBeUndefined();
    child.kill();
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
    child.kill();
  });

  it('that the system killed is told from one that left with an error (memory that ran out)', async () => {
    const killed = start(program(`process.kill(process.pid, 'SIGKILL')`));
    expect(await killed.exited).toEqual({ code: null, signal: 'SIGKILL' });
    const onWindows = startUtilityChild(forkUtility, 'win32')(program('process.exit(9)'));
    expect(await onWindows.exited).toEqual({ code: 9, signal: null });
  });

  it('that cannot be started is a child that has ended with the reason', async () => {
    const refuse = startUtilityChild(() => {
      throw new TypeError('utilityProcess cannot be created before app is ready.');
    });
    const child = refuse('anything');
    expect(await child.exited).toMatchObject({
      code: null,
      error: { message: expect.stringContaining('before app is ready') },
    });
  });

  it('may load libraries that others have signed on a Mac alone', () => {
    const fork = vi.fn(() => forkUtility(program(''), [], { env: process.env, stdio: 'ignore' }));
    startUtilityChild(fork, 'darwin')('a', { args: ['--x'] });
    startUtilityChild(fork, 'linux')('a', { withOutput: true });
    const options = (fork.mock.calls as unknown as [string, string[], object][]).map((call) => call[2]);
    expect(options).toMatchObject([
      { allowLoadingUnsignedLibraries: true, stdio: 'ignore' },
      { allowLoadingUnsignedLibraries: false, stdio: 'pipe' },
    ]);
  });
});

describe('the channel to the owner over a parent port', () => {
  const ownerChannel = new URL('../../main/processes/ownerChannel.ts', import.meta.url).href;

  it('is told that the owner closes, which no message of ours can look like', async () => {
    const child = start(
      program(`import { ownerChannel } from ${JSON.stringify(ownerChannel)};
        const owner = ownerChannel();
        owner.onMessage((message) => owner.send(['heard', message]));
        owner.onClose(() => process.exit(65));`),
    );
    const heard: unknown[] = [];
    const both = new Promise<void>((resolve) => child.onMessage((message) => heard.push(message) === 2 && resolve()));
    child.send({ kind: 'request' });
    child.send('graft:closed');
    await both;
    child.close();
    expect(await child.exited).toEqual({ code: 65, signal: null });
    expect(heard).toEqual([
      ['heard', { kind: 'request' }],
      ['heard', 'graft:closed'],
    ]);
  });
});
