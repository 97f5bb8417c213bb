/**
 * The Python that a suite needs, made once in the cache folder through the user's own pip. Several suites may share an
 * environment by its name; packages whose files alone are wanted go beside it, without what they depend on.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultCacheDir } from '../../main/runtimes/cacheDir.ts';

export interface PythonEnvironment {
  /** Of its folder in the cache. */
  readonly name: string;
  /** A requirements.txt; a changed one makes the environment anew. */
  readonly requirements: string;
  /** For people: what is in it and how long making it takes. */
  readonly about: string;
}

/** What tests/interop/text-requirements.txt lists, without torch: enough to tokenise and to render. */
export const textEnvironment: PythonEnvironment = {
  name: 'python-text',
  requirements: join(import.meta.dirname, 'text-requirements.txt'),
  about: 'transformers, tokenizers, jinja2: a minute',
};

const home = join(defaultCacheDir(), 'interop');

/** The path of its interpreter. `say` is told where it must be made. Throws where pip fails. */
export function providePython({ name, requirements, about }: PythonEnvironment, say: (line: string) => void): string {
  const folder = join(home, name);
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  // The environment is whole once it holds a copy of what was asked for.
  const done = join(folder, 'requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return python;
  say(`Making a Python environment in ${folder} (${about}) …`);
  rmSync(folder, { recursive: true, force: true });
  run(process.env.GRAFT_PYTHON ?? 'python3', ['-m', 'venv', folder]);
  run(python, [...pipInstall, '--requirement', requirements]);
  writeFileSync(done, wanted);
  return python;
}

/**
 * The folder of one package (`peft==0.18.1`) alone: a path for PYTHONPATH, or to read its files. Throws where pip
 * fails.
 */
export function providePackage(python: string, requirement: string, say: (line: string) => void): string {
  const folder = join(home, requirement.replace('==', '-'));
  const done = join(folder, '.whole');
  if (existsSync(done)) return folder;
  say(`Fetching ${requirement} …`);
  rmSync(folder, { recursive: true, force: true });
  run(python, [...pipInstall, '--no-deps', '--target', folder, requirement]);
  writeFileSync(done, '');
  return folder;
}

/** The versions of these packages in an environment. */
export function versionsIn<Name extends string>(
  python: string,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const script =
    'import sys, json, importlib.metadata as m; print(json.dumps({name: m.version(name) for name in sys.argv[1:]}))';
  return JSON.parse(execFileSync(python, ['-c', script, ...names], { encoding: 'utf8' })) as Record<Name, string>;
}

const pipInstall = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'] as const;

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
