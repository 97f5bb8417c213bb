import { fireEvent, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnswerNews, ChatDetails } from '../../../main/contract/conversations.ts';
import type { ChatTurn } from '../../../main/contract/entities.ts';
import { defaultPreferences } from '../../../main/contract/preferences.ts';
import ScreenOutlet from '../../../renderer/components/ScreenOutlet.svelte';
import { chatEntries } from '../../../renderer/screens/chat/chatEntries.ts';
import { type GivenCalls, type TestWindow, pretendLayout, show, testWindow } from '../support/testWindow.ts';
import { answer, chat, detailsOf, model, user, vote } from './turns.ts';

const adapters = ['voice', 'letters'].map((name) => ({
  id: `id-${name}`,
  name,
  method: 'vera',
  modelId: 'm1',
  sizeBytes: 265_000,
}));
const straight = [user('Where is my parcel?'), answer('a1', 'Where is my parcel?', { content: 'On its way.' })];
const pair = [
  user('Late again.'),
  answer('x', 'Late again.', { round: 'r', lane: 0, content: 'I am sorry.', tokensPerSecond: 42 }),
  answer('y', 'Late again.', {
    round: 'r',
    lane: 1,
    adapterId: 'id-voice',
    scale: 1,
    swapMs: 0.05,
    content: 'Twice is too often.',
  }),
];

interface World extends TestWindow {
  /** What the studio keeps; a change shows after the feed has told of it. */
  keep(details: ChatDetails): void;
  /** News for whoever watches an answer. */
  tell(news: AnswerNews): void;
  readonly person: ReturnType<typeof userEvent.setup>;
}

/** The screen at an address, over a studio that holds one chat. */
async function open(
  address: string,
  kept: ChatDetails | null,
  calls: GivenCalls['chats'] = {},
  models = [model],
): Promise<World> {
  let details = kept;
  const news: AnswerNews[] = [];
  let wake = Promise.withResolvers<void>();
  async function* watch(): AsyncGenerator<AnswerNews> {
    for (let next = 0; ;) {
      const item = news[next];
      if (item === undefined) await wake.promise;
      else {
        next++;
        yield item;
        if (item.type === 'end') return;
      }
    }
  }
  const asked = (parentId: string): ChatTurn[] => [answer('new', parentId, { state: 'answering', content: '' })];
  const window = testWindow({
    chats: {
      list: () => ({
        items: details === null ? [] : [{ ...details.chat, turns: 2, excerpt: 'excerpt' }],
        total: details === null ? 0 : 1,
      }),
      get: () => details,
      create: () => chat,
      send: ({ content, parentId }: { content: string; parentId: string | null }) => ({
        user: user(content, parentId),
        answers: asked(content),
      }),
      regenerate: ({ userTurnId }: { userTurnId: string }) => ({ user: user(userTurnId), answers: asked(userTurnId) }),
      ...{ watch, stop: () => null, vote: () => null, tally: () => [], remove: () => null, restore: () => chat },
      ...{ warmUp: () => engine, engine: () => engine },
      ...calls,
    },
    models: { list: () => models },
    projects: { list: () => [] },
    adapters: {
      list: () => ({ items: adapters, total: 2, totalBytes: 0 }),
      get: ({ id }: { id: string }) => ({ adapter: adapters.find((one) => one.id === id) }),
    },
  });
  const { studio } = window;
  studio.router.go(address);
  await studio.preferences.load();
  show(window, ScreenOutlet, {});
  return {
    ...window,
    keep: (next) => {
      details = next;
      studio.refresh(['chats']);
    },
    tell: (item) => {
      news.push(item);
      wake.resolve();
      wake = Promise.withResolvers();
    },
    person: userEvent.setup(),
  };
}

const engine = {
  state: 'ready',
  modelId: 'm1',
  device: 'CPU',
  why: 'TensorFlow is installed',
  loadMs: 80,
  residentAdapterIds: [],
  error: null,
};
const field = () => screen.findByRole('textbox', { name: 'Message' });

