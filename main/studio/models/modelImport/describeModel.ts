/** What the row of a model says of its files, checked: a model that is here can be run. */
import { resolve } from 'node:path';
import type { Model } from '../../../contract/entities.ts';
import { GraftError } from '../../../contract/errors.ts';
import type { ModelNotice } from '../../../contract/importNotices.ts';
import { inspectModel } from '../../../formats/modelFolder.ts';
import type { InspectedModel } from '../../../formats/modelFolder.ts';
import { openWeights } from '../../../formats/weightSource.ts';
import { loadTokenizer } from '../../../tokenizers/loadTokenizer.ts';
import type { BackendWorld } from '../../machine/backendChoice.ts';
import { libraryWords } from '../../../contract/words/library.ts';

export type DescribedModel = Pick<
  Model,
  'format' | 'family' | 'shape' | 'parameters' | 'sizeBytes' | 'hasTokenizer' | 'licence' | 'notices'
>;

/**
 * Reads headers, not weights: every tensor's shape and type fit the configuration. Throws GraftError with every misfit.
 */
export function inspectChecked(path: string, world: () => BackendWorld): InspectedModel {
  const inspected = inspectModel(path);
  const forLlamaCpp = inspected.llamaCppTypes.length > 0 && world().findRuntime('llama.cpp') !== undefined;
  openWeights(path, inspected.family, inspected.shape, { forLlamaCpp }).close();
  if (forLlamaCpp) requireVocabulary(path, inspected);
  return inspected;
}

/** Throws GraftError('invalid' | 'unsupported') for a tokenizer that cannot be used. */
export async function hasChatTemplateIn(path: string, { hasTokenizer }: InspectedModel): Promise<boolean> {
  return hasTokenizer && typeof (await loadTokenizer(resolve(path))).chatTemplate === 'string';
}

export function describeModel(inspected: InspectedModel): DescribedModel {
  const { format, shape, sizeBytes, hasTokenizer, licence, hasUndeclaredHead, llamaCppTypes } = inspected;
  const notices: readonly ModelNotice[] = [
    ...(hasUndeclaredHead ? [{ kind: 'ownHead' } as const] : []),
    ...(llamaCppTypes.length > 0 ? [{ kind: 'llamaCppOnly', types: llamaCppTypes } as const] : []),
  ];
  return {
    format,
    family: shape.family,
    shape,
    parameters: shape.parameterCount,
    sizeBytes,
    hasTokenizer,
    licence,
    notices,
  };
}

/** llama.cpp's binding opens no GGUF without one, and a model that nothing else can open would be of no use here. */
function requireVocabulary(file: string, { hasTokenizer, llamaCppTypes }: InspectedModel): void {
  if (hasTokenizer) return;
  const message = libraryWords.noVocabulary({ file, types: llamaCppTypes });
  throw new GraftError('unsupported', message, {
    file,
    field: 'tokenizer.ggml.tokens',
    remedy: libraryWords.ggufWithTokenizer(),
  });
}
