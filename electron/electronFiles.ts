/** Files where the window names paths: nothing is uploaded and nothing downloaded. */
import { GraftError } from '../main/contract/errors.ts';
import type { FileTransfer } from '../main/hosts/FileTransfer.ts';
import { personsPath, placeFor, writtenFile } from '../main/hosts/localFiles.ts';
import { hostWords } from '../main/contract/words/hosts.ts';

export const electronFiles: FileTransfer = {
  pathOf(source) {
    if ('path' in source) return personsPath(source.path);
    throw new GraftError('usage', hostWords.namesPaths(), { field: 'from' });
  },
  asChosen(_, told) {
    return told;
  },
  async release() {
    // What a person named stays where it is.
  },
  targetFor(target, fileName) {
    if (!('path' in target)) throw new GraftError('usage', hostWords.namesTarget(), { field: 'target' });
    const path = placeFor(target.path, fileName);
    return { path, written: async () => writtenFile(path, null) };
  },
};
