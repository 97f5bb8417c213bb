/** The chat engine of a process: our own tensors or llama.cpp, whichever the last loaded model asked for. */
import type { ChatSettings, EngineRequests, GenerateRequest, LogitsRequest } from '../contract/engine.ts';
import { GraftError } from '../contract/errors.ts';
import type { ChatRequests, GenerateOptions } from './inference/chatRequests.ts';
import { engineChatWords } from '../contract/words/engineChat.ts';

/** Each is imported at its first use: a chat with llama.cpp loads no tensors. */
const engines = {
  tensor: async (): Promise<ChatRequests> => new (await import('./inference/chatEngine.ts')).ChatEngine(),
  'llama.cpp': async (): Promise<ChatRequests> => new (await import('./llamacpp/LlamaCppEngine.ts')).LlamaCppEngine(),
};

type EngineName = keyof typeof engines;

export class SwitchingChatEngine implements ChatRequests {
  #current: { readonly name: EngineName; readonly engine: ChatRequests } | undefined;

  async loadModel(request: EngineRequests['loadModel'][0]): Promise<EngineRequests['loadModel'][2]> {
    return (await this.#switchTo(nameOf(request.settings))).loadModel(request);
  }

  async loadAdapter(request: EngineRequests['loadAdapter'][0]): Promise<EngineRequests['loadAdapter'][2]> {
    return this.#engine().loadAdapter(request);
  }

  async unloadAdapter(request: EngineRequests['unloadAdapter'][0]): Promise<void> {
    await this.#engine().unloadAdapter(request);
  }

  async generate(request: GenerateRequest, options?: GenerateOptions): Promise<EngineRequests['generate'][2]> {
    return this.#engine().generate(request, options);
  }

  async logits(request: LogitsRequest): Promise<EngineRequests['logits'][2]> {
    return this.#engine().logits(request);
  }

  async dispose(): Promise<void> {
    await this.#current?.engine.dispose();
  }

  async #switchTo(name: EngineName): Promise<ChatRequests> {
    if (this.#current?.name === name) return this.#current.engine;
    await this.dispose();
    this.#current = { name, engine: await engines[name]() };
    return this.#current.engine;
  }

  #engine(): ChatRequests {
    if (this.#current) return this.#current.engine;
    throw new GraftError('conflict', engineChatWords.noModel(), { remedy: engineChatWords.loadModel() });
  }
}

function nameOf({ backend }: ChatSettings): EngineName {
  return backend === 'llama.cpp' ? 'llama.cpp' : 'tensor';
}
