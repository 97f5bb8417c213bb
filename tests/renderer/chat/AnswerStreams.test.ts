import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnswerNews } from '../../../main/contract/conversations.ts';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import type { Api } from '../../../renderer/lib/api.ts';
import { AnswerStream, AnswerStreams } from '../../../renderer/screens/chat/AnswerStreams.svelte.ts';
import { answer } from './turns.ts';

const text = (offset: number, piece: string): AnswerNews => ({ type: 'text', offset, text: piece });
const running = answer('a1', 'u1', { state: 'answering', content: '' });

describe('the text of an answer', () => {
  let frames: FrameRequestCallback[] = [];
  beforeEach(() => {
    frames = [];
    vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback));
    vi.stubGlobal('cancelAnimationFrame', () => (frames = []));
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });
  const frame = (): void => frames.splice(0).forEach((callback) => callback(0));

  it('reaches the screen once a frame however many pieces come', () => {
    const stream = new AnswerStream('');
    for (const [index, piece] of ['H', 'e', 'l', 'l', 'o'].entries()) stream.take(text(index, piece));
    expect([stream.text, frames.length]).toEqual(['', 1]);
    frame();
    expect(stream.text).toBe('Hello');
    stream.take(text(5, '!'));
    expect(frames).toHaveLength(1);
  });

  it('doubles nothing that comes again after a reconnect', () => {
    const stream = new AnswerStream('Hel');
    stream.take(text(0, 'Hello'));
    stream.take(text(3, 'lo'));
    frame();
    expect(stream.text).toBe('Hello');
  });

  it('shows its end at once, as the studio has it, and no frame after it brings old text back', () => {
    const stream = new AnswerStream('');
    stream.take(text(0, 'Hel'));
    stream.take({ type: 'end', turn: { ...running, state: 'done', content: 'Hello.' } });
    frame();
    expect([stream.text, stream.ended?.state]).toEqual(['Hello.', 'done']);
  });
});

describe('watching answers', () => {
  function watched(opens: ((offset: number) => AsyncIterable<AnswerNews>)[]) {
    const offsets: number[] = [];
    const errors: unknown[] = [];
    const watch = async ({ offset = 0 }: { readonly offset?: number }) => {
      offsets.push(offset);
      return opens.shift()?.(offset);
    };
    const streams = new AnswerStreams({ chats: { watch } } as unknown as Api, (error) => errors.push(error));
    return { streams, offsets, errors };
  }

  it('goes on behind what is here when the connection was lost', async () => {
    const { streams, offsets } = watched([
      async function* () {
        yield text(0, 'Twice ');
        throw new GraftError('network', verbatim('lost'));
      },
      async function* (offset) {
        yield text(offset, 'in a month');
        yield { type: 'end', turn: { ...running, state: 'done', content: 'Twice in a month' } };
      },
    ]);
    streams.watch([running]);
    await vi.waitFor(() => expect(streams.find('a1')?.ended?.content).toBe('Twice in a month'));
    expect(offsets).toEqual([0, 6]);
  });

  it('begins after a reload with what the chat already has', async () => {
    const { streams, offsets } = watched([async function* () {}]);
    streams.watch([{ ...running, content: 'Twice' }]);
    expect(streams.find('a1')?.text).toBe('Twice');
    await vi.waitFor(() => expect(offsets).toEqual([5]));
  });

  it('watches each answer once and none that has ended', () => {
    const { streams, offsets } = watched([async function* () {}]);
    streams.watch([running, answer('old', 'u1')]);
    streams.watch([running]);
    expect(offsets).toHaveLength(1);
    expect(streams.find('old')).toBeUndefined();
  });

  it('tells an error that is no lost connection, once', async () => {
    const { streams, errors, offsets } = watched([
      async function* () {
        throw new GraftError('notFound', verbatim('gone'));
      },
    ]);
    streams.watch([running]);
    await vi.waitFor(() => expect(errors).toHaveLength(1));
    streams.watch([running]);
    expect(offsets).toHaveLength(1);
  });
});
