import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from 'better-sqlite3';
import type { ChatTurn } from '../../main/contract/entities.ts';
import { AdapterRepository } from '../../main/database/adapters.ts';
import { ChatRepository } from '../../main/database/chats.ts';
import { ChatSearch } from '../../main/database/chatSearch.ts';
import { ChatVoteRepository } from '../../main/database/chatVotes.ts';
import { ModelRepository } from '../../main/database/models.ts';
import { openDatabase } from '../../main/database/openDatabase.ts';
import { ProjectRepository } from '../../main/database/projects.ts';
import { sampleAdapter, sampleChat, sampleModel, sampleTurn } from './sampleRows.ts';

const home = join('/', 'data');
let database: Database;
let chats: ChatRepository;
let votes: ChatVoteRepository;
let search: ChatSearch;

beforeEach(() => {
  database = openDatabase({ file: ':memory:' }).database;
  new ModelRepository(database, home).insert(sampleModel(home));
  new ProjectRepository(database).insert({ id: 'project1', name: 'Default', modelId: null, createdAt: 1 });
  chats = new ChatRepository(database);
  votes = new ChatVoteRepository(database);
  search = new ChatSearch(database);
});

const found = (text: string): string[] => search.find(text).map(({ turnId }) => turnId);

function say(content: string, overrides: Partial<ChatTurn> = {}): void {
  chats.addTurn(sampleTurn({ id: content, content, ...overrides }));
}

describe('messages', () => {
  it('give back what was written, every figure (a column swapped or lost on the way)', () => {
    new AdapterRepository(database, home).save(sampleAdapter(home));
    chats.insert(sampleChat());
    const answer = sampleTurn({
      ...{
        id: 'a',
        parentId: 'q',
        role: 'assistant',
        content: 'きっと',
        state: 'failed',
        round: 'r1',
        lane: 3,
        adapterId: 'adapter1',
      },
      ...{
        error: { code: 'engineCrashed', message: 'gone', data: { remedy: 'again' } },
        scale: 0.5,
        swapMs: 1.5,
        promptMs: 20.25,
      },
      ...{ tokens: 7, tokensPerSecond: 12.5, cutOff: true, omittedTurns: 4, createdAt: 9 },
    });
    chats.addTurns([sampleTurn({ id: 'q', content: 'ask' }), answer]);
    expect(chats.turns('chat1')).toEqual([sampleTurn({ id: 'q', content: 'ask' }), answer]);
    expect(chats.round('r1')).toEqual([answer]);
    const changes = {
      content: 'x',
      state: 'done',
      error: null,
      swapMs: 2,
      promptMs: 3,
      tokens: 4,
      tokensPerSecond: 5,
    } as const;
    expect(chats.updateTurn(answer, { ...changes, cutOff: false, omittedTurns: 0 })).toEqual(chats.findTurn('a'));
    expect(chats.findTurn('a')).toMatchObject(changes);
  });

  it('follow one branch (siblings mixed into a conversation)', () => {
    chats.insert(sampleChat());
    const turns = [
      sampleTurn({ id: 't1' }),
      sampleTurn({ id: 't2', parentId: 't1' }),
      sampleTurn({ id: 't3', parentId: 't1' }),
    ];
    turns.forEach((one) => chats.addTurn(one));
    expect(chats.branch('t3').map(({ id }) => id)).toEqual(['t1', 't3']);
    expect(chats.get('On frogs').updatedAt).toBe(2);
  });

  it('write all of a round or nothing (a question whose answers are missing)', () => {
    chats.insert(sampleChat());
    const turns = [sampleTurn({ id: 'q' }), sampleTurn({ id: 'a', parentId: 'q', adapterId: 'no such adapter' })];
    expect(() => chats.addTurns(turns)).toThrow(/FOREIGN KEY/);
    expect(chats.turns('chat1')).toEqual([]);
  });

  it('keep what was written when their process died, and take nothing after the end (an answer for ever unfinished)', () => {
    chats.insert(sampleChat());
    chats.addTurn(sampleTurn({ id: 'a', role: 'assistant', state: 'answering' }));
    chats.writeText('a', 'half an ans');
    expect(chats.endAnswering()).toBe(1);
    chats.writeText('a', 'too late');
    expect(chats.findTurn('a')).toMatchObject({ state: 'stopped', content: 'half an ans' });
  });

  it('of a kind that nobody knows are refused (a wrong role handed on as right)', () => {
    chats.insert(sampleChat());
    say('hello');
    database.exec(`UPDATE chat_messages SET role = 'tool'`);
    expect(() => chats.turns('chat1')).toThrow(expect.objectContaining({ code: 'integrity' }));
  });
});