beforeAll(pretendLayout);
beforeEach(() => sessionStorage.clear());

describe('a first message', () => {
  it('makes the chat, shows the words at once and the answer as it comes', async () => {
    const { person, inputsOf, studio, tell } = await open('/chat?new=1', null);
    await person.type(await field(), 'Hello there{Enter}');
    expect(await screen.findByText('Hello there')).toBeTruthy();
    expect(studio.router.path).toBe('/chat/c1');
    expect(inputsOf('chats.send')).toMatchObject([
      { chatId: 'c1', parentId: null, content: 'Hello there', lanes: [{ adapterId: null, scale: 1 }] },
    ]);
    tell({ type: 'phase', phase: 'loading' });
    expect(await screen.findByText('Loading the model…')).toBeTruthy();
    tell({ type: 'text', offset: 0, text: 'Well **met' });
    expect((await screen.findByText('met')).localName).toBe('strong');
    tell({ type: 'end', turn: answer('new', 'Hello there', { content: 'Well met.', tokensPerSecond: 42 }) });
    expect(await screen.findByText('Well met.')).toBeTruthy();
    expect(screen.getByText('42 tok/s')).toBeTruthy();
  });

  it('asks an example with one click', async () => {
    const { person, inputsOf } = await open('/chat?new=1', null);
    await person.click(await screen.findByRole('button', { name: 'Tell me about the sea.' }));
    await vi.waitFor(() => expect(inputsOf('chats.send')).toMatchObject([{ content: 'Tell me about the sea.' }]));
  });

  it('offers questions that the sample model can answer, where that one is asked', async () => {
    await open('/chat?new=1', null, {}, [{ ...model, source: 'sample' }]);
    expect(await screen.findByRole('button', { name: 'What should I wear when it rains?' })).toBeTruthy();
    expect(screen.queryByText(/parcel/)).toBeNull();
  });

  it('keeps the words in the field when they could not be sent, and makes no second chat for them', async () => {
    const send = (): never => {
      throw new Error('The disk is full.');
    };
    const { person, inputsOf } = await open('/chat?new=1', null, { send });
    await person.type(await field(), 'Hello{Enter}');
    expect(await screen.findByText('The disk is full.')).toBeTruthy();
    expect((await field()) as HTMLTextAreaElement).toHaveProperty('value', 'Hello');
    await person.keyboard('{Enter}');
    await vi.waitFor(() => expect(inputsOf('chats.send')).toHaveLength(2));
    expect(inputsOf('chats.create')).toHaveLength(1);
  });

  it('goes to the lanes of the address, and these are loaded before', async () => {
    const { person, inputsOf } = await open('/chat?adapter=base&compare=id-voice:0.5', null);
    const composer = await screen.findByPlaceholderText('Ask something…');
    await vi.waitFor(() => expect(inputsOf('chats.warmUp')).toEqual([{ modelId: 'm1', adapterIds: ['id-voice'] }]));
    await person.type(composer, 'Hi{Enter}');
    const lanes = [
      { adapterId: null, scale: 1 },
      { adapterId: 'id-voice', scale: 0.5 },
    ];
    await vi.waitFor(() => expect(inputsOf('chats.send')).toMatchObject([{ lanes }]));
  });
});

