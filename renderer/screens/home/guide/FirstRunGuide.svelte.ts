/**
 * The guided first run: what is there of it, and what its few buttons do. It starts each step that follows by itself,
 * but only in the window where somebody pressed the button or watched the run end; of several windows one asks the
 * question.
 */
import { createQuery } from '@tanstack/svelte-query';
import type { ChatTurn } from '../../../../main/contract/entities.ts';
import type { FirstRun, RunSummary } from '../../../../main/contract/runHistory.ts';
import type { TrainRequest } from '../../../../main/contract/trainRequest.ts';
import type { Sampling } from '../../../../main/contract/preferences.ts';
import type { StudioWindow } from '../../../state/studio.ts';
import { AnswerStreams } from '../../chat/AnswerStreams.svelte.ts';
import { type GuideStep, type StepState, guideRun, stateOfSteps } from './guideSteps.ts';

/**
 * Greedy: the likeliest words, the same on every machine; what a model this small draws is now and then beside the
 * point.
 */
const sampling: Sampling = { maxTokens: 120, temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 3 };
const fallbackQuestion = 'Tell me about the sea.';

export interface GuideAnswer {
  readonly turn: ChatTurn;
  readonly text: string;
  readonly phase: 'waiting' | 'loading' | 'answering' | 'ended';
}

export class FirstRunGuide {
  /** Why the sample could not be put in place or the run not be started. */
  prepareError: unknown = $state.raw();
  chatError: unknown = $state.raw();
  isPreparing = $state(false);
  readonly models;
  readonly datasets;
  readonly run;
  readonly adapter;
  readonly #runs;
  readonly #chats;
  readonly #chat;
  readonly #studio: StudioWindow;
  readonly #streams: AnswerStreams;
  #prepared: FirstRun | undefined = $state.raw();
  #isAsking = $state(false);

