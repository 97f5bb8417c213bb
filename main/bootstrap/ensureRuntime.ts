/**
 * For `npm test`: the TensorFlow runtime is in the user's cache when this ends with status 0; otherwise it prints why
 * it is not, and ends with status 1. llama.cpp and WebGPU come with it where npm can fetch them; without one its tests
 * are skipped.
 */
import { toGraftError } from '../contract/errors.ts';
import type { ProgressUpdate } from '../contract/progress.ts';
import { getRuntimePackage } from '../runtimes/catalogue.ts';
import { defaultCacheDir } from '../runtimes/cacheDir.ts';
import { installRuntime } from '../runtimes/installRuntime.ts';
import { englishOf } from '../contract/words/words.ts';

let lastLabel = '';

/** One line per phase: the output is a log. */
function onProgress({ label }: ProgressUpdate): void {
  const text = englishOf(label);
  if (text !== lastLabel) console.log(`${text} …`);
  lastLabel = text;
}

async function isThere(id: string): Promise<boolean> {
  try {
    const { version, dir } = await installRuntime(getRuntimePackage(id), { cacheDir: defaultCacheDir(), onProgress });
    console.log(`${id} ${version} is in ${dir}`);
    return true;
  } catch (error) {
    const { message, data } = toGraftError(error);
    console.log([message, data.remedy].filter(Boolean).join(' '));
    return false;
  }
}

if (!(await isThere('tensorflow-cpu'))) process.exitCode = 1;
await isThere('llama.cpp');
await isThere('webgpu');
