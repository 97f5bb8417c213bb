/** GGUF models in tensor types that llama.cpp alone reads: they chat there, and nothing else can be done with them. */
import type { Model } from './entities.ts';
import { GraftError } from './errors.ts';

/** The types, as llama.cpp names them; undefined for a model that the tensors read. */
export function llamaCppTypesOf({ notices }: Pick<Model, 'notices'>): readonly string[] | undefined {
  return notices.flatMap((notice) => (notice.kind === 'llamaCppOnly' ? [notice.types] : []))[0];
}

/** `what`: what was wanted with it, e.g. `trained`. Throws GraftError('unsupported'). */
export function requireTensors(model: Pick<Model, 'name' | 'notices'>, what: string): void {
  const types = llamaCppTypesOf(model);
  if (types === undefined) return;
  const message = `${model.name} holds weights in ${types.join(', ')}, which llama.cpp alone reads: it cannot be ${what}.`;
  throw new GraftError('unsupported', message, {
    field: 'model',
    remedy:
      'Chat with it through llama.cpp; for anything else take the original model, or a GGUF of it in another type (Q8_0, Q6_K, Q4_K_M …).',
  });
}
