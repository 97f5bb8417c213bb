/**
 * Which engine a chat gets: our own tensors, or llama.cpp. `auto` takes llama.cpp where that was found faster and exact
 * enough for base and adapters; else tensors where the model fits into the free memory, else llama.cpp for GGUF models,
 * else tensors with int8 weights if those fit, and says why; what was asked for by name and cannot be had is an error,
 * never a quiet change. Else a model that is loaded stays where it is under `auto`: its own weights are what is missing
 * of the free memory.
 */
import type { ChatBackendRequest } from '../../contract/conversations.ts';
import type { ChatSettings, LlamaCppSettings, WeightPrecision } from '../../contract/engine.ts';
import type { Model } from '../../contract/entities.ts';
import { requireBlocks } from '../../contract/packedBase.ts';
import { GraftError } from '../../contract/errors.ts';
import { llamaCppTypesOf, requireTensors } from '../../contract/llamaCppOnly.ts';
import type { ChatEngineName } from '../../contract/preferences.ts';
import { type BackendChoice, type BackendWorld, chooseBackend, llamaCppSettings } from '../machine/backendChoice.ts';
import { packedBytesOf } from '../machine/packedBytes.ts';
import { chatMemory } from '../models/modelFit.ts';
import type { Standing } from './llamaCpp/LlamaCppUse.ts';
import { chatEngineWords as words } from '../../contract/words/chatEngines.ts';
import { backendWords } from '../../contract/words/backends.ts';
import type { Said } from '../../contract/words/words.ts';

export interface ChatEngineChoice {
  readonly settings: ChatSettings;
  /** For people, without a full stop. */
  readonly why: Said;
  /** What llama.cpp is to open in the place of the model's own weights. */
  readonly ggufFile?: string | undefined;
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
  /** Whether llama.cpp may answer in the place of the tensors; undefined: that was not asked. */
  readonly llamaCpp?: Pick<Standing, 'state' | 'why' | 'because' | 'ggufFile'> | undefined;
}

/** Throws GraftError: `backendUnavailable`, `unsupported` (not a GGUF), `invalid` for what does not go together. */
export function chooseChatEngine(wish: ChatEngineWish, world: BackendWorld): ChatEngineChoice {
  const { model, request, preferred } = wish;
  const asksForTensors = namesTensors(request);
  const engine = request.engine ?? (asksForTensors ? 'tensor' : preferred);
  const onlyThere = llamaCppTypesOf(model);
  if (onlyThere !== undefined && engine !== 'llama.cpp') {
    if (asksForTensors || request.engine === 'tensor') requireTensors(model, 'run');
    return {
      settings: askedLlamaCpp(model, request, world),
      why: words.llamaCppReads({ types: onlyThere }),
    };
  }
  if (engine === 'llama.cpp') {
    if (asksForTensors) throw notTogether();
    const ggufFile = wish.llamaCpp?.ggufFile;
    return { settings: askedLlamaCpp(model, request, world, ggufFile), why: backendWords.askedFor(), ggufFile };
  }
  const tensor = chooseBackend(request, world);
  requireBlocks(model, tensor.settings.precision);
  if (engine === 'tensor') return { settings: tensor.settings, why: tensor.why };
  const fast = wish.llamaCpp?.state === 'ready' ? llamaCppSettings(request, world) : undefined;
  if (wish.llamaCpp?.because && fast) {
    const { because: why, ggufFile } = wish.llamaCpp;
    return { settings: fast, why, ggufFile };
  }
  const choice = withTensors(wish, tensor, world);
  const because = wish.llamaCpp?.state === 'notInstalled' ? null : (wish.llamaCpp?.why ?? null);
  if (choice.settings.backend === 'llama.cpp' || because === null) return choice;
  return { ...choice, why: words.notLlamaCpp({ why: choice.why, because }) };
}

/** Whether the choice is `auto`'s. */
export function isLeftOpen(request: ChatBackendRequest, preferred: ChatEngineName): boolean {
  return (request.engine ?? preferred) === 'auto' && !namesTensors(request);
}

function namesTensors({ backend, device, precision }: ChatBackendRequest): boolean {
  return backend !== undefined || device !== undefined || precision !== undefined;
}

/** Of a model that llama.cpp was not found exact enough for, or that is too large for the tensors. */
function withTensors(
  { model, request, staysOn, storedAs }: ChatEngineWish,
  tensor: BackendChoice,
  world: BackendWorld,
): ChatEngineChoice {
  const llamaCpp = model.format === 'gguf' ? llamaCppSettings(request, world) : undefined;
  if (staysOn === 'llama.cpp' && llamaCpp !== undefined) return { settings: llamaCpp, why: words.loadedThere() };
  const neededBytes = chatMemory(model.shape, tensor.settings, packedBytesOf(model, tensor.settings));
  const { freeMemoryBytes } = world.machine;
  const int8 =
    request.precision === undefined ? chooseBackend({ ...request, precision: 'int8' }, world).settings : undefined;
  if (staysOn === 'tensor' && storedAs === 'int8' && int8) return { settings: int8, why: words.loadedSo() };
  if (staysOn === 'tensor' || neededBytes <= freeMemoryBytes) return { settings: tensor.settings, why: tensor.why };
  const tooLarge = words.tooLarge({ needed: gigabytes(neededBytes), free: gigabytes(freeMemoryBytes) });
  if (llamaCpp !== undefined) return { settings: llamaCpp, why: tooLarge };
  if (int8 && chatMemory(model.shape, int8) <= freeMemoryBytes)
    return { settings: int8, why: words.keptAsInt8({ why: tooLarge }) };
  const reason = { why: tensor.why, tooLarge };
  return {
    settings: tensor.settings,
    why: model.format === 'gguf' ? words.llamaCppNeedsLess(reason) : words.ggufNeedsLess(reason),
  };
}

function askedLlamaCpp(
  model: Model,
  request: ChatBackendRequest,
  world: BackendWorld,
  ggufFile?: string,
): LlamaCppSettings {
  const { name, format } = model;
  if (format !== 'gguf' && ggufFile === undefined) {
    throw new GraftError('unsupported', words.ggufAlone({ name, format }), {
      field: 'engine',
      remedy: words.useTensors(),
    });
  }
  const settings = llamaCppSettings(request, world);
  if (settings !== undefined) return settings;
  if (llamaCppTypesOf(model) !== undefined) {
    throw new GraftError('backendUnavailable', words.modelNeedsIt({ name }), {
      field: 'engine',
      remedy: words.install(),
    });
  }
  throw new GraftError('backendUnavailable', words.notInstalled(), {
    field: 'engine',
    remedy: words.installOrLeave(),
  });
}

function notTogether(): GraftError {
  return new GraftError('invalid', words.notTogether(), {
    field: 'engine',
    remedy: words.leaveOut(),
  });
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
