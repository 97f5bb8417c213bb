/**
 * What reads our exports: a Python environment with torch, transformers and PEFT, older versions of PEFT beside it, and the
 * runtime llama.cpp. All of it lies in the cache and is made once, through the user's own pip and npm.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getRuntimePackage } from '../../main/runtimes/catalogue.ts';
import { defaultCacheDir } from '../../main/runtimes/cacheDir.ts';
import { llamaCppModuleOf } from '../../main/runtimes/findRuntimes.ts';
import { installRuntime } from '../../main/runtimes/installRuntime.ts';
import { Reader } from './Reader.ts';

export interface Readers {
  /** The newest; it makes adapters too. */
  readonly peft: Reader;
  readonly olderPeft: readonly Reader[];
  readonly llamaCpp: Reader;
}

/** VeRA's projections are drawn from the key there as well, each in its own way. */
const olderVersions = ['0.18.1', '0.20.0'];

/** `dir`: for logits on their way; `say` is told what takes long. */
export async function openReaders(dir: string, say: (line: string) => void): Promise<Readers> {
  const home = join(defaultCacheDir(), 'interop');
  const python = providePython(home, say);
  const versions = JSON.parse(execFileSync(python, ['-c', versionsScript], { encoding: 'utf8' })) as Record<
    'peft' | 'transformers',
    string
  >;
  const args = [join(import.meta.dirname, 'reader.py')];
  const peft = new Reader(`PEFT ${versions.peft}, transformers ${versions.transformers}`, { command: python, args }, dir);
  const olderPeft = olderVersions.map((version) => {
    const PYTHONPATH = provideOlderPeft({ home, python, version }, say);
    return new Reader(`PEFT ${version}, transformers ${versions.transformers}`, { command: python, args, env: { PYTHONPATH } }, dir);
  });
  return { peft, olderPeft, llamaCpp: await openLlamaCpp(dir, say) };
}

const versionsScript =
  'import json, importlib.metadata as m; print(json.dumps({name: m.version(name) for name in ("peft", "transformers")}))';

async function openLlamaCpp(dir: string, say: (line: string) => void): Promise<Reader> {
  say('Looking for llama.cpp …');
  const runtime = await installRuntime(getRuntimePackage('llama.cpp'), { cacheDir: defaultCacheDir() });
  const args = [join(import.meta.dirname, 'llamaReader.ts'), llamaCppModuleOf(runtime)];
  return new Reader(`llama.cpp (node-llama-cpp ${runtime.version})`, { command: process.execPath, args }, dir);
}

/** The environment is whole once it holds a copy of what was asked for. */
function providePython(home: string, say: (line: string) => void): string {
  const requirements = join(import.meta.dirname, 'requirements.txt');
  const folder = join(home, 'python');
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const done = join(folder, 'requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return python;
  say(`Making a Python environment in ${folder} (torch, transformers, PEFT): some minutes …`);
  rmSync(folder, { recursive: true, force: true });
  run(process.env.GRAFT_PYTHON ?? 'python3', ['-m', 'venv', folder]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements]);
  writeFileSync(done, wanted);
  return python;
}

function provideOlderPeft(
  { home, python, version }: { readonly home: string; readonly python: string; readonly version: string },
  say: (line: string) => void,
): string {
  const folder = join(home, `peft-${version}`);
  if (existsSync(join(folder, 'peft', '__init__.py'))) return folder;
  say(`Fetching PEFT ${version} …`);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--target', folder, `peft==${version}`]);
  return folder;
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
