/**
 * One conversation as the screen shows it: the branch of the address, answers as they are written, and who answers
 * next. What this window has sent is shown at once; the studio's own reading replaces it message by message.
 */
import { createQueries, createQuery } from '@tanstack/svelte-query';
import type { ChatDetails, ChatLane, SentMessage } from '../../../main/contract/conversations.ts';
import type { Adapter, Chat, ChatTurn, Model } from '../../../main/contract/entities.ts';
import { GraftError } from '../../../main/contract/errors.ts';
import { windowWords } from '../../../main/contract/words/window.ts';
import type { StudioWindow } from '../../state/studio.ts';
import { AnswerStreams, type AnswerStream } from './AnswerStreams.svelte.ts';
import { isHidden } from './blind.ts';
import { type Exchange, type Round, nextParent, shownExchanges } from './conversationTree.ts';
import { baseLane, lanesOf, readLanes, sameLanes, writeLanes } from './lanes.ts';

export class Conversation {
  readonly query;
  readonly models;
  readonly projects;
  readonly #adapters;
  readonly #studio: StudioWindow;
  readonly #chatId: () => string | undefined;
  readonly #streams: AnswerStreams;
  #sent: readonly ChatTurn[] = $state.raw([]);
  /** Made for a first message that then could not be sent. */
  #begun: Chat | undefined;
  /** What was warmed up last. */
  #warm: string | undefined;
  /** Of a chat that does not exist yet. */
  newPrompt: string | undefined = $state();
  isSending = $state(false);
  readonly turns: readonly ChatTurn[];
  readonly exchanges: readonly Exchange[];