describe('the list of chats', () => {
  it('shows the last words as a line of text (bars and fences of Markdown)', () => {
    chats.insert(sampleChat({ id: 'one', title: 'one' }));
    const content = '## Sizes\n\n| Method | File |\n|---|---:|\n| VeRA | **80 kB** |\n\n```ts\nconst a = b * c;\n```';
    chats.addTurns([sampleTurn({ id: 'a', chatId: 'one', role: 'assistant', content })]);
    expect(chats.page({ offset: 0, limit: 1 }).items[0]?.excerpt).toBe('Sizes Method File VeRA 80 kB const a = b * c;');
  });

  it('pages by project and trash, the last written to first, with the last words (a chat in two lists or in none)', () => {
    chats.insert(sampleChat({ id: 'old', title: 'old' }));
    chats.insert(sampleChat({ id: 'new', title: 'new', projectId: 'project1', updatedAt: 5 }));
    chats.insert(sampleChat({ id: 'gone', title: 'gone', trashedAt: 3 }));
    chats.addTurns([
      sampleTurn({ id: 'q', chatId: 'old', content: 'a question', createdAt: 7 }),
      sampleTurn({
        id: 'a',
        chatId: 'old',
        role: 'assistant',
        content: `an\n\nanswer ${'x'.repeat(500)}`,
        createdAt: 8,
      }),
      sampleTurn({ id: 'b', chatId: 'old', role: 'assistant', state: 'failed', createdAt: 8 }),
    ]);
    const page = chats.page({ offset: 0, limit: 10 });
    expect(page.items.map(({ id, turns }) => [id, turns])).toEqual([
      ['old', 3],
      ['new', 0],
    ]);
    expect(page.items[0]?.excerpt).toMatch(/^an answer x{100,200}$/);
    expect(chats.page({ offset: 1, limit: 1 })).toMatchObject({ items: [{ id: 'new' }], total: 2 });
    expect(chats.page({ offset: 0, limit: 10, projectId: 'project1' })).toMatchObject({
      items: [{ id: 'new' }],
      total: 1,
    });
    expect(chats.page({ offset: 0, limit: 10, trashed: true })).toMatchObject({ items: [{ id: 'gone' }], total: 1 });
  });

  it('changes only what was asked (a rename that empties the system prompt)', () => {
    chats.insert(sampleChat({ systemPrompt: 'Be brief.' }));
    expect(chats.update('chat1', { title: 'Pond' })).toEqual(sampleChat({ systemPrompt: 'Be brief.', title: 'Pond' }));
    expect(chats.get('chat1')).toEqual(sampleChat({ systemPrompt: 'Be brief.', title: 'Pond' }));
    chats.update('chat1', { trashedAt: 9 });
    expect(chats.find('Pond')).toBeUndefined();
    expect(chats.get('chat1').trashedAt).toBe(9);
  });
});

