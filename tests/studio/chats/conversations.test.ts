import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnswerNews, ChatLane, SentMessage } from '../../../main/contract/conversations.ts';
import type { Chat } from '../../../main/contract/entities.ts';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import { defaultPreferences } from '../../../main/contract/preferences.ts';
import { AdapterRepository } from '../../../main/database/adapters.ts';
import { ChatRepository } from '../../../main/database/chats.ts';
import { ChatSearch } from '../../../main/database/chatSearch.ts';
import { ChatVoteRepository } from '../../../main/database/chatVotes.ts';
import { ModelRepository } from '../../../main/database/models.ts';
import { openDatabase } from '../../../main/database/openDatabase.ts';
import { ProjectRepository } from '../../../main/database/projects.ts';
import { Conversations } from '../../../main/studio/chats/Conversations.ts';
import { sampleAdapter, sampleModel } from '../../database/sampleRows.ts';
import { ChatStandIn } from './chatStandIn.ts';

const home = join('/', 'data');
const { sampling } = defaultPreferences;
const base: ChatLane = { adapterId: null, scale: 1 };
const poet: ChatLane = { adapterId: 'adapter1', scale: 0.5 };

let database: Database;
let rows: ChatRepository;
let engine: ChatStandIn;
let conversations: Conversations;
let chat: Chat;
let announced: number;

beforeEach(() => {
  database = openDatabase({ file: ':memory:' }).database;
  const models = new ModelRepository(database, home);
  models.insert(sampleModel(home));
  models.insert(sampleModel(home, { id: 'model2', name: 'other' }));
  const adapters = new AdapterRepository(database, home);
  adapters.save(sampleAdapter(home));
  adapters.save(sampleAdapter(home, { id: 'stranger', name: 'stranger', modelId: 'model2' }));
  rows = new ChatRepository(database);
  engine = new ChatStandIn();
  announced = 0;
  conversations = new Conversations({
    ...{ rows, engine, models, adapters, projects: new ProjectRepository(database) },
    ...{
      search: new ChatSearch(database),
      votes: new ChatVoteRepository(database),
      changes: { announce: () => (announced += 1) },
    },
  });
  chat = conversations.create({ modelId: 'model1', systemPrompt: '' });
});

afterEach(() => {
  conversations.close();
  database.close();
});

interface Said {
  readonly parentId?: string | null;
  readonly lanes?: readonly ChatLane[];
  readonly chatId?: string;
}

function send(content: string, { parentId = null, lanes = [base], chatId = chat.id }: Said = {}): SentMessage {
  return conversations.send({ chatId, parentId, content, lanes, sampling });
}

/** What a watcher hears, to the end. */
async function hear(turnId: string, offset = 0): Promise<AnswerNews[]> {
  const news: AnswerNews[] = [];
  for await (const item of conversations.watch(turnId, offset)) news.push(item);
  return news;
}

const textOf = (news: readonly AnswerNews[]): string =>
  news.map((item) => (item.type === 'text' ? item.text : '')).join('');
const contents = (messages: readonly { readonly content: string }[]): string[] =>
  messages.map(({ content }) => content);

async function answer(text: string): Promise<void> {
  const asked = await engine.next();
  asked.say(text);
  asked.finish();
}

/** Sends and lets every lane answer `<content>.<lane>`. */
async function exchange(content: string, said: Said = {}): Promise<SentMessage> {
  const sent = send(content, said);
  for (const [lane] of sent.answers.entries()) await answer(`${content}.${lane}`);
  await conversations.settled();
  return sent;
}