  constructor(studio: StudioWindow) {
    const { queries } = studio;
    this.#studio = studio;
    this.#streams = new AnswerStreams(studio.api, (error) => (this.chatError = error));
    this.models = createQuery(() => queries.models.list.queryOptions());
    this.datasets = createQuery(() => queries.datasets.list.queryOptions());
    this.#runs = createQuery(() => queries.runs.list.queryOptions({ input: { limit: 20 } }));
    this.run = $derived(guideRun(this.#runs.data?.items ?? []));
    this.adapter = createQuery(() => ({
      ...queries.adapters.get.queryOptions({ input: { id: this.run?.adapterId ?? '?' } }),
      enabled: (this.run?.adapterId ?? null) !== null,
    }));
    this.#chats = createQuery(() => ({
      ...queries.chats.list.queryOptions({ input: { projectId: this.run?.projectId ?? '?', limit: 1 } }),
      enabled: this.run !== undefined,
    }));
    this.#chat = createQuery(() => ({
      ...queries.chats.get.queryOptions({ input: { id: this.chatId ?? '?' } }),
      enabled: this.chatId !== undefined,
    }));
  }

  get chatId(): string | undefined {
    return this.#chats.data?.items[0]?.id;
  }

  get steps(): Readonly<Record<GuideStep, StepState>> {
    const { run } = this;
    return stateOfSteps({
      isPreparing: this.isPreparing || this.#prepareTask !== undefined,
      prepareFailed: this.prepareError !== undefined,
      hasModel: run !== undefined || this.model !== undefined,
      hasDataset: run !== undefined || this.dataset !== undefined,
      run,
      answers: this.#answersState,
    });
  }

  get model() {
    const id = this.run?.modelId ?? this.#prepared?.modelId;
    return this.models.data?.find((model) => (id === undefined ? model.source === 'sample' : model.id === id));
  }

  get dataset() {
    const id = this.run?.datasetId ?? this.#prepared?.datasetId;
    return this.datasets.data?.find((dataset) => dataset.id === id);
  }

  get question(): string {
    const samples = this.adapter.data?.run?.configuration.training.samplePrompts;
    return this.#userTurn?.content ?? this.#prepared?.question.content ?? samples?.[0] ?? fallbackQuestion;
  }

  /** Of the first round: the base, then the adapter. */
  get answers(): readonly GuideAnswer[] {
    return this.#answerTurns.map((turn) => {
      const stream = this.#streams.find(turn.id);
      const shown = stream?.ended ?? turn;
      if (shown.state !== 'answering') return { turn: shown, text: shown.content, phase: 'ended' };
      return { turn: shown, text: stream?.text ?? shown.content, phase: stream?.phase ?? 'waiting' };
    });
  }

  /** Watches answers that are being written; call it in an effect. */
  watchAnswers(): void {
    this.#streams.watch(this.#answerTurns);
  }

  close(): void {
    this.#streams.close();
  }

  /** Puts the sample in place and starts its run; doing it twice is no harm, the sample is found again. */
  async start(): Promise<void> {
    const { api, tasks, preferences, refresh } = this.#studio;
    this.prepareError = undefined;
    this.isPreparing = true;
    try {
      this.#prepared = await tasks.run(api.app.prepareFirstRun());
      refresh(['models', 'datasets', 'projects']);
      await preferences.update({ projectId: this.#prepared.projectId });
      // The studio made this request for `runs.start`; it crossed the wire as plain data.
      await api.runs.start(this.#prepared.request as unknown as TrainRequest);
      await this.#runs.refetch();
    } catch (error) {
      this.prepareError = error;
    } finally {
      this.isPreparing = false;
    }
  }

  async resume(run: RunSummary): Promise<void> {
    await this.#studio.toasts.attempt(async () => {
      await this.#studio.api.runs.resume({ id: run.id });
      await this.#runs.refetch();
    });
  }

  /** Asks base and adapter, once, however many windows show the guide. */
  async ask(): Promise<void> {
    if (this.#isAsking || (this.run?.adapterId ?? null) === null) return;
    this.#isAsking = true;
    this.chatError = undefined;
    try {
      await alone(async () => this.#askOnce());
      await this.#chats.refetch();
      await this.#chat.refetch();
    } catch (error) {
      this.chatError = error;
    } finally {
      this.#isAsking = false;
    }
  }

  async #askOnce(): Promise<void> {
    const { api } = this.#studio;
    const { run, question } = this;
    if (run === undefined || run.adapterId === null) return;
    const { projectId, modelId, adapterId } = run;
    const lanes = [
      { adapterId: null, scale: 1 },
      { adapterId, scale: 1 },
    ];
    const { items } = await api.chats.list({ projectId, limit: 1 });
    const chat = items[0] ?? (await api.chats.create({ projectId, modelId }));
    const { turns } = await api.chats.get({ id: chat.id });
    const asked = turns.find(({ role }) => role === 'user');
    if (asked === undefined)
      await api.chats.send({ chatId: chat.id, parentId: null, content: question, lanes, sampling });
    else if (!turns.some(({ role, state }) => role === 'assistant' && state !== 'failed'))
      await api.chats.regenerate({ userTurnId: asked.id, lanes, sampling });
  }

  get #prepareTask() {
    return this.#studio.tasks.running.find(({ kind }) => kind === 'prepareFirstRun');
  }

  get #userTurn(): ChatTurn | undefined {
    return this.#chat.data?.turns.find(({ role }) => role === 'user');
  }

  /** Of the last round to the first question. */
  get #answerTurns(): readonly ChatTurn[] {
    const asked = this.#userTurn;
    const answers = (this.#chat.data?.turns ?? []).filter(
      ({ role, parentId }) => role === 'assistant' && parentId === asked?.id,
    );
    const round = answers.at(-1)?.round;
    return answers.filter((turn) => turn.round === round).sort((a, b) => a.lane - b.lane);
  }

  get #answersState(): 'none' | 'asking' | 'answered' | 'failed' {
    if (this.#isAsking) return 'asking';
    const { answers } = this;
    if (answers.some(({ phase }) => phase !== 'ended')) return 'asking';
    if (this.chatError !== undefined || answers.some(({ turn }) => turn.state === 'failed')) return 'failed';
    return answers.length > 0 ? 'answered' : 'none';
  }
}

/** One window at a time; the others wait and then find what the first has done. */
async function alone(work: () => Promise<void>): Promise<void> {
  if ('locks' in navigator) await navigator.locks.request('graft-first-question', work);
  else await work();
}
