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