describe('search', () => {
  beforeEach(() => chats.insert(sampleChat({ title: '' })));

  it('finds parts of words in any case and any order, newest first', () => {
    ['An old silent pond', 'A frog jumps into the pond', 'Splash! Silence again.'].forEach((text) => say(text));
    expect(found('POND')).toEqual(['A frog jumps into the pond', 'An old silent pond']);
    expect(found('pond frog')).toEqual(['A frog jumps into the pond']);
    expect(found('sil on')).toEqual(['An old silent pond']);
  });

  it('finds Japanese by one, two and more characters, and capitals beyond ASCII', () => {
    ['古池や蛙飛びこむ水の音', '夏草や兵どもが夢の跡', 'Ärger'].forEach((text) => say(text));
    expect(found('蛙飛び')).toEqual(['古池や蛙飛びこむ水の音']);
    expect(found('蛙')).toEqual(['古池や蛙飛びこむ水の音']);
    expect(found('夢 夏草や')).toEqual(['夏草や兵どもが夢の跡']);
    expect(found('äR')).toEqual(['Ärger']);
  });

  it('takes quotes, operators and wildcards as text (a query that is an error, or that means something)', () => {
    ['say "hello" twice', 'a*b (c)', '100% of NEAR'].forEach((text) => say(text));
    expect(found('"hello"')).toEqual(['say "hello" twice']);
    expect(found('a*b')).toEqual(['a*b (c)']);
    expect(found('0%')).toEqual(['100% of NEAR']);
    expect(found('" OR "')).toEqual([]);
    expect(found('NEAR(')).toEqual([]);
    expect(found(' \u0000 ')).toEqual([]);
  });

  it('never fails, and whatever was written is found by any part of it', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(text, fc.nat(30), fc.nat(10), (content, from, length) => {
        database.exec('DELETE FROM chat_messages');
        chats.addTurn(sampleTurn({ id: 'only', content }));
        const part = Array.from(content)
          .slice(from, from + length + 1)
          .join('');
        expect(found(part)).toEqual(/[^\s\p{Cc}]/u.test(part) ? ['only'] : []);
      }),
    );
  });

  it('marks what was found in a passage around it', () => {
    say(`${'before '.repeat(40)}the FROG\njumps${' after'.repeat(40)}`);
    const [hit] = search.find('frog jum');
    expect(hit?.excerpt).toMatch(/^….{20,40}the \u0001FROG\u0002 \u0001jum\u0002ps after.*…$/);
    expect(hit).toMatchObject({ chatId: 'chat1', chatTitle: '', role: 'user' });
  });

  it('finds titles too, and nothing in the trash', () => {
    say('hello there');
    chats.update('chat1', { title: 'Greetings' });
    expect(search.find('greet')).toMatchObject([
      { role: 'title', excerpt: '\u0001Greet\u0002ings', turnId: 'hello there' },
    ]);
    chats.update('chat1', { trashedAt: 1 });
    expect([...found('greet'), ...found('hello')]).toEqual([]);
    chats.update('chat1', { trashedAt: null });
    expect(found('hello')).toEqual(['hello there']);
  });

  it('follows an answer as it grows, and forgets what was removed (deleted text still found)', () => {
    chats.addTurn(sampleTurn({ id: 'a', role: 'assistant', state: 'answering' }));
    chats.writeText('a', 'secret words');
    expect(found('secret')).toEqual(['a']);
    chats.remove('chat1');
    expect(found('secret')).toEqual([]);
    database.exec(`INSERT INTO chat_search (chat_search) VALUES ('integrity-check')`);
  });
});

describe('votes', () => {
  it('count per adapter what it won of the rounds it took part in', () => {
    new AdapterRepository(database, home).save(sampleAdapter(home));
    chats.insert(sampleChat());
    const answer = (id: string, round: string, adapterId: string | null): ChatTurn =>
      sampleTurn({ id, round, adapterId, role: 'assistant', content: id });
    chats.addTurns([
      ...[answer('a1', 'r1', null), answer('a2', 'r1', 'adapter1'), answer('a3', 'r1', 'adapter1')],
      ...[answer('b1', 'r2', null), answer('b2', 'r2', 'adapter1')],
      ...[answer('c1', 'r3', null), answer('c2', 'r3', 'adapter1')],
      ...[answer('d1', 'r4', 'adapter1'), answer('d2', 'r4', 'adapter1')], // at two scales: a win over nobody
    ]);
    votes.set({ round: 'r4', turnId: 'd1', blind: false, createdAt: 0 });
    expect(votes.tally()).toEqual([]);
    votes.remove('r4');
    votes.set({ round: 'r1', turnId: 'a1', blind: false, createdAt: 1 });
    votes.set({ round: 'r1', turnId: 'a3', blind: true, createdAt: 2 });
    votes.set({ round: 'r2', turnId: 'b1', blind: false, createdAt: 3 });
    expect(votes.ofChat('chat1')).toEqual([
      { round: 'r1', turnId: 'a3', blind: true, createdAt: 2 },
      { round: 'r2', turnId: 'b1', blind: false, createdAt: 3 },
    ]);
    expect(votes.tally()).toEqual([
      { adapterId: null, won: 1, of: 2 },
      { adapterId: 'adapter1', won: 1, of: 2 },
    ]);
    votes.remove('r1');
    expect(votes.tally()).toEqual([
      { adapterId: null, won: 1, of: 1 },
      { adapterId: 'adapter1', won: 0, of: 1 },
    ]);
  });
});
