/** A studio that has just been installed, moved on by a test: sample, run, adapter, answers. */
import type { ChatTurn } from '../../../main/contract/entities.ts';
import type { RunSummary } from '../../../main/contract/runHistory.ts';
import type { GraftError } from '../../../main/contract/errors.ts';
import { type TestWindow, testWindow } from '../support/testWindow.ts';

const model = { id: 'm1', name: 'sample', source: 'sample', parameters: 3_967_488, sizeBytes: 8e6 };
const dataset = { id: 'd1', name: 'pirate replies', rows: 96, format: 'openai', createdAt: 1 };
const turn = (id: string, more: object): ChatTurn =>
  ({
    id,
    chatId: 'c1',
    parentId: null,
    role: 'user',
    content: '',
    state: 'done',
    error: null,
    round: null,
    lane: 0,
    adapterId: null,
    ...more,
  }) as ChatTurn;

export class StandInStudio {
  readonly request = { model: 'm1', dataset: 'd1', method: 'lora' };
  prepareError: GraftError | undefined;
  #hasSample = false;
  #run: RunSummary | undefined;
  #turns: readonly ChatTurn[] = [];
  #window: TestWindow | undefined;

  startRun(): void {
    this.#hasSample = true;
    this.setRun({ state: 'running', adapterId: null });
  }

  setRun(changes: Partial<RunSummary>): void {
    const fresh = {
      ...{
        id: 'r1',
        name: 'Pirate',
        projectId: 'p1',
        modelId: 'm1',
        datasetId: 'd1',
        steps: 80,
        step: 1,
        sparkline: [],
        createdAt: 1,
      },
    };
    this.#run = { ...fresh, ...this.#run, ...changes } as RunSummary;
    this.#window?.studio.refresh(['runs', 'adapters']);
  }

  endRun(): void {
    this.setRun({ state: 'succeeded', adapterId: 'a1', step: 80 });
  }

  answer(): void {
    const answers = ['The sea is wide.', 'Arr, the sea.'].map((content, lane) =>
      turn(`t${lane}`, {
        parentId: 'q',
        role: 'assistant',
        content,
        round: 'x',
        lane,
        adapterId: lane === 0 ? null : 'a1',
      }),
    );
    this.#turns = [turn('q', { content: 'Tell me about the sea.' }), ...answers];
    this.#window?.studio.refresh(['chats']);
  }

  window(): TestWindow {
    const page = (items: readonly unknown[]) => ({ items, total: items.length, totalBytes: 0 });
    const chats = () => (this.#turns.length === 0 ? [] : [{ id: 'c1', title: '', excerpt: '', updatedAt: 2 }]);
    const ended = (result: unknown) => ({
      id: 'task',
      kind: 'prepareFirstRun',
      state: 'succeeded',
      progress: null,
      error: null,
      result,
    });
    const prepared = {
      projectId: 'p1',
      modelId: 'm1',
      datasetId: 'd1',
      request: this.request,
      question: { role: 'user', content: 'Tell me about the sea.' },
    };
    const details = () => ({
      ...this.#run,
      phase: null,
      phaseShare: null,
      elapsedSeconds: 12,
      remainingSeconds: 30,
      resumable: true,
      error: null,
      evaluations: [],
    });
    this.#window = testWindow({
      projects: { list: () => [] },
      models: { list: () => (this.#hasSample ? [model] : []) },
      datasets: { list: () => (this.#hasSample ? [dataset] : []) },
      adapters: {
        list: () =>
          page(
            (this.#run?.adapterId ?? null) === null
              ? []
              : [
                  {
                    id: 'a1',
                    name: 'Pirate',
                    method: 'vera',
                    rank: 256,
                    sizeBytes: 91_000,
                    evaluationLoss: null,
                    createdAt: 1,
                  },
                ],
          ),
        get: () => ({ adapter: { id: 'a1', name: 'Pirate', method: 'vera', sizeBytes: 91_000 }, run: null }),
      },
      runs: {
        list: () => page(this.#run === undefined ? [] : [this.#run]),
        get: details,
        curves: () => ({ runId: 'r1', lastStep: 0, curves: [], evaluations: [], marks: [] }),
        log: () => [],
        watch: () => forever(),
        start: () => this.startRun(),
        resume: () => this.setRun({ state: 'running' }),
      },
      chats: {
        list: () => page(chats()),
        get: () => ({ chat: { id: 'c1' }, turns: this.#turns, votes: [] }),
        create: () => ({ id: 'c1' }),
        send: () => this.answer(),
      },
      runtimes: { list: () => [] },
      app: { prepareFirstRun: () => this.#prepare() },
      tasks: { list: () => [], watch: () => once(ended(prepared)), get: () => ended(prepared) },
    });
    return this.#window;
  }

  #prepare(): { readonly taskId: string } {
    if (this.prepareError !== undefined) throw this.prepareError;
    this.#hasSample = true;
    return { taskId: 'task' };
  }
}

async function* once<Item>(item: Item): AsyncGenerator<Item> {
  yield item;
}

/** A stream without news. */
async function* forever(): AsyncGenerator<never> {
  await new Promise(() => undefined);
  yield* [];
}
