/**
 * Brings the source packages into a folder with the registries' own clients (`npm pack`, `apt-get download`) and reads files
 * out of them. Surprising: the Debian package can only be fetched on Debian and its relatives; elsewhere put the file into
 * the folder by hand. An archive whose SHA-256 differs is refused.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { GraftError } from '../contract/errors.ts';
import type { SourcePackage } from './sources.ts';

const run = promisify(execFile);

export type PackageFiles = ReadonlyMap<string, Buffer>;

const clients = {
  npm: ({ packageName, version }: SourcePackage): readonly string[] => ['npm', 'pack', '--silent', `${packageName}@${version}`],
  debian: ({ packageName, version }: SourcePackage): readonly string[] => ['apt-get', 'download', `${packageName}=${version}`],
};

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

async function findArchive(dir: string, source: SourcePackage): Promise<string | undefined> {
  for (const name of (await readdir(dir)).filter((entry) => /\.(tgz|deb)$/.test(entry)).sort()) {
    if ((await hashOf(join(dir, name))) === source.sha256) return join(dir, name);
  }
  return undefined;
}

/** Path of the checked archive in `dir`. Throws GraftError: 'network' where the client fails, 'integrity' where the file differs. */
async function fetchArchive(dir: string, source: SourcePackage): Promise<string> {
  await mkdir(dir, { recursive: true });
  const kept = await findArchive(dir, source);
  if (kept !== undefined) return kept;
  const [command = '', ...args] = clients[source.registry](source);
  try {
    await run(command, args, { cwd: dir });
  } catch (error) {
    const remedy = `Put the file of ${source.packageName} ${source.version} into ${dir} and run again.`;
    throw new GraftError('network', `${command} could not fetch ${source.packageName}.`, { remedy }, error);
  }
  const fetched = await findArchive(dir, source);
  if (fetched !== undefined) return fetched;
  throw new GraftError(
    'integrity',
    `${source.packageName} ${source.version} is not the file it was: its SHA-256 is not ${source.sha256}.`,
    { file: dir },
  );
}

async function readTarball(path: string, wanted: RegExp): Promise<PackageFiles> {
  const files = new Map<string, Buffer>();
  const unpack = extract();
  unpack.on('entry', (header, stream, next) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk) => chunks.push(chunk as Buffer));
    stream.on('end', () => {
      if (wanted.test(header.name)) files.set(header.name, Buffer.concat(chunks));
      next();
    });
  });
  await pipeline(createReadStream(path), createGunzip(), unpack);
  return files;
}

async function readDebianPackage(path: string, wanted: RegExp): Promise<PackageFiles> {
  const dir = await mkdtemp(`${path}-`);
  try {
    await run('dpkg-deb', ['-x', path, dir]);
    const names = (await readdir(dir, { recursive: true })).filter((name) => wanted.test(name));
    return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(dir, name))] as const)));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The files of a package whose paths match, by path in alphabetical order; fetched into `dir` unless they are there. */
export async function fetchPackageFiles(dir: string, source: SourcePackage, wanted: RegExp): Promise<PackageFiles> {
  const archive = await fetchArchive(dir, source);
  const files = source.registry === 'npm' ? await readTarball(archive, wanted) : await readDebianPackage(archive, wanted);
  if (files.size === 0) throw new GraftError('integrity', `${archive} holds no file like ${wanted.source}.`, { file: archive });
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}
