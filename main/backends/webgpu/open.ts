/** The refusal of whoever asks the engine for WebGPU by name. */
import { GraftError } from '../../contract/errors.ts';
import { backendWords } from '../../contract/words/backends.ts';
import { webgpuWords } from './spec.ts';

/** Throws GraftError('unsupported'). */
export function open(): never {
  const message = backendWords.notHere({ what: 'WebGPU', why: webgpuWords.noWebgpu() });
  throw new GraftError('unsupported', message, { field: 'backend', remedy: webgpuWords.useAnother() });
}
