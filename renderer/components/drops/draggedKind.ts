/** What is known of files while they are still dragged: their MIME types, guessed by the system from their endings. */

export type DraggedKind = 'dataset' | 'refused' | 'unknown';

type Item = Pick<DataTransferItem, 'kind' | 'type'>;

const tables =
  /^(text\/(csv|tab-separated-values|plain|markdown)|application\/(json|x-ndjson|jsonl|vnd\.apache\.parquet))$/;
const refused = /^((image|video|audio|font)\/|application\/(pdf|msword|vnd\.ms-|vnd\.openxmlformats))/;

/** Folders, GGUF files and archives have no type, or one that says nothing. */
export function draggedKind(items: Iterable<Item>): DraggedKind {
  const types = [...items].filter(({ kind }) => kind === 'file').map(({ type }) => type);
  if (types.length > 0 && types.every((type) => tables.test(type))) return 'dataset';
  return types.length > 0 && types.every((type) => refused.test(type)) ? 'refused' : 'unknown';
}
