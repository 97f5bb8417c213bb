/**
 * The conversation of `chat`: lines in, streamed answers out, commands that begin with a slash. Ctrl-C stops an answer;
 * at the prompt it ends the conversation.
 */
import { createInterface, type Interface } from 'node:readline/promises';
import { scaleNote } from './scaleNote.ts';
import { toGraftError } from '../contract/errors.ts';
import { readNumber } from '../contract/numberText.ts';
import type { Studio } from '../contract/services.ts';
import type { ChatBackendRequest, ChatMessage, ChatRequest } from '../contract/conversations.ts';
import { chatCommandWords } from '../contract/words/chatCommand.ts';
import { englishOf } from '../contract/words/words.ts';
import { type ChatAdapter, isSame, parseChatAdapter, shownAdapter, withoutDoubles } from './chatAdapters.ts';
import { renderError } from './errorText.ts';
import { milliseconds } from './format.ts';
import type { CommandSession } from './session.ts';

export interface ConversationSetup {
  readonly session: CommandSession;
  readonly studio: Studio;
  readonly model: string;
  readonly adapters: readonly (ChatAdapter | null)[];
  readonly system: string | undefined;
  readonly sampling: Omit<ChatRequest, 'model' | 'adapter' | 'messages'>;
  readonly backend: ChatBackendRequest;
}

const help = [
  '/use NAME      answer with this adapter, NAME:0.5 at that scale; /use none for the base alone',
  '/scale NUMBER  how strongly the adapter that answers counts; 1 is as trained',
  '/compare TEXT  answers of the base and every adapter to the same text; without TEXT, to your last message',
  '/reset         forget the conversation',
  '/help          this list',
  '/exit          end (so does Ctrl-D)',
];

export class Conversation {
  readonly #setup: ConversationSetup;
  /** The same adapter may stand there at several scales. */
  #adapters: readonly ChatAdapter[];
  #current: ChatAdapter | null;
  #messages: ChatMessage[];
  #answering: AbortController | undefined;
  /** Messages at the beginning of the conversation that the last answer did not see. */
  #leftOut = 0;