describe('writing', () => {
  it('sends nothing while an input method composes, nor empty lines; Shift+Enter begins a line', async () => {
    const { person, inputsOf } = await open('/chat/c1', detailsOf(straight));
    const composer = await field();
    await fireEvent.keyDown(composer, { key: 'Enter', isComposing: true });
    await person.type(composer, '  {Enter}');
    await person.clear(composer);
    await person.type(composer, 'one{Shift>}{Enter}{/Shift}two');
    expect(inputsOf('chats.send')).toEqual([]);
    expect(composer).toHaveProperty('value', 'one\ntwo');
    await person.keyboard('{Enter}');
    expect(inputsOf('chats.send')).toMatchObject([{ parentId: 'a1', content: 'one\ntwo' }]);
  });

  it('keeps a draft for each chat', async () => {
    const { person, studio } = await open('/chat/c1', detailsOf(straight));
    await person.type(await field(), 'half a th');
    studio.router.go('/chat?new=1');
    await vi.waitFor(async () => expect(await field()).toHaveProperty('value', ''));
    studio.router.go('/chat/c1');
    await vi.waitFor(async () => expect(await field()).toHaveProperty('value', 'half a th'));
  });

  it('edits the last message with the arrow up, as a version beside the old one', async () => {
    const { person, inputsOf } = await open(
      '/chat/c1',
      detailsOf([...straight, user('Really?', 'a1'), answer('a2', 'Really?')]),
    );
    await person.type(await field(), '{ArrowUp}');
    const editor = await screen.findByRole('textbox', { name: 'Edit the message' });
    await vi.waitFor(() => expect(editor).toHaveProperty('value', 'Really?'));
    await person.type(editor, ' Sure?{Enter}');
    await vi.waitFor(() =>
      expect(inputsOf('chats.send')).toMatchObject([{ parentId: 'a1', content: 'Really? Sure?' }]),
    );
  });
});

describe('an answer', () => {
  const running = [user('Go'), answer('run', 'Go', { state: 'answering', content: 'So far' })];

  it('that was running before a reload goes on where it was, and Escape stops it', async () => {
    const { person, inputsOf, tell } = await open('/chat/c1', detailsOf(running));
    expect(await screen.findByText('So far')).toBeTruthy();
    expect(inputsOf('chats.watch')).toEqual([{ turnId: 'run', offset: 6 }]);
    tell({ type: 'text', offset: 6, text: ' so good' });
    expect(await screen.findByText('So far so good')).toBeTruthy();
    await person.keyboard('{Escape}');
    expect(inputsOf('chats.stop')).toEqual([{ turnIds: ['run'] }]);
  });

  it('that failed says why and what to do, and is asked for again', async () => {
    const error = { code: 'engineCrashed', message: 'The engine ended.', data: { remedy: 'Ask again.' } } as const;
    const { person, inputsOf } = await open(
      '/chat/c1',
      detailsOf([user('Go'), answer('bad', 'Go', { state: 'failed', content: '', error })]),
    );
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toMatch(/The engine ended\.\s*Ask again\./);
    await person.click(within(alert).getByRole('button', { name: 'Try again' }));
    await vi.waitFor(() => expect(inputsOf('chats.regenerate')).toMatchObject([{ userTurnId: 'Go' }]));
  });

  it('has versions that can be switched, and the address keeps which', async () => {
    const turns = [...straight, answer('a2', 'Where is my parcel?', { content: 'Nobody knows.' })];
    const { person, studio } = await open('/chat/c1', detailsOf(turns));
    expect(await screen.findByText('Nobody knows.')).toBeTruthy();
    await person.click(screen.getByRole('button', { name: 'Version before' }));
    expect(await screen.findByText('On its way.')).toBeTruthy();
    expect(studio.router.query.get('leaf')).toBe('a1');
  });

  it('is the same in a second window after the feed told of it', async () => {
    const { keep } = await open('/chat/c1', detailsOf(straight));
    await screen.findByText('On its way.');
    keep(detailsOf([...straight, user('From elsewhere', 'a1')]));
    expect(await screen.findByText('From elsewhere')).toBeTruthy();
  });
});

