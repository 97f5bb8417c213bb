/** The chat procedures with everything behind them real: database, tokenizer, engine process, sample model on wasm. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerNews, ChatLane } from '../../../main/contract/conversations.ts';
import { defaultPreferences } from '../../../main/contract/preferences.ts';
import type { Studio } from '../../../main/contract/services.ts';
import type { HostContext } from '../../../main/hosts/procedures/HostContext.ts';
import { router } from '../../../main/hosts/procedures/registry.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { enginesHere } from '../../support/enginesHere.ts';
import { writeSampleLora } from '../../support/sampleLora.ts';

enginesHere();

const dir = mkdtempSync(join(tmpdir(), 'graft-chats-'));
const home = join(dir, 'home');
const base: ChatLane = { adapterId: null, scale: 1 };
const sampling = { ...defaultPreferences.sampling, maxTokens: 12, temperature: 0 };

let studio: Studio;
let adapter: ChatLane;

beforeAll(async () => {
  studio = await openStudio({ home, cacheDir: join(dir, 'cache') });
  await studio.models.fetch('sample');
  const { id } = await studio.adapters.import(await writeSampleLora(join(dir, 'lora')), {
    name: 'waves',
    model: studio.models.list()[0]?.id,
  });
  adapter = { adapterId: id, scale: 1 };
});

afterAll(async () => {
  await studio.close();
  rmSync(dir, { recursive: true, force: true });
});

const client = createRouterClient(router, { context: (): HostContext => ({ studio }) as HostContext });

async function newChat(): Promise<string> {
  const chat = await client.chats.create({ modelId: studio.models.list()[0]?.id ?? '' });
  return chat.id;
}

async function hear(turnId: string, offset = 0): Promise<AnswerNews[]> {
  const news: AnswerNews[] = [];
  for await (const item of await client.chats.watch({ turnId, offset })) news.push(item);
  return news;
}

async function ask(
  chatId: string,
  content: string,
  {
    parentId = null,
    lanes = [base],
    ...options
  }: {
    readonly parentId?: string | null;
    readonly lanes?: ChatLane[];
    readonly maxTokens?: number;
  } = {},
) {
  return client.chats.send({ chatId, parentId, content, lanes, sampling: { ...sampling, ...options } });
}

async function whole(turnId: string) {
  const last = (await hear(turnId)).at(-1);
  if (last?.type !== 'end') throw new Error('no end');
  return last.turn;
}

const textOf = (news: readonly AnswerNews[]): string =>
  news.map((item) => (item.type === 'text' ? item.text : '')).join('');

describe('chats over procedures, on a real engine', () => {
  it('answer in two lanes, each for itself, with figures', async () => {
    const chatId = await newChat();
    const { answers } = await ask(chatId, 'Once upon a time', { lanes: [base, adapter] });
    const [one, two] = [await whole(answers[0]?.id ?? ''), await whole(answers[1]?.id ?? '')];
    expect([one, two]).toMatchObject([{ state: 'done' }, { state: 'done' }]);
    expect(one.content).not.toBe('');
    expect(two.content).not.toBe(one.content);
    expect(two).toMatchObject({ tokens: 12, cutOff: true, promptMs: expect.any(Number), swapMs: expect.any(Number) });
    const next = await ask(chatId, 'And then?', { parentId: two.id, lanes: [base, adapter] });
    await whole(next.answers[1]?.id ?? '');
    expect((await client.chats.get({ id: chatId })).turns).toHaveLength(6);
    expect(await client.chats.engine()).toMatchObject({
      state: 'ready',
      device: { text: expect.any(String) as string },
      residentAdapterIds: [adapter.adapterId],
    });
  });

  it('are watched from any place, also after a stop, which keeps what was written', async () => {
    const chatId = await newChat();
    const { answers } = await ask(chatId, 'Once upon a time', { maxTokens: 400 });
    const turnId = answers[0]?.id ?? '';
    let heard = '';
    for await (const item of await client.chats.watch({ turnId })) {
      if (item.type === 'text') heard += item.text;
      if (heard.length > 20) break;
    }
    const rest = hear(turnId, heard.length);
    await client.chats.stop({ turnIds: [turnId] });
    const turn = await whole(turnId);
    expect(turn.state).toBe('stopped');
    expect(heard + textOf(await rest)).toBe(turn.content);
    expect((await client.chats.turn({ turnId })).content).toBe(turn.content);
  });

  it('are answered again and edited beside what was there', async () => {
    const chatId = await newChat();
    const { user, answers } = await ask(chatId, 'Once upon a time');
    const first = await whole(answers[0]?.id ?? '');
    const again = await client.chats.regenerate({
      userTurnId: user.id,
      lanes: [base],
      sampling: { ...sampling, temperature: 1 },
    });
    expect(await whole(again.answers[0]?.id ?? '')).toMatchObject({ state: 'done', parentId: user.id });
    const edited = await ask(chatId, 'There was a frog', { parentId: user.parentId });
    expect((await whole(edited.answers[0]?.id ?? '')).content).not.toBe(first.content);
    const { turns } = await client.chats.get({ id: chatId });
    expect(turns.filter(({ parentId }) => parentId === null)).toHaveLength(2);
    expect(turns.filter(({ parentId }) => parentId === user.id)).toHaveLength(2);
  });

  it('warm up ahead, and give the memory back', async () => {
    const modelId = studio.models.list()[0]?.id ?? '';
    const adapterIds = [adapter.adapterId ?? ''];
    expect(await client.chats.warmUp({ modelId, adapterIds })).toMatchObject({
      state: 'ready',
      modelId,
      residentAdapterIds: adapterIds,
    });
    await client.chats.unload();
    expect(await client.chats.engine()).toMatchObject({ state: 'off', modelId: null });
  });
});