  readonly #commands = new Map<string, (rest: string) => void | Promise<void>>([
    ['/help', () => this.#setup.session.terminal.print(help.join('\n'))],
    ['/use', (name) => this.#use(name)],
    ['/scale', (number) => this.#scale(number)],
    ['/compare', (text) => this.#compare(text)],
    ['/reset', () => (this.#messages = systemMessage(this.#setup.system))],
  ]);

  constructor(setup: ConversationSetup) {
    this.#setup = setup;
    this.#adapters = withoutDoubles(setup.adapters.filter((adapter) => adapter !== null));
    this.#current = setup.adapters[0] ?? null;
    this.#messages = systemMessage(setup.system);
  }

  /** Until /exit, Ctrl-D or Ctrl-C at the prompt. */
  async run(): Promise<void> {
    const { session, studio, model, backend } = this.#setup;
    const { terminal, interrupt } = session;
    const { device, loadMs, why } = await studio.chats.open(
      model,
      this.#adapters.map(({ id }) => id),
      backend,
    );
    terminal.note(
      terminal.dim(
        `${model} on ${englishOf(device)} (${englishOf(why)}), loaded in ${milliseconds(loadMs)}. /help lists what you can do here.`,
      ),
    );
    const { stdin, stdout } = session.surroundings;
    const lines = createInterface({ input: stdin, output: terminal.isInteractive ? stdout : undefined });
    const release = interrupt.take(() => this.#interrupted(lines));
    lines.on('SIGINT', () => interrupt.trigger());
    try {
      await this.#readLines(lines);
    } finally {
      release();
      lines.close();
    }
  }

  async #readLines(lines: Interface): Promise<void> {
    const { terminal } = this.#setup.session;
    const prompt = (): void => {
      lines.setPrompt(`${terminal.bold(this.#current === null ? 'base' : shownAdapter(this.#current))}> `);
      if (terminal.isInteractive) lines.prompt();
    };
    prompt();
    for await (const line of lines) {
      const text = line.trim();
      if (text === '/exit' || text === '/quit') return;
      try {
        await this.#take(text);
      } catch (thrown) {
        terminal.note(renderError(toGraftError(thrown), terminal));
      }
      prompt();
    }
  }

  async #take(text: string): Promise<void> {
    const { terminal } = this.#setup.session;
    const [command = '', ...words] = text.split(/\s+/);
    if (command === '') return;
    if (!command.startsWith('/')) return this.#say(text);
    const run = this.#commands.get(command);
    if (run === undefined) terminal.note(`There is no ${command}; /help lists what there is.`);
    else await run(words.join(' '));
  }

  #use(name: string): void {
    const { studio, session } = this.#setup;
    if (name === 'none' || name === '') {
      if (name === '') session.terminal.note(`Here are: none, ${this.#adapters.map(shownAdapter).join(', ')}`);
      else this.#current = null;
      return;
    }
    const wanted = parseChatAdapter(name, studio.adapters);
    if (wanted === null) return;
    const { scale } = wanted;
    const known = this.#adapters.find(
      (adapter) => adapter.id === wanted.id && (scale === undefined || adapter.scale === scale),
    );
    this.#current = known ?? { ...wanted, scale: scale ?? 1 };
    this.#adapters = withoutDoubles([...this.#adapters, this.#current]);
  }

  #scale(text: string): void {
    const { terminal } = this.#setup.session;
    const scale = readNumber(text) ?? NaN;
    if (Number.isNaN(scale) || this.#current === null) {
      terminal.note(
        this.#current === null
          ? 'The base has no scale; /use an adapter first.'
          : '/scale takes a number, e.g. /scale 0.5',
      );
      return;
    }
    const current = this.#current;
    const scaled = { ...current, scale };
    this.#adapters = withoutDoubles(this.#adapters.map((adapter) => (isSame(adapter, current) ? scaled : adapter)));
    this.#current = scaled;
    const note = scaleNote(scaled, this.#setup.studio.adapters);
    if (note !== undefined) terminal.note(note);
  }

  async #say(text: string): Promise<void> {
    const asked: ChatMessage[] = [...this.#messages, { role: 'user', content: text }];
    const answer = await this.#answer(this.#current, asked);
    this.#messages = [...asked, { role: 'assistant', content: answer }];
  }

  async #compare(text: string): Promise<void> {
    const { terminal } = this.#setup.session;
    const lastQuestion = this.#messages.findLastIndex(({ role }) => role === 'user');
    if (text === '' && lastQuestion < 0) {
      terminal.note('/compare needs a text, or a message before it.');
      return;
    }
    const asked: ChatMessage[] =
      text === '' ? this.#messages.slice(0, lastQuestion + 1) : [...this.#messages, { role: 'user', content: text }];
    for (const adapter of [null, ...this.#adapters]) {
      terminal.print(terminal.bold(adapter === null ? 'base' : shownAdapter(adapter)));
      await this.#answer(adapter, asked);
    }
  }

  /** Streams one answer and tells what it cost. */
  async #answer(adapter: ChatAdapter | null, messages: readonly ChatMessage[]): Promise<string> {
    const { studio, session, model, sampling } = this.#setup;
    const { terminal } = session;
    const whole = { model, adapter: adapter && { idOrName: adapter.id, scale: adapter.scale }, messages, ...sampling };
    this.#answering = new AbortController();
    try {
      const request = { ...whole, messages: await this.#fitted(whole) };
      const answer = await studio.chats.send(request, (piece) => terminal.write(piece), this.#answering.signal);
      terminal.print('');
      const reused =
        answer.reusedTokens === 0 ? '' : `, ${answer.reusedTokens} of ${answer.promptTokens} prompt tokens reused`;
      terminal.note(
        terminal.dim(`${Math.round(answer.tokensPerSecond)} tokens/s, swap ${milliseconds(answer.swapMs)}${reused}`),
      );
      return answer.text;
    } finally {
      this.#answering = undefined;
    }
  }

  /**
   * Without the oldest exchanges where the model does not hold them; says so when there are more of them than before.
   */
  async #fitted(request: ChatRequest): Promise<readonly ChatMessage[]> {
    const { studio, session } = this.#setup;
    const { messages, omittedTurns } = await studio.chats.fit(request);
    if (omittedTurns > this.#leftOut) session.terminal.note(chatCommandWords.leftOut({ count: omittedTurns }).text);
    this.#leftOut = omittedTurns;
    return messages;
  }

  #interrupted(lines: Interface): boolean {
    if (this.#answering === undefined) {
      this.#setup.session.exitStatus = 130;
      lines.close();
    } else {
      this.#answering.abort();
    }
    return true;
  }
}

function systemMessage(system: string | undefined): ChatMessage[] {
  return system === undefined ? [] : [{ role: 'system', content: system }];
}