describe('sending', () => {
  it('writes the message and one waiting answer a lane, and returns before anything is answered', () => {
    const { user, answers } = send('hello', { lanes: [base, poet] });
    expect(user).toMatchObject({ role: 'user', content: 'hello', state: 'done', parentId: null });
    expect(answers).toMatchObject([
      { role: 'assistant', state: 'answering', lane: 0, adapterId: null, scale: null, parentId: user.id },
      { role: 'assistant', state: 'answering', lane: 1, adapterId: 'adapter1', scale: 0.5, round: answers[0]?.round },
    ]);
    expect(rows.turns(chat.id)).toEqual([user, ...answers]);
  });

  it('keeps text and figures of an answer', async () => {
    const { answers } = send('hello', { lanes: [poet] });
    const asked = await engine.next();
    asked.say('well ');
    asked.say('met');
    asked.finish({ finish: 'length' });
    await conversations.settled();
    expect(conversations.turn(answers[0]?.id ?? '')).toMatchObject({
      ...{
        content: 'well met',
        state: 'done',
        cutOff: true,
        swapMs: 0.5,
        promptMs: 10,
        tokens: 3,
        tokensPerSecond: 20,
      },
    });
    expect(asked.request).toMatchObject({ model: 'model1', adapter: { idOrName: 'adapter1', scale: 0.5 } });
  });

  it('refuses what cannot be answered, and writes nothing (a question without answers)', () => {
    expect(() => send('x', { lanes: [{ adapterId: 'stranger', scale: 1 }] })).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    );
    expect(() => send('x', { lanes: [{ adapterId: 'nobody', scale: 1 }] })).toThrow(
      expect.objectContaining({ code: 'notFound' }),
    );
    expect(() => send(' \n')).toThrow(expect.objectContaining({ code: 'invalid' }));
    expect(() => send('x', { parentId: 'nowhere' })).toThrow(expect.objectContaining({ code: 'notFound' }));
    expect(rows.turns(chat.id)).toEqual([]);
    conversations.remove(chat.id);
    expect(() => send('x')).toThrow(expect.objectContaining({ code: 'conflict' }));
  });

  it('names a chat after its first message, once (a name that a person chose is overwritten)', async () => {
    await exchange('  \nTell me about the old pond, and about everything else that a frog may jump into\nplease');
    expect(rows.get(chat.id).title).toBe('Tell me about the old pond, and about everything else that…');
    conversations.update(chat.id, { title: 'Ponds' });
    await exchange('more');
    expect(rows.get(chat.id).title).toBe('Ponds');
  });

  it('lets chats take turns (one that asked for four answers keeps the others waiting for all)', async () => {
    const other = conversations.create({ modelId: 'model1', systemPrompt: '' });
    send('A', { lanes: [base, base, base] });
    send('B', { chatId: other.id });
    for (let done = 0; done < 4; done += 1) await answer('ok');
    await conversations.settled();
    expect(engine.asked.map(({ request }) => request.messages[0]?.content)).toEqual(['A', 'B', 'A', 'A']);
  });

  it('tells windows when something changed', async () => {
    announced = 0;
    send('hello');
    expect(announced).toBeGreaterThan(0);
    await engine.next();
    announced = 0;
    engine.asked[0]?.finish();
    await conversations.settled();
    expect(announced).toBeGreaterThan(0);
  });
});

describe('watching', () => {
  it('gives what is missing and then what comes, to any number of watchers from any place', async () => {
    const { answers } = send('hello');
    const id = answers[0]?.id ?? '';
    const whole = hear(id);
    const asked = await engine.next();
    asked.say('one ');
    const late = hear(id, 2);
    await Promise.resolve();
    asked.say('two');
    asked.finish();
    expect(textOf(await whole)).toBe('one two');
    const news = await late;
    expect(textOf(news)).toBe('e two');
    expect(news.find((item) => item.type === 'text')).toMatchObject({ offset: 2 });
    expect(news.at(-1)).toMatchObject({ type: 'end', turn: { content: 'one two', state: 'done' } });
    expect(await hear(id)).toMatchObject([{ type: 'end', turn: { content: 'one two' } }]);
  });

  it('shows a lane that waits for another as waiting', async () => {
    const { answers } = send('hello', { lanes: [base, poet] });
    const watcher = conversations.watch(answers[1]?.id ?? '', 0);
    expect((await watcher.next()).value).toEqual({ type: 'phase', phase: 'waiting' });
    await answer('first');
    expect((await watcher.next()).value).toEqual({ type: 'phase', phase: 'answering' });
    await answer('second');
    expect((await watcher.next()).value).toMatchObject({ type: 'text', text: 'second' });
  });

  it('ends for a window that closes, and goes on for the others', async () => {
    const { answers } = send('hello');
    const id = answers[0]?.id ?? '';
    const asked = await engine.next();
    const closing = new AbortController();
    const gone = conversations.watch(id, 0, closing.signal);
    await gone.next();
    const nothingMore = gone.next();
    closing.abort();
    expect((await nothingMore).done).toBe(true);
    const staying = hear(id);
    asked.say('still here');
    asked.finish();
    expect(textOf(await staying)).toBe('still here');
  });

  it('shows in a chat opened meanwhile what is written so far', async () => {
    const { answers } = send('hello');
    (await engine.next()).say('half');
    expect(conversations.get(chat.id).turns[1]).toMatchObject({ content: 'half', state: 'answering' });
    expect(conversations.turn(answers[0]?.id ?? '').content).toBe('half');
  });
});

