/**
 * Which engine a chat gets: our own tensors, or llama.cpp for GGUF models. `auto` takes tensors where the model fits into
 * the free memory, else llama.cpp, else tensors with int8 weights if those fit, and says why; what was asked for by name
 * and cannot be had is an error, never a quiet change. A model that is loaded stays where it is under `auto`: its own weights
 * are what is missing of the free memory.
 */
import type { ChatBackendRequest } from '../contract/conversations.ts';
import type { ChatSettings, LlamaCppSettings, WeightPrecision } from '../contract/engine.ts';
import type { Model } from '../contract/entities.ts';
import { GraftError } from '../contract/errors.ts';
import { llamaCppTypesOf, requireTensors } from '../contract/llamaCppOnly.ts';
import type { ChatEngineName } from '../contract/preferences.ts';
import { llamaCppModuleOf } from '../runtimes/findRuntimes.ts';
import { type BackendWorld, chooseBackend } from './backendChoice.ts';
import { chatMemory } from './modelFit.ts';

export interface ChatEngineChoice {
  readonly settings: ChatSettings;
  /** For people, without a full stop. */
  readonly why: string;
}

export interface ChatEngineWish {
  readonly model: Model;
  readonly request: ChatBackendRequest;
  /** Where the request leaves it open. */
  readonly preferred: ChatEngineName;
  /** Where this model is loaded now. */
  readonly staysOn: Exclude<ChatEngineName, 'auto'> | undefined;
  /** How its weights are stored there, on the tensor engine. */
  readonly storedAs?: WeightPrecision | undefined;
}

/** Throws GraftError: `backendUnavailable`, `unsupported` (not a GGUF), `invalid` for what does not go together. */
export function chooseChatEngine({ model, request, preferred, staysOn, storedAs }: ChatEngineWish, world: BackendWorld): ChatEngineChoice {
  const asksForTensors = request.backend !== undefined || request.device !== undefined || request.precision !== undefined;
  const engine = request.engine ?? (asksForTensors ? 'tensor' : preferred);
  const onlyThere = llamaCppTypesOf(model);
  if (onlyThere !== undefined && engine !== 'llama.cpp') {
    if (asksForTensors || request.engine === 'tensor') requireTensors(model, 'run by the tensor engine');
    return {
      settings: askedLlamaCpp(model, request, world),
      why: `its weights are in ${onlyThere.join(', ')}, which llama.cpp alone reads`,
    };
  }
  if (engine === 'llama.cpp') {
    if (asksForTensors) throw notTogether();
    return { settings: askedLlamaCpp(model, request, world), why: 'asked for' };
  }
  const tensor = chooseBackend(request, world);
  if (engine === 'tensor') return { settings: tensor.settings, why: tensor.why };
  const llamaCpp = model.format === 'gguf' ? llamaCppSettings(request, world) : undefined;
  if (staysOn === 'llama.cpp' && llamaCpp !== undefined) return { settings: llamaCpp, why: 'the model is loaded there' };
  const neededBytes = chatMemory(model.shape, tensor.settings);
  const { freeMemoryBytes } = world.machine;
  const int8 = request.precision === undefined ? chooseBackend({ ...request, precision: 'int8' }, world).settings : undefined;
  if (staysOn === 'tensor' && storedAs === 'int8' && int8) return { settings: int8, why: 'the model is loaded so' };
  if (staysOn === 'tensor' || neededBytes <= freeMemoryBytes) return { settings: tensor.settings, why: tensor.why };
  const tooLarge = `the tensor engine would need ${gigabytes(neededBytes)} for this model, and ${gigabytes(freeMemoryBytes)} are free`;
  if (llamaCpp !== undefined) return { settings: llamaCpp, why: tooLarge };
  if (int8 && chatMemory(model.shape, int8) <= freeMemoryBytes) return { settings: int8, why: `${tooLarge}: its weights are kept as int8` };
  const remedy = model.format === 'gguf' ? 'the runtime llama.cpp needs less' : 'as a GGUF, llama.cpp would need less';
  return { settings: tensor.settings, why: `${tensor.why}; ${tooLarge}: ${remedy}` };
}

function askedLlamaCpp(model: Model, request: ChatBackendRequest, world: BackendWorld): LlamaCppSettings {
  const { name, format } = model;
  if (format !== 'gguf') {
    throw new GraftError('unsupported', `llama.cpp reads GGUF models alone, and ${name} is in ${format}.`, {
      field: 'engine',
      remedy: 'Use the tensor engine, or export the model as GGUF and import that.',
    });
  }
  const settings = llamaCppSettings(request, world);
  if (settings !== undefined) return settings;
  const install = 'Install the runtime llama.cpp (runtime install llama.cpp)';
  if (llamaCppTypesOf(model) !== undefined) {
    const message = `${name} can be read by llama.cpp alone, and its runtime is not installed.`;
    throw new GraftError('backendUnavailable', message, { field: 'engine', remedy: `${install}.` });
  }
  throw new GraftError('backendUnavailable', 'llama.cpp was asked for, but its runtime is not installed.', {
    field: 'engine',
    remedy: `${install}, or leave the engine to Graft (auto).`,
  });
}

/** undefined where its runtime is not installed. */
export function llamaCppSettings({ threads }: ChatBackendRequest, { machine, findRuntime }: BackendWorld): LlamaCppSettings | undefined {
  const runtime = findRuntime('llama.cpp');
  if (runtime === undefined) return undefined;
  return { backend: 'llama.cpp', modulePath: llamaCppModuleOf(runtime), threads: threads ?? machine.cores };
}

function notTogether(): GraftError {
  return new GraftError('invalid', 'llama.cpp has no backend, device or precision to choose: those are of the tensor engine.', {
    field: 'engine',
    remedy: 'Leave them out, or use the tensor engine.',
  });
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
