/**
 * What adapters hold on the disk now. Everything that an engine keeps of an adapter (its tensors, its key/value caches,
 * its converted form) is kept under this, never under a name or an id: an adapter that was edited in its folder,
 * replaced or restored is another one from the next answer on. Files are read again only when their state has changed.
 */
import type { Adapter } from '../../contract/entities.ts';
import { contentFiles, contentOf } from '../shared/adapterContent.ts';
import { filesState } from '../shared/folderState.ts';

interface Known {
  readonly state: string;
  readonly hash: Promise<string>;
}

const keptFolders = 1024;

export class AdapterContents {
  /** By folder, the longest unused first. */
  readonly #known = new Map<string, Known>();

  /** Of the library's own `contentHash`'s kind. Throws GraftError('notFound') where its files are gone. */
  async hash({ dir }: Pick<Adapter, 'dir'>): Promise<string> {
    const state = await filesState(contentFiles(dir));
    const before = this.#known.get(dir);
    const known =
      before?.state === state ? before : { state, hash: contentOf(dir).then(({ contentHash }) => contentHash) };
    this.#known.delete(dir);
    this.#known.set(dir, known);
    for (const old of [...this.#known.keys()].slice(0, -keptFolders)) this.#known.delete(old);
    known.hash.catch(() => this.#known.delete(dir));
    return known.hash;
  }

  /** What engines call the adapter as it is now. */
  async key(adapter: Pick<Adapter, 'id' | 'dir'>): Promise<string> {
    return contentKey(adapter, await this.hash(adapter));
  }
}

/** `hash`: SHA-256 of what the adapter holds, as `AdapterContents.hash` tells it. */
export function contentKey({ id }: Pick<Adapter, 'id'>, hash: string): string {
  return `${id}@${hash}`;
}
