/**
 * Writes answers: one at a time, because there is one engine, chats taking turns. An answer's row is there before its
 * first word; its text reaches the database every second and at the end, so that a killed process loses a second of it.
 */
import type {
  AnswerPhase,
  ChatAnswer,
  ChatEngineState,
  ChatRequest,
  FittedContext,
} from '../../contract/conversations.ts';
import type { Chat, ChatTurn, Model } from '../../contract/entities.ts';
import { GraftError, toGraftError } from '../../contract/errors.ts';
import type { Sampling } from '../../contract/preferences.ts';
import type { ChatRepository, TurnChanges } from '../../database/chats.ts';
import { laneContext } from './conversationContext.ts';
import { FairTurns } from './FairTurns.ts';
import { fitContext } from './fitContext.ts';
import { LiveAnswer } from './LiveAnswer.ts';
import { chatWords } from '../../contract/words/chats.ts';
import type { Said } from '../../contract/words/words.ts';

/** What answers; Chats is one. Calls come one at a time. */
export interface AnswerEngine {
  send(request: ChatRequest, onText?: (piece: string) => void, signal?: AbortSignal): Promise<ChatAnswer>;
  countTokens(request: Pick<ChatRequest, 'model' | 'adapter' | 'messages'>): Promise<number>;
  warmUp(modelId: string, adapterIds: readonly string[]): Promise<void>;
  unload(): Promise<void>;
  state(): ChatEngineState;
  onState(listener: (state: ChatEngineState) => void): void;
}

export interface AnsweringSetup {
  readonly rows: ChatRepository;
  readonly engine: AnswerEngine;
  readonly models: { get(id: string): Model };
  /** Something that lists and windows show has changed. */
  readonly announce: () => void;
}

const writeEveryMs = 1_000;
const phases: Partial<Record<ChatEngineState['state'], AnswerPhase>> = { loading: 'loading', answering: 'answering' };

export class Answering {
  readonly #setup: AnsweringSetup;
  readonly #turns = new FairTurns();
  readonly #live = new Map<string, LiveAnswer>();
  #current: LiveAnswer | undefined;
  #replaceIdle: (() => void) | undefined;
  #closed = false;

