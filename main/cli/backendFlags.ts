/**
 * --backend, --device, --precision, --threads: the same for `train`, `chat` and `logits`; --engine for the last two.
 */
import { type Command, Option } from 'commander';
import type { ChatBackendRequest } from '../contract/conversations.ts';
import { chatEngineSchema } from '../contract/preferences.ts';
import { type BackendRequest, backendRequestSchema } from '../contract/trainRequest.ts';
import { addSchemaFlag, schemaFlags } from './schemaFlags.ts';

export function addBackendFlags(command: Command): Command {
  for (const flag of schemaFlags(backendRequestSchema)) addSchemaFlag(command, flag, (_field, value) => value);
  return command;
}

export function backendRequest({ backend, device, precision, threads }: BackendRequest): BackendRequest {
  return { backend, device, precision, threads };
}

/** With the engine that answers: `chat` and `logits`. */
export function addChatBackendFlags(command: Command, engine?: ChatBackendRequest['engine']): Command {
  const about =
    'our own tensors, or llama.cpp for GGUF models, on the threads that were measured unless --threads is given';
  const option = new Option('--engine <name>', about).choices(chatEngineSchema.options);
  return addBackendFlags(command).addOption(engine === undefined ? option : option.default(engine));
}

export function chatBackendRequest({ engine, ...flags }: ChatBackendRequest): ChatBackendRequest {
  return { ...backendRequest(flags), engine };
}
