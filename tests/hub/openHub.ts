/** A stand-in hub with a person's environment around it, for tests of what is fetched. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseHubReference } from '../../main/contract/hubReference.ts';
import type { HubReference } from '../../main/contract/hubReference.ts';
import { fetchHubModel } from '../../main/hub/fetchModel.ts';
import type { HubOptions } from '../../main/hub/fetchSnapshot.ts';
import { gitSha1Of, sha256Of, standInHub } from '../support/standInHub.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

export const hubId = 'somebody/tiny-llama';

/** The files of a folder, and more by their text. */
export function filesOf(dir: string, more: Readonly<Record<string, string>> = {}): Map<string, Buffer> {
  const files = new Map(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name))]));
  for (const [name, text] of Object.entries(more)) files.set(name, Buffer.from(text));
  return files;
}

export function referenceOf(text: string): HubReference {
  const reference = parseHubReference(text);
  if (reference === undefined) throw new Error(`${text} is no hub reference`);
  return reference;
}

interface FetchOptions extends Pick<HubOptions, 'signal' | 'silenceMs'> {
  readonly source?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

type Fetcher = (reference: HubReference, options: HubOptions) => Promise<string>;

export async function openHub(files: ReadonlyMap<string, Buffer>, fetcher: Fetcher = fetchHubModel) {
  const hub = await standInHub(hubId, files);
  const home = temporaryDir();
  const cacheDir = join(home, 'graft');
  const updates: number[] = [];
  const fetch = async ({ source = `hub:${hubId}`, env = {}, ...options }: FetchOptions = {}): Promise<string> =>
    fetcher(referenceOf(source), {
      ...{ cacheDir, ...options },
      env: { HOME: home, HF_ENDPOINT: `${hub.endpoint}/`, ...env },
      onProgress: ({ done, total }) => updates.push(done / (total ?? 1)),
    });
  return { hub, home, cacheDir, updates, fetch };
}

/**
 * Files as another Hugging Face program leaves them in a person's cache: links to blobs that are named by their
 * checksums.
 */
export function fillSharedCache(home: string, files: ReadonlyMap<string, Buffer>, commit: string): string {
  const repository = join(home, '.cache', 'huggingface', 'hub', `models--${hubId.replace('/', '--')}`);
  for (const dir of ['refs', 'blobs']) mkdirSync(join(repository, dir), { recursive: true });
  writeFileSync(join(repository, 'refs', 'main'), commit);
  for (const [name, content] of files) {
    const blob = join(repository, 'blobs', name.endsWith('.safetensors') ? sha256Of(content) : gitSha1Of(content));
    const path = join(repository, 'snapshots', commit, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(blob, content);
    symlinkSync(blob, path);
  }
  return repository;
}

/** Names that a fetch has left under `cacheDir`, parts included. */
export function namesIn(cacheDir: string): readonly string[] {
  const snapshots = join(cacheDir, 'hub', `models--${hubId.replace('/', '--')}`, 'snapshots');
  if (!existsSync(snapshots)) return [];
  return readdirSync(snapshots, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  );
}
