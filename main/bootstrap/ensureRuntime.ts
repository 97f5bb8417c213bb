/**
 * For `npm test`: the TensorFlow runtime is in the user's cache when this ends with status 0; otherwise it prints why it
 * is not, and ends with status 1.
 */
import { toGraftError } from '../contract/errors.ts';
import type { ProgressUpdate } from '../contract/progress.ts';
import { getRuntimePackage } from '../runtimes/catalogue.ts';
import { defaultCacheDir } from '../runtimes/findRuntimes.ts';
import { installRuntime } from '../runtimes/installRuntime.ts';

let lastLabel = '';

/** One line per phase: the output is a log. */
function onProgress({ label }: ProgressUpdate): void {
  if (label !== lastLabel) console.log(`${label} …`);
  lastLabel = label;
}

try {
  const runtime = await installRuntime(getRuntimePackage('tensorflow-cpu'), { cacheDir: defaultCacheDir(), onProgress });
  console.log(`TensorFlow ${runtime.version} is in ${runtime.dir}`);
} catch (error) {
  const { message, data } = toGraftError(error);
  console.log([message, data.remedy].filter(Boolean).join(' '));
  process.exitCode = 1;
}
