/**
 * --backend, --device, --precision, --threads: the same for `train`, `chat` and `logits`; --engine for the last two.
 */
import { type Command, Option } from 'commander';
import type { ChatBackendRequest } from '../contract/conversations.ts';
import { weightPrecisions } from '../contract/engine.ts';
import { chatEngineSchema } from '../contract/preferences.ts';
import type { BackendRequest } from '../contract/trainRequest.ts';
import { parseNumber } from './schemaFlags.ts';

export function addBackendFlags(command: Command): Command {
  return command
    .addOption(new Option('--backend <name>', 'where to compute').choices(['auto', 'tensorflow', 'wasm', 'cpu']))
    .addOption(new Option('--device <name>', 'of TensorFlow').choices(['cpu', 'cuda']))
    .addOption(new Option('--precision <name>', 'of the frozen weights').choices(weightPrecisions))
    .option('--threads <number>', 'threads to compute with (default: physical cores)', parseNumber);
}

export function backendRequest({ backend, device, precision, threads }: BackendRequest): BackendRequest {
  return { backend, device, precision, threads };
}

/** With the engine that answers: `chat` and `logits`. */
export function addChatBackendFlags(command: Command, engine?: ChatBackendRequest['engine']): Command {
  const option = new Option('--engine <name>', 'our own tensors, or llama.cpp for GGUF models').choices(
    chatEngineSchema.options,
  );
  return addBackendFlags(command).addOption(engine === undefined ? option : option.default(engine));
}

export function chatBackendRequest({ engine, ...flags }: ChatBackendRequest): ChatBackendRequest {
  return { ...backendRequest(flags), engine };
}
