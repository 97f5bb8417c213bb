/**
 * The conversations of the studio: what is asked and answered is kept as a tree of messages. Asking writes the rows and
 * returns; who writes the answers is Answering. A message whose answers are still coming can itself be answered: each
 * answer sees what is there when its turn comes.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type {
  AnswerNews,
  AnswerRequest,
  ChatDetails,
  ChatEngineState,
  ChatHit,
  ChatLane,
  ChatListQuery,
  ChatSummary,
  ChatVote,
  ConversationService,
  SentMessage,
  VoteTally,
} from '../../contract/conversations.ts';
import { isComparable } from '../../contract/conversations.ts';
import type { Adapter, Chat, ChatTurn, Model, Project } from '../../contract/entities.ts';
import { GraftError, toGraftError } from '../../contract/errors.ts';
import type { Page } from '../../contract/library.ts';
import type { ChangeService } from '../../contract/services.ts';
import type { ChatRepository } from '../../database/chats.ts';
import type { ChatSearch } from '../../database/chatSearch.ts';
import type { ChatVoteRepository } from '../../database/chatVotes.ts';
import { newId } from '../../database/ids.ts';
import { Answering } from './Answering.ts';
import type { AnswerEngine } from './Answering.ts';
import { exportChat } from './chatExport.ts';
import { titleOf } from './chatTitle.ts';
import { answerTurn, userTurn } from './newTurns.ts';
import { requireScale } from './requireScale.ts';
import { chatWords } from '../../contract/words/chats.ts';

export interface ConversationsSetup {
  readonly rows: ChatRepository;
  readonly search: ChatSearch;
  readonly votes: ChatVoteRepository;
  readonly engine: AnswerEngine;
  readonly models: { get(idOrName: string): Model; findEver(id: string): Model | undefined };
  readonly adapters: { get(idOrName: string): Adapter; findEver(id: string): Adapter | undefined };
  readonly projects: { get(idOrName: string): Project };
  readonly changes: Pick<ChangeService, 'announce'>;
}

const pollMs = 500;

export class Conversations implements ConversationService {
  readonly #setup: ConversationsSetup;
  readonly #answering: Answering;

  constructor(setup: ConversationsSetup) {
    const { rows, engine, models } = setup;
    this.#setup = setup;
    this.#answering = new Answering({ rows, engine, models, announce: () => this.#announce() });
  }

  list(query: ChatListQuery): Page<ChatSummary> {
    const { rows, projects } = this.#setup;
    return rows.page({
      ...query,
      projectId: query.projectId === undefined ? undefined : projects.get(query.projectId).id,
    });
  }

  search(text: string): readonly ChatHit[] {
    return this.#setup.search.find(text);
  }

  get(idOrTitle: string): ChatDetails {
    const { rows, votes } = this.#setup;
    const chat = rows.get(idOrTitle);
    return { chat, turns: rows.turns(chat.id).map((turn) => this.#asItIs(turn)), votes: votes.ofChat(chat.id) };
  }

  turn(turnId: string): ChatTurn {
    return this.#asItIs(this.#turn(turnId));
  }

  create({
    projectId,
    modelId,
    systemPrompt,
  }: {
    readonly projectId?: string | undefined;
    modelId: string;
    systemPrompt: string;
  }): Chat {
    const { rows, models, projects } = this.#setup;
    const now = Date.now();
    const project = projectId === undefined ? null : projects.get(projectId).id;
    const about = { title: '', projectId: project, modelId: models.get(modelId).id, systemPrompt };
    const chat: Chat = { id: newId(), ...about, createdAt: now, updatedAt: now, trashedAt: null };
    rows.insert(chat);
    this.#announce();
    return chat;
  }

  update(
    idOrTitle: string,
    changes: { readonly title?: string | undefined; modelId?: string | undefined; systemPrompt?: string | undefined },
  ): Chat {
    const { rows, models } = this.#setup;
    const { title, modelId, systemPrompt } = changes;
    const chat = rows.update(rows.get(idOrTitle).id, {
      ...(title !== undefined && { title }),
      ...(modelId !== undefined && { modelId: models.get(modelId).id }),
      ...(systemPrompt !== undefined && { systemPrompt }),
    });
    this.#announce();
    return chat;
  }

  remove(idOrTitle: string): void {
    const { rows } = this.#setup;
    const chat = rows.get(idOrTitle);
    for (const live of this.#answering.ofChat(chat.id)) this.#answering.stop(live);
    rows.update(chat.id, { trashedAt: chat.trashedAt ?? Date.now() });
    this.#announce();
  }

  restore(id: string): Chat {
    const { rows } = this.#setup;
    const chat = rows.update(rows.get(id).id, { trashedAt: null });
    this.#announce();
    return chat;
  }

  /** Throws GraftError('invalid' | 'notFound' | 'conflict') before anything is written. */
  send(
    message: AnswerRequest & { readonly chatId: string; readonly parentId: string | null; readonly content: string },
  ): SentMessage {
    const { rows } = this.#setup;
    const { content, parentId } = message;
    const chat = this.#writable(message.chatId);
    if (content.trim() === '')
      throw new GraftError('invalid', chatWords.emptyMessage(), {
        field: 'content',
        remedy: chatWords.writeSomething(),
      });
    if (parentId !== null) this.#answerIn(chat, parentId);
    const user = userTurn({ chatId: chat.id, parentId, content });
    const sent = this.#ask(chat, user, message);
    if (chat.title === '') rows.update(chat.id, { title: titleOf(content) });
    return sent;
  }

  regenerate({ userTurnId, ...request }: AnswerRequest & { readonly userTurnId: string }): SentMessage {
    const user = this.#turn(userTurnId);
    if (user.role !== 'user') {
      throw new GraftError('invalid', chatWords.onlyMessages(), {
        field: 'userTurnId',
        remedy: chatWords.nameMessage(),
      });
    }
    return this.#ask(this.#writable(user.chatId), user, request);
  }

  async *watch(turnId: string, offset: number, signal?: AbortSignal): AsyncGenerator<AnswerNews> {
    const turn = this.#turn(turnId);
    const live = this.#answering.find(turnId);
    if (live !== undefined) yield* live.watch(offset, signal);
    else if (turn.state === 'answering') yield* this.#watchElsewhere(turn, offset, signal);
    else yield { type: 'end', turn };
  }

  stop(turnIds: readonly string[]): void {
    const { rows } = this.#setup;
    for (const turn of turnIds.map((id) => this.#turn(id))) {
      const live = this.#answering.find(turn.id);
      if (live !== undefined) this.#answering.stop(live);
      else if (turn.state === 'answering') rows.updateTurn(turn, { state: 'stopped' });
    }
    this.#announce();
  }

  vote({
    round,
    turnId,
    blind,
  }: {
    readonly round: string;
    readonly turnId: string | null;
    readonly blind: boolean;
  }): ChatVote | null {
    const { rows, votes } = this.#setup;
    const all = rows.round(round);
    const answers = all.filter(isComparable);
    if (turnId !== null && all.some(({ id, state }) => id === turnId && state === 'failed'))
      throw new GraftError('invalid', chatWords.failedAnswer(), {
        field: 'turnId',
        remedy: chatWords.askAgainFirst(),
      });
    if (turnId !== null && answers.length < 2)
      throw new GraftError('invalid', chatWords.voteBetween(), { field: 'round', remedy: chatWords.compareFirst() });
    const vote = turnId === null ? null : { round, turnId, blind, createdAt: Date.now() };
    if (vote === null) votes.remove(round);
    else if (answers.some(({ id }) => id === vote.turnId)) votes.set(vote);
    else
      throw new GraftError('invalid', chatWords.notCompared(), {
        field: 'turnId',
        remedy: chatWords.chooseCompared(),
      });
    this.#announce();
    return vote;
  }

  tally(): readonly VoteTally[] {
    return this.#setup.votes.tally();
  }

  export(idOrTitle: string, options: { readonly format: 'markdown' | 'json'; readonly leafId?: string | undefined }) {
    const { models, adapters } = this.#setup;
    const details = this.get(idOrTitle);
    const nameOfModel = details.chat.modelId === null ? null : (models.findEver(details.chat.modelId)?.name ?? null);
    return exportChat(details, {
      ...options,
      modelName: nameOfModel,
      adapterName: (id) => adapters.findEver(id)?.name ?? id,
    });
  }

  engine(): ChatEngineState {
    return this.#setup.engine.state();
  }

  async warmUp(modelId: string, adapterIds: readonly string[]): Promise<ChatEngineState> {
    const { engine, models, adapters } = this.#setup;
    const model = models.get(modelId);
    const ids = adapterIds.map((id) => adapters.get(id).id);
    try {
      await this.#answering.whenIdle(() => engine.warmUp(model.id, ids));
      return engine.state();
    } catch (thrown) {
      return { ...engine.state(), state: 'failed', error: toGraftError(thrown).toJSON() };
    }
  }

  async unload(): Promise<void> {
    if (this.#answering.busy) {
      throw new GraftError('conflict', chatWords.modelAnswers(), { remedy: chatWords.stopAnswers() });
    }
    await this.#answering.whenIdle(() => this.#setup.engine.unload());
  }

  /** Answers end with what they have. Close the engine next, then `settled`, then the database. */
  close(): void {
    this.#answering.close();
  }

  /** Resolves when nothing is being written: for tests, and before the database closes. */
  async settled(): Promise<void> {
    await this.#answering.idle();
  }

  #ask(chat: Chat, user: ChatTurn, { lanes, sampling }: AnswerRequest): SentMessage {
    const { rows } = this.#setup;
    const checked = this.#lanes(chat, lanes);
    const round = newId();
    const answers = checked.map((lane, index) => answerTurn(user, { ...lane, round, lane: index }));
    rows.addTurns(rows.findTurn(user.id) === undefined ? [user, ...answers] : answers);
    this.#answering.ask(answers, sampling);
    this.#announce();
    return { user, answers };
  }

  #lanes(chat: Chat, lanes: readonly ChatLane[]): readonly ChatLane[] {
    const { models, adapters } = this.#setup;
    if (chat.modelId === null)
      throw new GraftError('conflict', chatWords.chatWithoutModel(), {
        field: 'modelId',
        remedy: chatWords.chooseOne(),
      });
    const model = models.get(chat.modelId);
    return lanes.map(({ adapterId, scale }) => {
      const adapter = adapterId === null ? null : adapters.get(adapterId);
      if (adapter !== null) requireScale(adapter, scale);
      if (adapter === null || adapter.modelId === null || adapter.modelId === model.id)
        return { adapterId: adapter?.id ?? null, scale };
      const message = chatWords.otherBaseModel({ adapter: adapter.name, model: model.name });
      throw new GraftError('invalid', message, { field: 'lanes', remedy: chatWords.chooseAdapter() });
    });
  }

  #writable(chatId: string): Chat {
    const chat = this.#setup.rows.get(chatId);
    if (chat.trashedAt === null) return chat;
    throw new GraftError('conflict', chatWords.chatInTrash(), { field: 'chatId', remedy: chatWords.restoreFirst() });
  }

  #answerIn(chat: Chat, turnId: string): void {
    const turn = this.#turn(turnId);
    if (turn.chatId === chat.id && turn.role === 'assistant') return;
    throw new GraftError('invalid', chatWords.followsAnswer(), {
      field: 'parentId',
      remedy: chatWords.nameAnswer(),
    });
  }

  #turn(turnId: string): ChatTurn {
    const turn = this.#setup.rows.findTurn(turnId);
    if (turn !== undefined) return turn;
    throw new GraftError('notFound', chatWords.messageGone(), { field: 'turnId', remedy: chatWords.openAgain() });
  }

  #asItIs(turn: ChatTurn): ChatTurn {
    const live = this.#answering.find(turn.id);
    return live === undefined ? turn : { ...turn, content: live.text };
  }

  /** Another process writes this answer: what it has kept so far, about every second. */
  async *#watchElsewhere(begun: ChatTurn, offset: number, signal?: AbortSignal): AsyncGenerator<AnswerNews> {
    yield { type: 'phase', phase: 'answering' };
    let position = offset;
    for (let turn = begun; signal?.aborted !== true; turn = this.#turn(begun.id)) {
      const text = turn.content.slice(position);
      if (text !== '') yield { type: 'text', offset: position, text };
      position += text.length;
      if (turn.state !== 'answering') {
        yield { type: 'end', turn };
        return;
      }
      await delay(pollMs);
    }
  }

  #announce(): void {
    this.#setup.changes.announce('chats');
  }
}
