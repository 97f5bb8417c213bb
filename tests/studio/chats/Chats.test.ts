import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Studio } from '../../../main/contract/services.ts';
import type { ChatRequest } from '../../../main/contract/conversations.ts';
import type { EngineHost } from '../../../main/engineHost/EngineHost.ts';
import { backendWorld } from '../../../main/studio/machine/backendChoice.ts';
import { Chats, type ChatsSetup } from '../../../main/studio/chats/Chats.ts';
import { makeEngineHost } from '../../../main/studio/machine/engines.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { sendSignal } from '../../support/sendSignal.ts';
import { writeTinyTextModel } from '../../support/tinyTextModel.ts';

const sampling = { maxTokens: 6, temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0 };
const wasm = { backend: 'wasm' } as const;

let dir: string;
let studio: Studio;
let host: EngineHost;
let chats: Chats;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'graft-chats-'));
  studio = await openStudio({ home: join(dir, 'home') });
  await studio.models.import(writeTinyTextModel(join(dir, 'tiny')), { name: 'tiny' });
  await studio.adapters.import(fixturePath('vera_r8_all_saved'), { model: 'tiny', name: 've' });
  host = makeEngineHost('chat');
  const models = studio.models as unknown as ChatsSetup['models'];
  chats = new Chats({
    ...{ host, models, adapters: studio.adapters, datasets: { find: () => undefined }, world: () => backendWorld(dir) },
    ...{ preferredEngine: () => 'auto', cacheDir: dir },
  });
});

afterEach(async () => {
  await chats.close();
  await studio.close();
  rmSync(dir, { recursive: true, force: true });
});

function ask(adapter: string | null, content = 'hello'): ChatRequest {
  return {
    model: 'tiny',
    adapter: adapter === null ? null : { idOrName: adapter, scale: 1 },
    messages: [{ role: 'user', content }],
    ...sampling,
  };
}

describe('chat service on a real engine process', () => {
  it('streams exactly the text of the answer', async () => {
    await chats.open('tiny', [], wasm);
    const pieces: string[] = [];
    const { text } = await chats.send(ask(null), (piece) => pieces.push(piece));
    expect(pieces.join('')).toBe(text);
  });

  it('loads everything again after the engine died, and answers the same', async () => {
    await chats.open('tiny', ['ve'], wasm);
    const before = await chats.send(ask('ve'));
    const died = chats.send({ ...ask('ve', 'hello again'), maxTokens: 40 }, () => sendSignal(host.pid, 'SIGKILL'));
    await expect(died).rejects.toMatchObject({ code: 'outOfMemory' });
    expect((await chats.send(ask('ve'))).ids).toEqual(before.ids);
  });

  it('keeps the process and the base when an adapter is swapped', async () => {
    await chats.open('tiny', [], wasm);
    await chats.send(ask(null));
    const { pid } = host;
    await chats.send(ask('ve'));
    expect(host.pid).toBe(pid);
  });

  it('stops between two tokens when it is cancelled, and says so', async () => {
    await chats.open('tiny', [], wasm);
    const controller = new AbortController();
    const answer = await chats.send({ ...ask(null), maxTokens: 50 }, () => controller.abort(), controller.signal);
    expect(answer.finish).toBe('cancelled');
    expect(answer.ids.length).toBeLessThan(50);
  });

  it('gives logits with and without an adapter', async () => {
    const base = await chats.logits('tiny', null, [[1, 2, 3]], undefined, wasm);
    const adapted = await chats.logits('tiny', 've', [[1, 2, 3]], undefined, wasm);
    expect(base.shape).toEqual([1, 3, 64]);
    expect(adapted.data).not.toEqual(base.data);
  });
});