describe('comparing', () => {
  it('votes by key, not while somebody writes, and takes a vote back', async () => {
    const { person, inputsOf, keep } = await open('/chat/c1', detailsOf(pair));
    const composer = await field();
    await screen.findByText('Twice is too often.');
    await person.type(composer, '2');
    expect(inputsOf('chats.vote')).toEqual([]);
    await person.keyboard('{Alt>}1{/Alt}');
    expect(inputsOf('chats.vote')).toMatchObject([{ turnId: 'x' }]);
    composer.blur();
    await person.keyboard('2');
    expect(inputsOf('chats.vote').at(-1)).toEqual({ round: 'r', turnId: 'y', blind: false });
    keep(detailsOf(pair, [vote('r', 'y')]));
    await person.click(await screen.findByRole('button', { name: /Take the vote back/ }));
    expect(inputsOf('chats.vote').at(-1)).toEqual({ round: 'r', turnId: null, blind: false });
  });

  it('blind tells neither names nor figures before the vote', async () => {
    const { person, inputsOf, keep, studio } = await open('/chat/c1', detailsOf(pair));
    await screen.findByText('Twice is too often.');
    await person.click(screen.getByRole('switch', { name: 'Blind' }));
    const messages = screen.getByRole('log');
    expect(messages.textContent).toContain('Answer A');
    for (const word of ['voice', 'Small', 'tok/s', 'ms', 'VeRA']) expect(messages.textContent).not.toContain(word);
    (document.activeElement as HTMLElement).blur();
    await person.keyboard('1');
    expect(inputsOf('chats.vote')).toMatchObject([{ round: 'r', blind: true }]);
    keep(detailsOf(pair, [vote('r', 'y', true)]));
    expect((await within(messages).findByText('voice')).textContent).toBe('voice');
    expect(studio.preferences.value.blindCompare).toBe(true);
  });

  it('offers no vote for an answer that failed, by button or key, and shows the names where nothing is left to compare', async () => {
    const broken = [...pair.slice(0, 2), { ...pair[2], state: 'failed', content: '', error: null } as const];
    const three = [...broken, answer('z', 'Late again.', { round: 'r', lane: 2, content: 'Third.' })];
    const { person, inputsOf, keep, studio } = await open('/chat/c1', detailsOf(three));
    await screen.findByText('Third.');
    expect(screen.getAllByRole('button', { name: /Prefer this answer/ })).toHaveLength(2);
    (document.activeElement as HTMLElement).blur();
    await person.keyboard('2');
    expect(inputsOf('chats.vote')).toEqual([]);
    keep(detailsOf(broken));
    expect(await screen.findByText('Answers that failed take no part in the comparison')).toBeTruthy();
    await studio.preferences.update({ blindCompare: true });
    await person.keyboard('1');
    expect(inputsOf('chats.vote')).toEqual([]);
    expect(screen.queryByText('Answer A')).toBeNull();
  });

  it('blind shows running answers together: which comes first would tell who it is', async () => {
    const half = [...pair.slice(0, 2), { ...pair[2], state: 'answering', content: 'Twi' } as const];
    const { studio, keep } = await open('/chat/c1', detailsOf(half));
    await studio.preferences.update({ blindCompare: true });
    expect(await screen.findAllByText('Shown together when all have answered: 1 of 2')).toHaveLength(2);
    expect(screen.queryByText('I am sorry.')).toBeNull();
    keep(detailsOf(pair));
    expect(await screen.findByText('I am sorry.')).toBeTruthy();
  });

  it('swaps an adapter from the next message on, and says so', async () => {
    const { person, inputsOf } = await open('/chat/c1', detailsOf(straight));
    await screen.findByText('On its way.');
    await person.click(screen.getByRole('button', { name: 'Add adapter' }));
    await person.click(await screen.findByText('letters'));
    expect(await screen.findByText('From the next message on')).toBeTruthy();
    await person.type(await screen.findByPlaceholderText('Reply to both…'), 'And now?{Enter}');
    const lanes = [
      { adapterId: null, scale: 1 },
      { adapterId: 'id-letters', scale: 1 },
    ];
    await vi.waitFor(() =>
      expect(inputsOf('chats.send')).toMatchObject([{ lanes, sampling: defaultPreferences.sampling }]),
    );
  });
});