describe('stopping and failing', () => {
  it('keeps what was written, and a waiting answer never begins', async () => {
    const { answers } = send('hello', { lanes: [base, poet] });
    (await engine.next()).say('half an ans');
    conversations.stop(answers.map(({ id }) => id));
    await conversations.settled();
    expect(rows.turns(chat.id).slice(1)).toMatchObject([
      { content: 'half an ans', state: 'stopped', tokens: 3 },
      { content: '', state: 'stopped', tokens: null },
    ]);
    expect(engine.asked).toHaveLength(1);
  });

  it('keeps the error and the text before it, and answers the next message', async () => {
    const { answers } = send('hello');
    const asked = await engine.next();
    asked.say('I was ab');
    asked.fail(
      new GraftError('engineCrashed', verbatim('The engine process died.'), { remedy: verbatim('Resume the run.') }),
    );
    const news = await hear(answers[0]?.id ?? '');
    expect(news.at(-1)).toMatchObject({
      turn: {
        state: 'failed',
        content: 'I was ab',
        error: { code: 'engineCrashed', data: { remedy: expect.stringContaining('Ask again') } },
      },
    });
    await exchange('again');
    expect(engine.asked.at(-1)?.request.messages).toEqual([{ role: 'user', content: 'again' }]);
  });

  it('ends every answer when the studio closes (an answer for ever unfinished)', async () => {
    send('hello', { lanes: [base, poet] });
    (await engine.next()).say('so far');
    conversations.close();
    expect(rows.turns(chat.id).map(({ state, content }) => [state, content])).toEqual([
      ['done', 'hello'],
      ['stopped', 'so far'],
      ['stopped', ''],
    ]);
  });

  it('stops what is being answered in a chat that goes to the trash, and restores it as it was', async () => {
    const { answers } = send('hello');
    (await engine.next()).say('so far');
    conversations.remove(chat.id);
    await conversations.settled();
    expect(conversations.list({ trashed: true, offset: 0, limit: 9 }).items).toMatchObject([{ id: chat.id }]);
    conversations.restore(chat.id);
    expect(conversations.turn(answers[0]?.id ?? '')).toMatchObject({ state: 'stopped', content: 'so far' });
  });

  it('follows an answer that another process writes', async () => {
    const { answers } = send('hello');
    conversations.close();
    const [turn] = rows.turns(chat.id).slice(1);
    if (turn === undefined) throw new Error('no answer');
    rows.updateTurn(turn, { state: 'answering', content: 'from' });
    const news = hear(answers[0]?.id ?? '', 1);
    rows.updateTurn(turn, { state: 'done', content: 'from elsewhere' });
    expect(textOf(await news)).toBe('rom elsewhere');
  });
});

describe('branches and lanes', () => {
  it('gives each lane its own earlier answers and the system prompt', async () => {
    conversations.update(chat.id, { systemPrompt: 'Be brief.' });
    const first = await exchange('q1', { lanes: [base, poet] });
    await exchange('q2', { parentId: first.answers[0]?.id ?? '', lanes: [base, poet] });
    const [, , base2, poet2] = engine.asked.map(({ request }) => contents(request.messages));
    expect(base2).toEqual(['Be brief.', 'q1', 'q1.0', 'q2']);
    expect(poet2).toEqual(['Be brief.', 'q1', 'q1.1', 'q2']);
  });

  it('answers again in another round, with another seed (the same answer once more)', async () => {
    const first = await exchange('q1');
    const again = conversations.regenerate({ userTurnId: first.user.id, lanes: [base], sampling });
    await answer('another');
    await conversations.settled();
    expect(again.user).toEqual(first.user);
    expect(again.answers[0]).toMatchObject({ parentId: first.user.id });
    expect(again.answers[0]?.round).not.toBe(first.answers[0]?.round);
    expect(engine.asked.map(({ request }) => request.seed)).toEqual([sampling.seed, sampling.seed + 1]);
    expect(() => conversations.regenerate({ userTurnId: first.answers[0]?.id ?? '', lanes: [base], sampling })).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    );
  });

  it('edits a message beside the old one (the old conversation lost)', async () => {
    const first = await exchange('q1');
    const parentId = first.answers[0]?.id ?? null;
    await exchange('q2', { parentId });
    await exchange('q2 edited', { parentId });
    expect(contents(engine.asked.at(-1)?.request.messages ?? [])).toEqual(['q1', 'q1.0', 'q2 edited']);
    expect(rows.turns(chat.id)).toHaveLength(6);
  });

  it('leaves out the oldest exchanges of a conversation that is too long, and says how many', async () => {
    engine.tokensPerCharacter = 1;
    let parentId: string | null = null;
    for (const letter of ['a', 'b', 'c', 'd'])
      parentId = (await exchange(letter.repeat(15), { parentId })).answers[0]?.id ?? null;
    const omitted = rows
      .turns(chat.id)
      .flatMap(({ role, omittedTurns }) => (role === 'assistant' ? [omittedTurns] : []));
    expect(omitted).toEqual([0, 0, 0, 2]);
    expect(engine.asked.at(-1)?.request.messages[0]?.content).toBe('b'.repeat(15));
    const tooLong = send('x'.repeat(500));
    const news = await hear(tooLong.answers[0]?.id ?? '');
    expect(news.at(-1)).toMatchObject({ turn: { state: 'failed', error: { code: 'invalid' } } });
  });
});

