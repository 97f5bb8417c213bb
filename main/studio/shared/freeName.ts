/** Names in the library: those that the studio chooses are made free, those that a person gives must be. */
import { GraftError } from '../../contract/errors.ts';
import { sameContentWords } from '../../contract/words/sameContent.ts';
import { libraryWords } from '../../contract/words/library.ts';

/**
 * `wanted`, or the first of `wanted-2`, `wanted-3`, … that is not taken, so that a name the studio chose always finds
 * one thing.
 */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(wanted)) return wanted;
  for (let number = 2; ; number += 1) {
    const name = `${wanted}-${number}`;
    if (!isTaken(name)) return name;
  }
}

const taken = {
  model: libraryWords.modelTaken,
  dataset: libraryWords.datasetTaken,
  adapter: libraryWords.adapterTaken,
  run: libraryWords.runTaken,
};

/**
 * `kind`: what there is already, e.g. `adapter`. Throws GraftError('conflict') with a free name in `details.freeName`.
 */
export function requireFreeName(kind: keyof typeof taken, name: string, isTaken: (name: string) => boolean): void {
  if (!isTaken(name)) return;
  const free = freeName(name, isTaken);
  throw new GraftError('conflict', taken[kind]({ name }), {
    field: 'name',
    freeName: free,
    remedy: libraryWords.nameIsFree({ name: free }),
  });
}

/**
 * The same content came again, with a name that a person gave. Throws GraftError('conflict') where the library has it
 * under another one, which would else be ignored in silence.
 */
export function requireSameName(
  kind: 'model' | 'dataset' | 'adapter',
  name: string,
  { id, name: known }: { readonly id: string; readonly name: string },
): void {
  if (known === name) return;
  throw new GraftError('conflict', sameContentWords[kind]({ name: known }), {
    field: 'name',
    existing: { id, name: known },
    remedy: sameContentWords.useOrRename({ kind, id }),
  });
}
