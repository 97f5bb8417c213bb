/**
 * Which versions the user's registry has. A package that brings a binary for each system publishes them one by one, and
 * a mirror may be days behind: a version can be there for one system and not for another.
 */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { GraftError } from '../contract/errors.ts';
import { tryParseJson } from '../formats/jsonText.ts';
import { packageVersionWords } from '../contract/words/packageVersions.ts';
import { findNpm } from './npm.ts';
import type { NpmContents, RuntimePackage } from './runtimePackage.ts';

/**
 * Throws GraftError `notFound` naming what is missing and the newest version that is complete. Where the registry does
 * not answer it says nothing: fetching tells that better.
 */
export async function requirePublished(
  runtime: RuntimePackage,
  { dependencies }: NpmContents,
  signal?: AbortSignal,
): Promise<void> {
  const asked = await Promise.all(
    Object.entries(dependencies).map(async ([name, version]) => ({
      name,
      version,
      published: await versionsOf(name, signal),
    })),
  );
  const missing = asked.filter(({ version, published }) => published !== undefined && !published.includes(version));
  if (missing.length === 0) return;
  const newest = newestComplete(asked.map(({ published }) => published ?? []));
  const { id, title, version, platform, otherwise } = runtime;
  const packages = missing.map((each) => `${each.name}@${each.version}`);
  throw new GraftError('notFound', packageVersionWords.missing({ title, version, platform, packages }), {
    field: '--version',
    remedy:
      newest === undefined
        ? packageVersionWords.noneThere({ otherwise })
        : packageVersionWords.takeNewest({ id, version: newest }),
    ...(newest !== undefined && { newest }),
  });
}

/** In all of these lists; releases alone. */
function newestComplete(lists: readonly (readonly string[])[]): string | undefined {
  const [first = [], ...others] = lists;
  const everywhere = first.filter(
    (version) => /^[\d.]+$/.test(version) && others.every((list) => list.includes(version)),
  );
  return everywhere.toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))[0];
}

/** Empty where there is no package of that name, undefined where nobody can tell. */
async function versionsOf(name: string, signal?: AbortSignal): Promise<readonly string[] | undefined> {
  const { command, args, shell } = findNpm();
  const child = spawn(command, [...args, 'view', name, 'versions', '--json'], {
    ...{ cwd: tmpdir(), shell, stdio: ['ignore', 'pipe', 'ignore'] },
    ...(signal && { signal, killSignal: 'SIGKILL' }),
  });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => (output += piece));
  const status = await new Promise<number | null>((resolve) => {
    child.once('close', resolve).once('error', () => resolve(null)); // no npm: fetching says so
  });
  if (status !== 0) return output.includes('E404') ? [] : undefined;
  const answer = tryParseJson(output);
  return typeof answer === 'string'
    ? [answer]
    : Array.isArray(answer)
      ? answer.filter((each) => typeof each === 'string')
      : undefined;
}