describe('votes and engine', () => {
  it('takes one vote a round between its own answers, and takes it back', async () => {
    const { answers } = await exchange('q1', { lanes: [base, poet] });
    const round = answers[0]?.round ?? '';
    conversations.vote({ round, turnId: answers[1]?.id ?? '', blind: true });
    expect(conversations.tally()).toEqual([
      { adapterId: 'adapter1', won: 1, of: 1 },
      { adapterId: null, won: 0, of: 1 },
    ]);
    expect(conversations.get(chat.id).votes).toMatchObject([{ round, blind: true }]);
    expect(() => conversations.vote({ round, turnId: 'other', blind: false })).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    );
    expect(conversations.vote({ round, turnId: null, blind: false })).toBeNull();
    expect(conversations.tally()).toEqual([]);
    const alone = await exchange('q2');
    const vote = { round: alone.answers[0]?.round ?? '', turnId: alone.answers[0]?.id ?? '', blind: false };
    expect(() => conversations.vote(vote)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('takes no vote for an answer that failed, none against such alone, and counts neither', async () => {
    const { answers } = await exchange('q1', { lanes: [base, poet, base] });
    const round = answers[0]?.round ?? '';
    const [first, second, third] = answers.map(({ id }) => id);
    conversations.vote({ round, turnId: second ?? '', blind: false });
    const fail = (id: string | undefined): void =>
      void database.prepare(`UPDATE chat_messages SET state = 'failed' WHERE id = ?`).run(id);
    fail(first);
    expect(() => conversations.vote({ round, turnId: first ?? '', blind: false })).toThrow(/failed/);
    expect(conversations.tally()).toEqual([
      { adapterId: 'adapter1', won: 1, of: 1 },
      { adapterId: null, won: 0, of: 1 },
    ]);
    fail(third);
    expect(conversations.tally()).toEqual([]); // nothing is left to compare with
    expect(() => conversations.vote({ round, turnId: second ?? '', blind: false })).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    );
    expect(conversations.vote({ round, turnId: null, blind: false })).toBeNull(); // an old one can be taken back
  });

  it('warms up when nobody waits, the last wish alone, and does not unload while it answers', async () => {
    send('hello');
    const first = conversations.warmUp('model1', []);
    const last = conversations.warmUp('model2', []);
    await expect(conversations.unload()).rejects.toMatchObject({ code: 'conflict' });
    expect(engine.warmed).toEqual([]);
    await answer('ok');
    await Promise.all([first, last]);
    expect(engine.warmed).toEqual(['model2']);
    await conversations.settled();
    await conversations.unload();
    expect(conversations.engine().state).toBe('off');
  });
});

describe('export', () => {
  it('gives one conversation as Markdown with all answers of its rounds, and everything as JSON', async () => {
    const first = await exchange('q1', { lanes: [base, poet] });
    conversations.vote({ round: first.answers[0]?.round ?? '', turnId: first.answers[1]?.id ?? '', blind: false });
    await exchange('q2', { parentId: first.answers[0]?.id ?? null });
    await exchange('q1 edited');
    conversations.update(chat.id, { title: 'a/b: "c"?' });
    const leafId = rows.turns(chat.id).find(({ content }) => content === 'q2.0')?.id;
    const { fileName, text } = conversations.export(chat.id, { format: 'markdown', leafId });
    expect(fileName).toBe('a b c.md');
    const headings = text.split('\n').filter((line) => line.startsWith('#'));
    expect(headings).toEqual([
      '# a/b: "c"?',
      '## You',
      '## tiny',
      '## haiku voice (scale 0.5) — preferred',
      '## You',
      '## tiny',
    ]);
    expect(text).not.toContain('edited');
    const json = JSON.parse(conversations.export(chat.id, { format: 'json' }).text) as { turns: unknown[] };
    expect(json.turns).toHaveLength(7);
    expect(json).toMatchObject({ chat: { modelName: 'tiny' }, votes: [{ blind: false }] });
  });
});
