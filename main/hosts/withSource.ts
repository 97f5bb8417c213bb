/** Work on a file that a window handed over: whatever is said of it names the file as the person knows it. */
import { GraftError, toGraftError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/progress.ts';
import type { FileSource } from '../contract/procedures/procedure.ts';
import type { FileTransfer } from './FileTransfer.ts';

type Files = Pick<FileTransfer, 'pathOf' | 'asChosen'>;

/** Throws what `work` throws, with the chosen name for the path in message, remedy and data. */
export async function withSource<Result>(
  files: Files,
  from: FileSource,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  try {
    return files.asChosen(from, await work(files.pathOf(from)));
  } catch (thrown) {
    const error = toGraftError(thrown);
    const named = GraftError.fromJson(files.asChosen(from, error.toJSON()));
    named.cause = error.cause ?? error;
    throw named;
  }
}

/** The same for progress. */
export function chosenProgress(files: Files, from: FileSource, options: Required<CallOptions>): Required<CallOptions> {
  return { ...options, onProgress: (update) => options.onProgress(files.asChosen(from, update)) };
}

/**
 * Long work on the file. An upload goes once the work is done, and is kept after a failure, to be read again in another
 * way.
 */
export async function usingUp<Result>(
  files: Pick<FileTransfer, 'pathOf' | 'asChosen' | 'release'>,
  from: FileSource,
  options: Required<CallOptions>,
  work: (told: Required<CallOptions>) => Promise<Result>,
): Promise<Result> {
  const result = await withSource(files, from, async () => work(chosenProgress(files, from, options)));
  await files.release(from);
  return result;
}
