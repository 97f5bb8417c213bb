/** Files where the window names paths: nothing is uploaded and nothing downloaded. */
import { GraftError } from '../main/contract/errors.ts';
import type { FileTransfer } from '../main/hosts/FileTransfer.ts';
import { personsPath, placeFor, writtenFile } from '../main/hosts/localFiles.ts';

export const electronFiles: FileTransfer = {
  pathOf(source) {
    if ('path' in source) return personsPath(source.path);
    throw new GraftError('usage', 'The desktop window names paths; it does not upload.', { field: 'from' });
  },
  asChosen(_, told) {
    return told;
  },
  async release() {
    // What a person named stays where it is.
  },
  targetFor(target, fileName) {
    if (!('path' in target)) throw new GraftError('usage', 'The desktop window names a path to write to.', { field: 'target' });
    const path = placeFor(target.path, fileName);
    return { path, written: async () => writtenFile(path, null) };
  },
};
