/**
 * Refuses a file of another trade by its first bytes: better than the complaint of a parser that was given a picture.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { GraftError } from '../contract/errors.ts';
import { type ForeignKind, foreignKindOf, headBytes, sayKind } from '../contract/foreignFile.ts';
import { fileKindWords } from '../contract/words/fileKinds.ts';
import type { Said } from '../contract/words/words.ts';

interface Wanted {
  readonly say: (parameters: { readonly file: string; readonly what: Said }) => Said;
  readonly remedy: () => Said;
  readonly kinds: readonly ForeignKind[];
}

const wantedFiles = {
  model: { say: fileKindWords.notModel, remedy: fileKindWords.modelIsTaken, kinds: ['gguf'] },
  adapter: { say: fileKindWords.notAdapter, remedy: fileKindWords.adapterIsTaken, kinds: ['gguf'] },
  adapterArchive: { say: fileKindWords.notAdapter, remedy: fileKindWords.adapterIsTaken, kinds: ['gzip'] },
  backup: { say: fileKindWords.notBackup, remedy: fileKindWords.backupIsTaken, kinds: ['tar'] },
} as const satisfies Readonly<Record<string, Wanted>>;

/** The first bytes of a file, `headBytes` of them or as many as there are. Throws what the disk throws. */
export function readHead(file: string): Uint8Array {
  const head = new Uint8Array(headBytes);
  const opened = openSync(file, 'r');
  try {
    return head.subarray(0, readSync(opened, head));
  } finally {
    closeSync(opened);
  }
}

/**
 * Throws GraftError('unsupported') for a file that is known to be something else. Folders, and what is not there, pass.
 */
export function refuseForeignFile(path: string, wanted: keyof typeof wantedFiles): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return;
  const { say, remedy, kinds }: Wanted = wantedFiles[wanted];
  const kind = foreignKindOf(readHead(path));
  if (kind === undefined || kinds.includes(kind)) return;
  throw new GraftError('unsupported', say({ file: path, what: sayKind(kind) }), { file: path, remedy: remedy() });
}
