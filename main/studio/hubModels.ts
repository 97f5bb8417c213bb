/**
 * Models from the hub that the person's environment names (HF_ENDPOINT, HF_TOKEN; else the public one), as a folder in the
 * cache. Nothing is fetched that the listing does not name, under names that are known beforehand; sizes, and checksums where
 * the hub tells them, are checked. What is half fetched stays and is gone on with; config.json is read before any weight.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { GraftError } from '../contract/errors.ts';
import { getFamilyOfModelType } from '../contract/families/registry.ts';
import type { CallOptions } from '../contract/progress.ts';
import { readJsonObject } from '../formats/jsonFile.ts';
import { modelFileNames } from '../formats/modelFolder.ts';
import { withCacheLock } from '../runtimes/cacheLock.ts';
import { hashFile } from '../runtimes/wheel.ts';
import { download, requestJson } from './hubRequests.ts';
import type { Hub } from './hubRequests.ts';

export interface HubOptions extends CallOptions {
  /** Shared by all data folders. */
  readonly cacheDir: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const publicEndpoint = 'https://huggingface.co';
const weightsName = 'model.safetensors';
const indexName = 'model.safetensors.index.json';
const shardName = /^model-\d{5}-of-\d{5}\.safetensors$/;

const listingSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.int().nonnegative(),
      lfs: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }).nullish(),
    }),
  ),
});

interface HubFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string | undefined;
}

/** `owner/name`, as the hub has it: nothing else may come into an address. */
export function isHubId(source: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/.test(source) && !source.includes('..');
}

/** The model's folder in the cache. Throws GraftError('network' | 'notFound' | 'unsupported' | 'integrity' | 'diskFull' | 'cancelled'). */
export async function fetchHubModel(id: string, options: HubOptions): Promise<string> {
  const hubDir = join(options.cacheDir, 'hub');
  const onWait = (): void => options.onProgress?.({ label: 'Waiting for another fetch', done: 0, total: null, unit: 'bytes' });
  return withCacheLock(join(hubDir, '.lock'), async () => fetchInto(hubDir, id, options), { signal: options.signal, onWait });
}

/** After the import: the model is in the data folder, or was not wanted. */
export async function forgetHubModel(id: string, cacheDir: string): Promise<void> {
  await rm(join(cacheDir, 'hub', folderName(id)), { recursive: true, force: true });
}

async function fetchInto(hubDir: string, id: string, options: HubOptions): Promise<string> {
  const hub = hubOf(options.env ?? process.env);
  const listing = listingSchema.safeParse(await requestJson(hub, `api/models/${id}?blobs=true`, { id, signal: options.signal }));
  if (!listing.success) throw new GraftError('network', `${hub.endpoint} gave no listing of ${id}.`, { remedy: 'Check HF_ENDPOINT.' });
  const { sha, siblings } = listing.data;
  const files = chooseFiles(id, siblings);
  const dir = join(hubDir, folderName(id), sha);
  await mkdir(dir, { recursive: true });
  const missing = files.filter(({ name }) => !existsSync(join(dir, name)));
  await requireSpace(dir, missing);
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let doneBytes = totalBytes - missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const file of missing) {
    const report = (bytes: number): void =>
      options.onProgress?.({ label: `Fetching ${file.name}`, done: doneBytes + bytes, total: totalBytes, unit: 'bytes' });
    await fetchFile({ hub, id, sha, file, dir, report, signal: options.signal });
    doneBytes += file.sizeBytes;
    if (file.name === 'config.json') refuseUnknownFamily(join(dir, file.name));
  }
  return dir;
}

function hubOf(env: Readonly<Record<string, string | undefined>>): Hub {
  const endpoint = env.HF_ENDPOINT === undefined || env.HF_ENDPOINT === '' ? publicEndpoint : env.HF_ENDPOINT.replace(/\/+$/, '');
  return { endpoint, token: env.HF_TOKEN === '' ? undefined : env.HF_TOKEN };
}

function folderName(id: string): string {
  return id.replace('/', '--');
}

/** Small files first, so that a model that cannot be used costs no gigabytes. */
function chooseFiles(id: string, siblings: z.infer<typeof listingSchema>['siblings']): readonly HubFile[] {
  const byName = new Map(siblings.map(({ rfilename: name, size, lfs }) => [name, { name, sizeBytes: size, sha256: lfs?.sha256 }]));
  const shards = [...byName.keys()].filter((name) => shardName.test(name)).sort();
  const weights = byName.has(weightsName) ? [weightsName] : byName.has(indexName) && shards.length > 0 ? [indexName, ...shards] : [];
  if (weights.length === 0 || !byName.has('config.json')) {
    const what = byName.has('config.json') ? 'weights as safetensors' : 'config.json';
    const remedy = 'Choose a model in the transformers format, or download a GGUF file yourself and import it.';
    throw new GraftError('unsupported', `${id} has no ${what}.`, { field: 'source', remedy });
  }
  return [...modelFileNames, ...weights].flatMap((name) => byName.get(name) ?? []);
}

/** Throws GraftError('unsupported') for a model that no build of this Graft could run. */
function refuseUnknownFamily(configFile: string): void {
  const config = readJsonObject(configFile);
  getFamilyOfModelType(config.model_type, configFile).parseConfig(config, configFile);
}

async function requireSpace(dir: string, files: readonly HubFile[]): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  const neededBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (neededBytes <= bavail * bsize) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new GraftError('diskFull', `The model needs ${gigabytes(neededBytes)}, and only ${gigabytes(bavail * bsize)} are free.`, {
    file: dir,
    remedy: 'Free some space and fetch again.',
  });
}

interface FileFetch {
  readonly hub: Hub;
  readonly id: string;
  readonly sha: string;
  readonly file: HubFile;
  readonly dir: string;
  readonly report: (bytes: number) => void;
  readonly signal: AbortSignal | undefined;
}

async function fetchFile({ hub, id, sha, file, dir, report, signal }: FileFetch): Promise<void> {
  const part = join(dir, `${file.name}.part`);
  await download(hub, `${id}/resolve/${sha}/${file.name}`, { id, part, sizeBytes: file.sizeBytes, report, signal });
  const { size } = await stat(part);
  const sha256 = file.sha256 === undefined ? undefined : await hashFile(part, { signal, label: `Checking ${file.name}`, sizeBytes: size });
  if (size === file.sizeBytes && sha256 === file.sha256) {
    await rename(part, join(dir, file.name));
    return;
  }
  await rm(part, { force: true });
  const what = size === file.sizeBytes ? 'differs from its checksum' : `has ${size} bytes instead of ${file.sizeBytes}`;
  throw new GraftError('integrity', `${file.name} of ${id} ${what}.`, { file: file.name, remedy: 'Fetch it again.' });
}