describe('one adapter in two lanes', () => {
  it('is offered again, answers at scales of its own, and each lane has a name of its own', async () => {
    const { person, inputsOf } = await open('/chat/c1', detailsOf(straight));
    await screen.findByText('On its way.');
    for (const entry of ['letters', 'again, at another scale']) {
      await person.click(screen.getByRole('button', { name: 'Add adapter' }));
      await person.click(await screen.findByText(entry));
    }
    expect(await screen.findByRole('button', { name: 'Take letters × 0.50 out' })).toBeTruthy();
    await person.type(await screen.findByPlaceholderText('Reply to all three…'), 'And now?{Enter}');
    const lanes = [
      { adapterId: null, scale: 1 },
      { adapterId: 'id-letters', scale: 1 },
      { adapterId: 'id-letters', scale: 0.5 },
    ];
    await vi.waitFor(() => expect(inputsOf('chats.send')).toMatchObject([{ lanes }]));
  });
});

describe('chats', () => {
  it('open the newest at the bare address', async () => {
    const { studio } = await open('/chat', detailsOf(straight));
    expect(await screen.findByText('On its way.')).toBeTruthy();
    expect(studio.router.path).toBe('/chat/c1');
  });

  it('need a model, and say where to get one', async () => {
    await open('/chat', null, {}, []);
    expect((await screen.findByRole('link', { name: 'To the models' })).getAttribute('href')).toBe('/models');
  });

  it('go to the trash at once and come back', async () => {
    const { person, inputsOf, studio } = await open('/chat/c1', detailsOf(straight));
    await screen.findByText('On its way.');
    const entries = chatEntries(studio, chat, { title: 'Parcels', onrename: () => undefined });
    entries.find(({ label }) => label === 'Move to trash')?.onselect();
    await person.click(await screen.findByRole('button', { name: 'Undo' }));
    await vi.waitFor(() => expect(inputsOf('chats.restore')).toEqual([{ id: 'c1' }]));
    expect(inputsOf('chats.remove')).toEqual([{ id: 'c1' }]);
    await vi.waitFor(() => expect(studio.router.path).toBe('/chat/c1'));
  });

  it('in the trash are read and restored, not written to', async () => {
    await open('/chat/c1', { ...detailsOf(straight), chat: { ...chat, trashedAt: 1 } });
    expect(await screen.findByText('This chat is in the trash.')).toBeTruthy();
    expect(screen.queryByRole('textbox', { name: 'Message' })).toBeNull();
  });

  it('are found by what was said, and lead to the message', async () => {
    const hit = {
      chatId: 'c1',
      chatTitle: 'Parcels',
      turnId: 'a1',
      role: 'assistant',
      excerpt: 'On its \u0001way\u0002.',
      createdAt: 0,
    };
    const { person } = await open('/chat/c1', detailsOf(straight), { search: () => [hit] });
    await person.type(await screen.findByRole('searchbox', { name: 'Search chats' }), 'way');
    const mark = await screen.findByText('way');
    expect(mark.localName).toBe('mark');
    expect(mark.closest('a')?.getAttribute('href')).toBe('/chat/c1?leaf=a1&at=a1&find=way');
  });
});

describe('llama.cpp', () => {
  const nothing = { why: null, taskId: null, storage: 'bf16', checks: {}, speeds: null };

  it('is offered with its size until the person does not want it, and stays away then', async () => {
    const report = { ...nothing, state: 'notInstalled', bytes: 25e6 };
    const { studio, person } = await open('/chat?model=m1', null, { llamaCpp: () => report });
    expect(await screen.findByText(/llama\.cpp usually answers faster .* 25/)).toBeTruthy();
    await person.click(screen.getByRole('button', { name: 'No, thanks' }));
    await vi.waitFor(() => expect(screen.queryByText(/llama\.cpp usually answers faster/)).toBeNull());
    expect(studio.preferences.value.llamaCppDeclined).toBe(true);
  });

  it('asks before a large conversion, and remembers a no for this model', async () => {
    const report = { ...nothing, state: 'asks', bytes: 3.2e9 };
    const { studio, person } = await open('/chat?model=m1', null, { llamaCpp: () => report });
    expect(await screen.findByText(/would be converted, which takes 3\.2/)).toBeTruthy();
    await person.click(screen.getByRole('button', { name: 'No, thanks' }));
    await vi.waitFor(() => expect(studio.preferences.value.conversionsDeclined).toEqual([model.contentHash]));
  });
});
