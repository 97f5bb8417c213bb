/** Which entries of a folder a person can use or walk through. */
import type { FolderListing } from '../../main/contract/machine.ts';

export type PathKind = 'file' | 'folder' | 'both';

/** Where a person last looked for a path in this window. */
export const lastFolder: { path: string | undefined } = { path: undefined };

interface Wanted {
  readonly pick: PathKind;
  readonly accept: readonly string[];
}

/** Folders always, as the way to others; files where they may be picked and end as asked. */
export function listedEntries(entries: FolderListing['entries'], { pick, accept }: Wanted): FolderListing['entries'] {
  const isAccepted = (name: string): boolean =>
    accept.length === 0 || accept.some((ending) => name.toLowerCase().endsWith(ending));
  return entries.filter(({ name, isFolder }) => isFolder || (pick !== 'folder' && isAccepted(name)));
}
