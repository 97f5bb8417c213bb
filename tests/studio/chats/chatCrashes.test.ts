import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { defaultPreferences } from '../../../main/contract/preferences.ts';
import type { Studio } from '../../../main/contract/services.ts';
import { AdapterRepository } from '../../../main/database/adapters.ts';
import { ChatRepository } from '../../../main/database/chats.ts';
import { ChatSearch } from '../../../main/database/chatSearch.ts';
import { ChatVoteRepository } from '../../../main/database/chatVotes.ts';
import { openDatabase } from '../../../main/database/openDatabase.ts';
import { ModelRepository } from '../../../main/database/models.ts';
import { ProjectRepository } from '../../../main/database/projects.ts';
import type { EngineHost } from '../../../main/engineHost/EngineHost.ts';
import { backendWorld } from '../../../main/studio/machine/backendChoice.ts';
import { Chats } from '../../../main/studio/chats/Chats.ts';
import type { ChatsSetup } from '../../../main/studio/chats/Chats.ts';
import { Conversations } from '../../../main/studio/chats/Conversations.ts';
import { makeEngineHost } from '../../../main/studio/machine/engines.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { sendSignal } from '../../support/sendSignal.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

const lanes = [{ adapterId: null, scale: 1 }];

describe('a chat engine that dies', () => {
  let studio: Studio;
  let host: EngineHost;
  let chats: Chats;
  let conversations: Conversations;

  beforeEach(async () => {
    const dir = temporaryDir();
    studio = await openStudio({ home: join(dir, 'home'), cacheDir: join(dir, 'cache') });
    const model = await studio.models.fetch('sample');
    const { database } = openDatabase({ file: ':memory:' });
    const models = new ModelRepository(database, join(dir, 'home'));
    models.insert(model);
    host = makeEngineHost('chat');
    const adapters = new AdapterRepository(database, join(dir, 'home'));
    const tokenizers = studio.models as unknown as ChatsSetup['models'];
    const world = () => backendWorld(join(dir, 'cache'));
    chats = new Chats({
      ...{ host, models: tokenizers, adapters, datasets: { find: () => undefined }, world },
      ...{ preferredEngine: () => 'auto', cacheDir: dir },
    });
    conversations = new Conversations({
      ...{
        rows: new ChatRepository(database),
        search: new ChatSearch(database),
        votes: new ChatVoteRepository(database),
      },
      ...{
        engine: chats,
        models,
        adapters,
        projects: new ProjectRepository(database),
        changes: { announce: () => undefined },
      },
    });
  });

  afterEach(async () => {
    conversations.close();
    await chats.close();
    await studio.close();
  });

  it('leaves the answer with its words and the reason, and the next message is answered', async () => {
    const sampling = { ...defaultPreferences.sampling, maxTokens: 400 };
    const { id: chatId } = conversations.create({ modelId: studio.models.list()[0]?.id ?? '', systemPrompt: '' });
    const { answers } = conversations.send({ chatId, parentId: null, content: 'Once upon a time', lanes, sampling });
    const turnId = answers[0]?.id ?? '';
    for await (const item of conversations.watch(turnId, 0)) {
      if (item.type === 'text') sendSignal(host.pid, 'SIGABRT');
      if (item.type === 'text') break;
    }
    await conversations.settled();
    const turn = conversations.turn(turnId);
    expect(turn).toMatchObject({
      state: 'failed',
      error: { code: 'engineCrashed', data: { remedy: expect.stringContaining('Ask again') } },
    });
    expect(turn.content).not.toBe('');
    expect(conversations.engine()).toMatchObject({ state: 'failed', modelId: null, error: { code: 'engineCrashed' } });
    const next = { chatId, parentId: turnId, content: 'Go on', lanes, sampling: { ...sampling, maxTokens: 4 } };
    const again = conversations.send(next).answers[0]?.id ?? '';
    await conversations.settled();
    expect(conversations.turn(again)).toMatchObject({ state: 'done', error: null });
    expect(conversations.engine()).toMatchObject({ state: 'ready', error: null });
  });
});

describe('a studio that is killed', () => {
  it('keeps what its answers had, and shows none of them as being written (an answer for ever unfinished)', async () => {
    const dir = temporaryDir();
    const [home, cacheDir] = [join(dir, 'home'), join(dir, 'cache')];
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('answerAndLast.ts', import.meta.url)), home, cacheDir],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const [first = '', ...others] = JSON.parse(line) as string[];
    const reader = new Sqlite(join(home, 'graft.db'), { readonly: true });
    const content = reader.prepare<[string]>('SELECT content FROM chat_messages WHERE id = ?').pluck();
    const written = await vi.waitUntil(() => String(content.get(first)), { timeout: 120_000 });
    child.kill('SIGKILL');
    await once(child, 'exit');
    reader.close();

    const studio = await openStudio({ home, cacheDir });
    onTestFinished(() => studio.close());
    const turns = [first, ...others].map((id) => studio.conversations.turn(id));
    expect(turns.map(({ state }) => state)).not.toContain('answering');
    expect(turns[0]?.content.startsWith(written)).toBe(true);
    expect(turns.at(-1)).toMatchObject({ state: 'stopped', content: '' });
  });
});
