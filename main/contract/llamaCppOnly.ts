/** GGUF models in tensor types that llama.cpp alone reads: they chat there, and nothing else can be done with them. */
import type { Model } from './entities.ts';
import { GraftError } from './errors.ts';
import { otherProgramWords as words } from './words/otherPrograms.ts';

/** The types, as llama.cpp names them; undefined for a model that the tensors read. */
export function llamaCppTypesOf({ notices }: Pick<Model, 'notices'>): readonly string[] | undefined {
  return notices.flatMap((notice) => (notice.kind === 'llamaCppOnly' ? [notice.types] : []))[0];
}

/** `use`: what was wanted with it. Throws GraftError('unsupported'). */
export function requireTensors(
  model: Pick<Model, 'name' | 'notices'>,
  use: 'run' | 'exported' | 'trained' | 'served',
): void {
  const types = llamaCppTypesOf(model);
  if (types === undefined) return;
  throw new GraftError('unsupported', words.llamaCppAlone({ model: model.name, types, what: words[use]() }), {
    field: 'model',
    remedy: words.chatOnly(),
  });
}
