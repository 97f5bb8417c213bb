/**
 * Request name to work. Each module is imported at its first request, so that a chat engine loads no trainer; chat
 * requests run one after the other, since they share one model on one device. What is served runs together.
 */
import type { EngineHandlers } from './serveRequests.ts';
import type { ChatRequests } from './inference/chatRequests.ts';
import type { ClassifyEngine } from './inference/ClassifyEngine.ts';
import type { ServingEngine } from './serving/ServingEngine.ts';

/** A fresh table; the engines inside live as long as it does. */
export function engineHandlers(): EngineHandlers {
  let chat: Promise<ChatRequests> | undefined;
  const chatEngine = (): Promise<ChatRequests> =>
    (chat ??= import('./SwitchingChatEngine.ts').then((module) => new module.SwitchingChatEngine()));
  let classifier: Promise<ClassifyEngine> | undefined;
  const classifyEngine = (): Promise<ClassifyEngine> =>
    (classifier ??= import('./inference/ClassifyEngine.ts').then((module) => new module.ClassifyEngine()));
  const inTurn = oneAtATime();
  let serving: Promise<ServingEngine> | undefined;
  const servingEngine = (): Promise<ServingEngine> =>
    (serving ??= import('./serving/ServingEngine.ts').then((module) => new module.ServingEngine()));

  return {
    train: async ({ settings, job }, context) =>
      (await import('./training/runTraining.ts')).runTraining(settings, job, context),
    compareWithBase: async (request, context) =>
      (await import('./training/compareWithBase.ts')).compareWithBase(request, context),
    selfTest: async ({ settings }, { onEvent }) =>
      settings.backend === 'llama.cpp'
        ? (await import('./llamacpp/llamaSelfTest.ts')).llamaSelfTest(settings)
        : (await import('./selfTest.ts')).selfTest(settings, onEvent),
    inspectAdapter: async (request) => (await import('./inspectAdapter.ts')).inspectAdapter(request),
    writeExport: async (request, context) => (await import('./writeExport.ts')).writeExport(request, context),
    convertBase: async (request, context) => (await import('./llamacpp/convertBase.ts')).convertBase(request, context),
    compareEngines: async (request, context) =>
      (await import('./llamacpp/compareEngines.ts')).compareEngines(request, context),
    loadModel: (request) => inTurn(async () => (await chatEngine()).loadModel(request)),
    loadAdapter: (request) => inTurn(async () => (await chatEngine()).loadAdapter(request)),
    unloadAdapter: (request) =>
      inTurn(async () => {
        await (await chatEngine()).unloadAdapter(request);
        return null;
      }),
    loadEncoder: (request) => inTurn(async () => (await classifyEngine()).loadModel(request)),
    loadEncoderAdapter: (request) =>
      inTurn(async () => {
        (await classifyEngine()).loadAdapter(request);
        return null;
      }),
    classify: (request, { signal }) => inTurn(async () => (await classifyEngine()).classify(request, signal)),
    generate: (request, context) => inTurn(async () => (await chatEngine()).generate(request, context)),
    logits: (request) => inTurn(async () => (await chatEngine()).logits(request)),
    startServing: async (request) => (await servingEngine()).start(request),
    serveAdapter: async (request) => (await servingEngine()).addAdapter(request),
    dropAdapter: async ({ key }) => {
      (await servingEngine()).dropAdapter(key);
      return null;
    },
    complete: async (request, context) => (await servingEngine()).complete(request, context),
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
