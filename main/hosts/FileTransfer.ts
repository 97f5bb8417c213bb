/**
 * Files between a client and the studio. A browser cannot name paths: it uploads into a folder that lives as long as
 * the host, and fetches what was written for it. Electron names paths and needs neither.
 */
import type { FileSource, FileTarget, WrittenFile } from '../contract/procedures/procedure.ts';

export interface FileTransfer {
  /** The path of a file or folder here. Throws GraftError('notFound') for an upload that is not there any more. */
  pathOf(source: FileSource): string;
  /** Anything that is told of a source, with the name that the person knows in place of a path among the transfers. */
  asChosen<Told>(source: FileSource, told: Told): Told;
  /** After the last use: deletes an upload. A path that a person named is left alone. */
  release(source: FileSource): Promise<void>;
  /** Where to write `fileName`; `written` is called with the result and tells the client where to fetch it. */
  targetFor(target: FileTarget, fileName: string): { readonly path: string; written(): Promise<WrittenFile> };
}
