/**
 * What reads our exports: a Python environment with torch, transformers and PEFT, older versions of PEFT beside it, and
 * the runtime llama.cpp. All of it lies in the cache and is made once, through the user's own pip and npm.
 */
import { join } from 'node:path';
import { getRuntimePackage } from '../../../main/runtimes/catalogue.ts';
import { defaultCacheDir } from '../../../main/runtimes/cacheDir.ts';
import { llamaCppModuleOf } from '../../../main/runtimes/findRuntimes.ts';
import { installRuntime } from '../../../main/runtimes/installRuntime.ts';
import { providePackage, providePython, type PythonEnvironment, versionsIn } from '../pythonEnvironment.ts';
import { Reader } from './Reader.ts';

export interface Readers {
  /** The newest; it makes adapters too. */
  readonly peft: Reader;
  readonly olderPeft: readonly Reader[];
  readonly llamaCpp: Reader;
}

const torchEnvironment: PythonEnvironment = {
  name: 'python',
  requirements: join(import.meta.dirname, 'requirements.txt'),
  about: 'torch, transformers, PEFT: some minutes',
};

/** VeRA's projections are drawn from the key there as well, each in its own way. */
const olderVersions = ['0.18.1', '0.20.0'];

/** `dir`: for logits on their way; `say` is told what takes long. */
export async function openReaders(dir: string, say: (line: string) => void): Promise<Readers> {
  const python = providePython(torchEnvironment, say);
  const versions = versionsIn(python, ['peft', 'transformers']);
  const args = [join(import.meta.dirname, 'reader.py')];
  const peft = new Reader(
    `PEFT ${versions.peft}, transformers ${versions.transformers}`,
    { command: python, args },
    dir,
  );
  const olderPeft = olderVersions.map((version) => {
    const PYTHONPATH = providePackage(python, `peft==${version}`, say);
    return new Reader(
      `PEFT ${version}, transformers ${versions.transformers}`,
      { command: python, args, env: { PYTHONPATH } },
      dir,
    );
  });
  return { peft, olderPeft, llamaCpp: await openLlamaCpp(dir, say) };
}

async function openLlamaCpp(dir: string, say: (line: string) => void): Promise<Reader> {
  say('Looking for llama.cpp …');
  const runtime = await installRuntime(getRuntimePackage('llama.cpp'), { cacheDir: defaultCacheDir() });
  const args = [join(import.meta.dirname, 'llamaReader.ts'), llamaCppModuleOf(runtime)];
  return new Reader(`llama.cpp (node-llama-cpp ${runtime.version})`, { command: process.execPath, args }, dir);
}