  /** `chatId` undefined: a chat that begins with its first message. Made while a component is. */
  constructor(studio: StudioWindow, chatId: () => string | undefined) {
    const { queries, toasts, api, router } = studio;
    this.#studio = studio;
    this.#chatId = chatId;
    this.#streams = new AnswerStreams(api, (error) => toasts.fail(error));
    this.query = createQuery(() => ({
      ...queries.chats.get.queryOptions({ input: { id: chatId() ?? '' } }),
      enabled: chatId() !== undefined,
    }));
    this.models = createQuery(() => queries.models.list.queryOptions());
    this.projects = createQuery(() => queries.projects.list.queryOptions());
    this.turns = $derived(this.#merged());
    this.exchanges = $derived(shownExchanges(this.turns, this.details?.votes ?? [], router.query.get('leaf')));
    // Asks for the ids at once, so what these come from stands above.
    this.#adapters = createQueries(() => ({
      queries: this.#adapterIds.map((id) => queries.adapters.get.queryOptions({ input: { id } })),
    }));
  }

  get details(): ChatDetails | undefined {
    return this.#chatId() === undefined ? undefined : this.query.data;
  }

  get chat(): Chat | undefined {
    return this.details?.chat;
  }

  get isNew(): boolean {
    return this.#chatId() === undefined;
  }

  /** Undefined while the models are not known, or where there is none that can chat. */
  get model(): Model | undefined {
    const usable = (this.models.data ?? []).filter(({ hasTokenizer }) => hasTokenizer);
    if (!this.isNew) return this.models.data?.find(({ id }) => id === this.chat?.modelId);
    const { router, preferences } = this.#studio;
    const project = this.projects.data?.find(({ id }) => id === preferences.value.projectId) ?? this.projects.data?.[0];
    const ofLanes = this.lanes.flatMap(({ adapterId }) => adapterId ?? []).map((id) => this.findAdapter(id)?.modelId);
    const wished = [router.query.get('model'), ...ofLanes, preferences.value.chatModelId, project?.modelId];
    return wished.map((wish) => usable.find(({ id }) => id === wish)).find((model) => model !== undefined) ?? usable[0];
  }

  /** All that decides which model and adapters answer is known: before, nothing should be loaded. */
  get isSettled(): boolean {
    const areRead = [this.models, this.projects, ...this.#adapters].every(({ isPending }) => !isPending);
    return areRead && this.#studio.preferences.loaded && (this.isNew || this.details !== undefined);
  }

  /** Of the lanes, each once. */
  get adapterIds(): string[] {
    return [...new Set(this.lanes.flatMap(({ adapterId }) => adapterId ?? []))];
  }

  findAdapter(id: string): Adapter | undefined {
    return this.#adapters[this.#adapterIds.indexOf(id)]?.data?.adapter;
  }

  get systemPrompt(): string {
    return this.chat?.systemPrompt ?? this.newPrompt ?? this.#studio.preferences.value.systemPrompt;
  }

  get lastRound(): Round | null {
    return this.exchanges.at(-1)?.round ?? null;
  }

  get lanes(): readonly ChatLane[] {
    return readLanes(this.#studio.router.query) ?? (this.lastRound === null ? [baseLane] : lanesOf(this.lastRound));
  }

  /** Something stands side by side, so all begins at the left edge. */
  get isWide(): boolean {
    return this.lanes.length > 1 || this.exchanges.some(({ round }) => (round?.answers.length ?? 0) > 1);
  }

  /** Who answers next is not who answered last. */
  get hasOtherLanes(): boolean {
    return this.lastRound !== null && !sameLanes(this.lanes, lanesOf(this.lastRound));
  }

  get running(): readonly ChatTurn[] {
    return this.turns.filter(({ state }) => state === 'answering');
  }

  /** The end of the shown branch. */
  get leafId(): string | undefined {
    return nextParent(this.exchanges) ?? undefined;
  }

  get canSend(): boolean {
    return (
      !this.isSending &&
      this.running.length === 0 &&
      this.model !== undefined &&
      (this.chat?.trashedAt ?? null) === null
    );
  }

  streamOf(turn: ChatTurn): AnswerStream | undefined {
    return turn.state === 'answering' ? this.#streams.find(turn.id) : undefined;
  }

  setLanes(lanes: readonly ChatLane[]): void {
    this.#studio.router.setQuery(writeLanes(lanes));
  }

  /** Of a new chat it is remembered, of an old one it is the chat's from now on. Adapters of the other model leave. */
  async setModel(modelId: string): Promise<void> {
    const { api, router, preferences } = this.#studio;
    const hasAdapters = this.lanes.some(({ adapterId }) => adapterId !== null);
    await Promise.all([
      preferences.update({ chatModelId: modelId }),
      this.chat && api.chats.update({ id: this.chat.id, modelId }),
    ]);
    router.setQuery({ ...(hasAdapters && { adapter: 'base', compare: null }), ...(this.isNew && { model: modelId }) });
  }

  async setSystemPrompt(systemPrompt: string): Promise<void> {
    if (this.chat === undefined) this.newPrompt = systemPrompt;
    else if (systemPrompt !== this.chat.systemPrompt)
      await this.#studio.api.chats.update({ id: this.chat.id, systemPrompt });
  }

  /** Watches what is being written; to be called in an effect. */
  watch(): void {
    this.#streams.watch(this.turns);
  }

  /** Loads model and adapters ahead of the next message, as soon as they are known; to be called in an effect. */
  warmUp(): void {
    const adapterIds = this.lanes.flatMap(({ adapterId }) => adapterId ?? []);
    const wanted = this.isSettled && this.model !== undefined ? JSON.stringify([this.model.id, adapterIds]) : undefined;
    if (wanted === undefined || wanted === this.#warm) return;
    this.#warm = wanted;
    const { api, toasts } = this.#studio;
    // Why it could not be loaded stands beside the model's name; the call itself may fail too.
    api.chats.warmUp({ modelId: this.model?.id ?? '', adapterIds }).catch((error: unknown) => toasts.fail(error));
  }

  close(): void {
    this.#streams.close();
  }

  /** A reply at the end of the shown branch, or the first message. */
  async send(content: string): Promise<void> {
    await this.#write(content, nextParent(this.exchanges));
  }

  /** The message in other words, beside the old one. */
  async edit(user: ChatTurn, content: string): Promise<void> {
    await this.#write(content, user.parentId);
  }

  /** Whoever is chosen now answers the message once more. */
  async regenerate(user: ChatTurn): Promise<void> {
    await this.#ask(async () => this.#studio.api.chats.regenerate({ userTurnId: user.id, ...this.#asking() }));
  }

  async stop(): Promise<void> {
    const turnIds = this.running.map(({ id }) => id);
    if (turnIds.length > 0) await this.#studio.api.chats.stop({ turnIds });
  }

  /** A second vote for the same answer takes it back. */
  async vote(round: Round, turnId: string): Promise<void> {
    const { api, preferences } = this.#studio;
    const blind = round.vote?.blind ?? isHidden(round, preferences.value.blindCompare);
    await api.chats.vote({ round: round.id, turnId: round.vote?.turnId === turnId ? null : turnId, blind });
  }

  /** Shows the branch through this message. */
  show(turnId: string): void {
    this.#studio.router.setQuery({ leaf: turnId });
  }

  async #write(content: string, parentId: string | null): Promise<void> {
    await this.#ask(async () => {
      const chatId = this.chat?.id ?? (await this.#begin());
      return this.#studio.api.chats.send({ chatId, parentId, content, ...this.#asking() });
    });
  }

  async #ask(ask: () => Promise<SentMessage>): Promise<void> {
    this.isSending = true;
    try {
      const { user, answers } = await ask();
      this.#sent = [...this.#sent, user, ...answers];
      this.#goTo(user.chatId);
    } finally {
      this.isSending = false;
    }
  }

  /** Of those who answer next and of all who have answered. */
  get #adapterIds(): readonly string[] {
    return [...new Set([...this.lanes, ...this.turns].flatMap(({ adapterId }) => adapterId ?? []))];
  }

  #asking() {
    return { lanes: [...this.lanes], sampling: this.#studio.preferences.value.sampling };
  }

  async #begin(): Promise<string> {
    const { api, queries, queryClient, preferences } = this.#studio;
    if (this.model === undefined)
      throw new GraftError('conflict', windowWords.noModel(), { remedy: windowWords.addModel() });
    const { projectId } = preferences.value;
    const about = { modelId: this.model.id, systemPrompt: this.systemPrompt, ...(projectId !== null && { projectId }) };
    this.#begun ??= await api.chats.create(about);
    const { id } = this.#begun;
    queryClient.setQueryData(queries.chats.get.queryKey({ input: { id } }), {
      chat: this.#begun,
      turns: [],
      votes: [],
    });
    return id;
  }

  /** The round that was just asked for says who answers, and it is the last written: the address need not. */
  #goTo(chatId: string): void {
    const { router } = this.#studio;
    if (this.#chatId() === chatId) router.setQuery({ ...writeLanes([]), leaf: null, at: null });
    else router.go(`/chat/${chatId}`, { replace: true });
    this.#begun = undefined;
    this.newPrompt = undefined;
  }

  #merged(): readonly ChatTurn[] {
    const read = this.details?.turns ?? [];
    const known = new Set(read.map(({ id }) => id));
    const sent = this.#sent.filter(({ id, chatId }) => chatId === this.chat?.id && !known.has(id));
    return [...read, ...sent].map((turn) =>
      turn.state === 'answering' ? (this.#streams.find(turn.id)?.ended ?? turn) : turn,
    );
  }
}
