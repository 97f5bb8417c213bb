/** What a person's word means among things in the trash: an id, or a name that one of them has. */
import { GraftError } from '../../contract/errors.ts';
import { trashWords } from '../../contract/words/trash.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

const notThere = {
  model: { message: trashWords.modelNotThere, remedy: trashWords.importModelAgain },
  dataset: { message: trashWords.datasetNotThere, remedy: trashWords.importDatasetAgain },
};

/** Throws GraftError('notFound' | 'conflict'). */
export function findTrashed<Row extends Named>(
  kind: keyof typeof notThere,
  idOrName: string,
  trashed: readonly Row[],
): Row {
  const named = trashed.filter(({ name }) => name === idOrName);
  const found = trashed.find(({ id }) => id === idOrName) ?? (named.length === 1 ? named[0] : undefined);
  if (found !== undefined) return found;
  if (named.length > 1) {
    const remedy = trashWords.giveId({ ids: named.map(({ id }) => id) });
    throw new GraftError('conflict', trashWords.several({ name: idOrName }), { field: 'id', remedy });
  }
  const { message, remedy } = notThere[kind];
  throw new GraftError('notFound', message({ name: idOrName }), { field: 'id', remedy: remedy() });
}
