/**
 * Request name to work. Each module is imported at its first request, so that a chat engine loads no trainer; chat
 * requests run one after the other, since they share one model on one device.
 */
import type { EngineHandlers } from './serveRequests.ts';
import type { ChatEngine } from './inference/chatEngine.ts';

/** A fresh table; the chat engine inside lives as long as it does. */
export function engineHandlers(): EngineHandlers {
  let chat: Promise<ChatEngine> | undefined;
  const chatEngine = (): Promise<ChatEngine> => (chat ??= import('./inference/chatEngine.ts').then((module) => new module.ChatEngine()));
  const inTurn = oneAtATime();

  return {
    train: async ({ settings, job }, context) => (await import('./training/runTraining.ts')).runTraining(settings, job, context),
    selfTest: async ({ settings }, { onEvent }) => (await import('./selfTest.ts')).selfTest(settings, onEvent),
    inspectAdapter: async (request) => (await import('./inspectAdapter.ts')).inspectAdapter(request),
    writeExport: async (request, context) => (await import('./writeExport.ts')).writeExport(request, context),
    loadModel: (request) => inTurn(async () => (await chatEngine()).loadModel(request)),
    loadAdapter: (request) => inTurn(async () => (await chatEngine()).loadAdapter(request)),
    unloadAdapter: (request) =>
      inTurn(async () => {
        await (await chatEngine()).unloadAdapter(request);
        return null;
      }),
    generate: (request, context) => inTurn(async () => (await chatEngine()).generate(request, context)),
    logits: (request) => inTurn(async () => (await chatEngine()).logits(request)),
  };
}

function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}