  constructor(setup: AnsweringSetup) {
    this.#setup = setup;
    setup.engine.onState(({ state }) => {
      const phase = phases[state];
      if (phase !== undefined) this.#current?.enter(phase);
      if (!this.#closed) setup.announce();
    });
  }

  get busy(): boolean {
    return this.#turns.busy;
  }

  find(turnId: string): LiveAnswer | undefined {
    return this.#live.get(turnId);
  }

  ofChat(chatId: string): readonly LiveAnswer[] {
    return [...this.#live.values()].filter(({ turn }) => turn.chatId === chatId);
  }

  /** Answers whose rows are written. */
  ask(answers: readonly ChatTurn[], sampling: Sampling): void {
    for (const turn of answers) {
      const live = new LiveAnswer(turn);
      this.#live.set(turn.id, live);
      this.#turns.add(turn.chatId, () => this.#answer(live, sampling));
    }
  }

  /**
   * What was written is kept. One that the engine has not begun ends at once; the engine ends the one it is writing.
   */
  stop(live: LiveAnswer): void {
    live.stop();
    if (live.phase !== 'answering') this.#end(live, { content: live.text, state: 'stopped' });
  }

  /** When nobody waits for an answer. Replaces what waited so before, whose promise resolves without its work. */
  async whenIdle(work: () => Promise<void>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#replaceIdle?.();
    this.#replaceIdle = resolve;
    this.#turns.addWhenIdle(() => work().then(resolve, reject));
    return promise;
  }

  /** Ends every answer with what it has. The engine is closed by whoever owns it, which ends what it still does. */
  close(): void {
    this.#closed = true;
    this.#replaceIdle?.();
    for (const live of this.#live.values()) {
      live.stop();
      this.#end(live, { content: live.text, state: 'stopped' });
    }
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.#turns.idle();
  }

  async #answer(live: LiveAnswer, sampling: Sampling): Promise<void> {
    if (live.hasEnded) return;
    this.#current = live;
    const timer = setInterval(() => this.#keep(live), writeEveryMs);
    try {
      this.#end(live, await this.#write(live, sampling));
    } catch (thrown) {
      this.#end(live, endOf(live, toGraftError(thrown)));
    } finally {
      clearInterval(timer);
      this.#current = undefined;
    }
  }

  async #write(live: LiveAnswer, sampling: Sampling): Promise<TurnChanges> {
    const { rows, models, engine, announce } = this.#setup;
    const chat = rows.get(live.turn.chatId);
    const model = models.get(chat.modelId ?? '');
    live.enter(engine.state().modelId === model.id ? 'answering' : 'loading');
    announce();
    const { messages, omittedTurns } = await this.#context(live.turn, { chat, model, sampling });
    const { adapterId, scale } = live.turn;
    const adapter = adapterId === null ? null : { idOrName: adapterId, scale: scale ?? 1 };
    const request = { ...sampling, model: model.id, adapter, messages, seed: this.#seed(live.turn, sampling) };
    const answer = await engine.send(request, (piece) => live.add(piece), live.signal);
    return { ...whole(answer), omittedTurns };
  }

  /** Made when its turn has come: the answers before it are written by then. */
  async #context(
    turn: ChatTurn,
    { chat, model, sampling }: { readonly chat: Chat; readonly model: Model; readonly sampling: Sampling },
  ): Promise<FittedContext> {
    const { rows, engine } = this.#setup;
    const adapter = turn.adapterId === null ? null : { idOrName: turn.adapterId, scale: turn.scale ?? 1 };
    return fitContext({
      path: laneContext(rows.turns(chat.id), turn.parentId ?? '', turn.lane),
      systemPrompt: chat.systemPrompt,
      contextLength: model.shape.maxPositions,
      answerTokens: sampling.maxTokens,
      count: (messages) => engine.countTokens({ model: model.id, adapter, messages }),
    });
  }

  /**
   * The n-th time the same message is answered samples with the n-th seed: asked again, a model says something else.
   */
  #seed(turn: ChatTurn, { seed }: Sampling): number {
    const siblings = this.#setup.rows.turns(turn.chatId).filter(({ parentId }) => parentId === turn.parentId);
    return seed + [...new Set(siblings.map(({ round }) => round))].indexOf(turn.round);
  }

  #keep(live: LiveAnswer): void {
    if (live.hasEnded) return;
    try {
      this.#setup.rows.writeText(live.turn.id, live.text);
    } catch (thrown) {
      live.stop();
      this.#end(live, endOf(live, toGraftError(thrown)));
    }
  }

  /** The first end counts. Where it cannot be written, watchers hear why. */
  #end(live: LiveAnswer, changes: TurnChanges): void {
    if (live.hasEnded) return;
    this.#live.delete(live.turn.id);
    try {
      live.end(this.#setup.rows.updateTurn(live.turn, changes));
    } catch (thrown) {
      live.end({ ...live.turn, content: live.text, state: 'failed', error: toGraftError(thrown).toJSON() });
    }
    this.#setup.announce();
  }
}

function whole(answer: ChatAnswer): TurnChanges {
  const { text, finish, swapMs, promptMs, ids, tokensPerSecond } = answer;
  const state = finish === 'cancelled' ? 'stopped' : 'done';
  return { content: text, state, cutOff: finish === 'length', swapMs, promptMs, tokens: ids.length, tokensPerSecond };
}

function endOf(live: LiveAnswer, error: GraftError): TurnChanges {
  if (error.code === 'cancelled' || (live.signal.aborted && error.code === 'interrupted'))
    return { content: live.text, state: 'stopped' };
  return { content: live.text, state: 'failed', error: forChat(error).toJSON() };
}

const remedies: Partial<Record<GraftError['code'], Said>> = {
  outOfMemory: chatWords.closePrograms(),
  engineCrashed: chatWords.askAgain(),
  deviceLost: chatWords.checkDriver(),
};

/** The engine's own remedies speak of runs. */
function forChat(error: GraftError): GraftError {
  const remedy = remedies[error.code];
  return remedy === undefined ? error : GraftError.fromJson({ ...error.toJSON(), remedyReason: remedy }, error);
}
