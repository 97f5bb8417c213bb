/** --backend, --device, --precision, --threads: the same for `train`, `chat` and `logits`. */
import { type Command, Option } from 'commander';
import type { BackendRequest } from '../contract/trainRequest.ts';
import { parseNumber } from './schemaFlags.ts';

export function addBackendFlags(command: Command): Command {
  return command
    .addOption(new Option('--backend <name>', 'where to compute').choices(['auto', 'tensorflow', 'wasm', 'cpu']))
    .addOption(new Option('--device <name>', 'of TensorFlow').choices(['cpu', 'cuda']))
    .addOption(new Option('--precision <name>', 'of the frozen weights').choices(['float32', 'bf16']))
    .option('--threads <number>', 'threads to compute with (default: physical cores)', parseNumber);
}

export function backendRequest({ backend, device, precision, threads }: BackendRequest): BackendRequest {
  return { backend, device, precision, threads };
}
