/**
 * Several adapters as one file to hand to somebody: a .tar.gz whose first entry lists every adapter with what is known
 * of it and every file with its SHA-256. Reading believes nothing: an entry that is not in the list, a size or a
 * checksum that differs, is an error that names it, and only then does a file reach the library.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { Header } from 'tar-stream';
import { z } from 'zod';
import type { Adapter, Lineage } from '../../contract/entities.ts';
import { GraftError, toGraftError, saidOf } from '../../contract/errors.ts';
import type { CallOptions } from '../../contract/progress.ts';
import { lineageColumn } from '../../database/columnSchemas.ts';
import { refuseForeignFile } from '../../formats/foreignFile.ts';
import { tryParseJson } from '../../formats/jsonText.ts';
import { peftConfigName, peftPromptNames, peftWeightsName } from '../../formats/peftFolder.ts';
import { writeTarGz } from '../shared/tarGz.ts';
import type { TarFile } from '../shared/tarGz.ts';
import { progressWords } from '../../contract/words/progress.ts';
import { archiveWords } from '../../contract/words/archives.ts';
import type { Said } from '../../contract/words/words.ts';

const archiveFormat = 'graft-adapters-1';
const listEntry = 'adapters.json';
const maxListBytes = 64 * 2 ** 20;

const fileSchema = z.object({
  name: z.enum([peftConfigName, peftWeightsName, ...peftPromptNames]),
  sizeBytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

function holdsAdapter(files: readonly { readonly name: string }[]): boolean {
  return [peftConfigName, peftWeightsName].every((wanted) => files.filter(({ name }) => name === wanted).length === 1);
}

const adapterSchema = z.object({
  name: z.string().trim().min(1).max(120),
  note: z.string().max(20_000),
  tags: z.array(z.string().trim().min(1).max(60)).max(50),
  evaluationLoss: z.number().nullable(),
  lineage: lineageColumn,
  files: z.array(fileSchema).min(2).refine(holdsAdapter, 'an adapter needs its configuration and its weights'),
});

const listSchema = z.object({
  format: z.literal(archiveFormat),
  codeVersion: z.string(),
  createdAt: z.number(),
  adapters: z.array(adapterSchema).min(1),
});

export type ArchivedAdapter = z.infer<typeof adapterSchema> & {
  /** The unpacked PEFT folder. */
  readonly dir: string;
};

/** Throws GraftError('diskFull' | 'cancelled' | 'notFound' for an adapter whose files are gone). */
export async function writeAdapterArchive(
  toFile: string,
  { adapters, codeVersion }: { readonly adapters: readonly Adapter[]; readonly codeVersion: string },
  options: CallOptions = {},
): Promise<void> {
  const packed = await Promise.all(adapters.map(async (adapter, index) => describe(adapter, folderOf(index))));
  const list = {
    format: archiveFormat,
    codeVersion,
    createdAt: Date.now(),
    adapters: packed.map(({ described }) => described),
  };
  const texts = [{ name: listEntry, text: JSON.stringify(list, null, 2) }];
  await writeTarGz(toFile, { texts, files: packed.flatMap(({ files }) => files) }, options);
}

/** Unpacks and checks the whole archive below `staging`. Throws GraftError('invalid' | 'integrity' | 'cancelled'). */
export async function readAdapterArchive(
  file: string,
  staging: string,
  { signal, onProgress }: CallOptions = {},
): Promise<readonly ArchivedAdapter[]> {
  refuseForeignFile(file, 'adapterArchive');
  const archive = extract();
  const unpacking = new Unpacking(file, staging);
  const reading = pipeline(createReadStream(file), createGunzip(), archive, { signal });
  const writing = (async () => {
    for await (const entry of archive) {
      await unpacking.take(entry);
      onProgress?.({
        label: progressWords.checking(),
        done: unpacking.doneBytes,
        total: unpacking.totalBytes,
        unit: 'bytes',
      });
    }
  })();
  await Promise.all([reading, writing]).catch((error: unknown) => {
    if (signal?.aborted === true) throw new GraftError('cancelled', archiveWords.readCancelled());
    throw error instanceof GraftError ? error : unreadable(error, file);
  });
  return unpacking.finish();
}

function folderOf(index: number): string {
  return `adapters/${index + 1}`;
}

async function describe({ name, note, tags, evaluationLoss, lineage, dir }: Adapter, folder: string) {
  const files: TarFile[] = [];
  const listed: z.infer<typeof fileSchema>[] = [];
  for (const fileName of [peftConfigName, peftWeightsName, ...peftPromptNames] as const) {
    const path = join(dir, fileName);
    if (!isPeftFile(fileName) && !existsSync(path)) continue;
    const { sha256, sizeBytes } = await hashFile(path);
    files.push({ name: `${folder}/${fileName}`, path, sizeBytes });
    listed.push({ name: fileName, sizeBytes, sha256 });
  }
  return { files, described: { name, note, tags, evaluationLoss, lineage: withoutPaths(lineage), files: listed } };
}

function isPeftFile(name: string): boolean {
  return name === peftConfigName || name === peftWeightsName;
}

/** Where a folder lay on this machine is nobody else's business. */
function withoutPaths(lineage: Lineage): Lineage {
  return { ...lineage, configuration: lineage.configuration && { ...lineage.configuration, initAdapter: null } };
}

async function hashFile(path: string): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const hash = createHash('sha256');
  const file = await open(path, 'r');
  try {
    for await (const piece of file.createReadStream({ autoClose: false }) as AsyncIterable<Uint8Array>)
      hash.update(piece);
    return { sha256: hash.digest('hex'), sizeBytes: (await file.stat()).size };
  } catch (error) {
    throw toGraftError(error);
  } finally {
    await file.close();
  }
}

type TarEntry = AsyncIterable<unknown> & { readonly header: Header };
type ListedFile = z.infer<typeof fileSchema>;

/** The state between two entries: first the list, then exactly what it lists. */
class Unpacking {
  readonly #file: string;
  readonly #staging: string;
  readonly #missing = new Map<string, ListedFile>();
  #adapters: readonly z.infer<typeof adapterSchema>[] | undefined;
  #doneBytes = 0;
  #totalBytes = 0;

  constructor(file: string, staging: string) {
    this.#file = file;
    this.#staging = staging;
  }

  get doneBytes(): number {
    return this.#doneBytes;
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  async take(entry: TarEntry): Promise<void> {
    const { name, type, size } = entry.header;
    if (type !== 'file' && type !== 'contiguous-file')
      throw this.#refuse(archiveWords.entryNoFile({ name: shown(name) }));
    if (this.#adapters === undefined) {
      if (name !== listEntry) throw this.#refuse(archiveWords.doesNotBegin({ listEntry }));
      this.#readList(await textOf(entry, Math.min(size, maxListBytes)));
      return;
    }
    const listed = this.#missing.get(name);
    if (listed === undefined) throw this.#refuse(archiveWords.entryNotListed({ name: shown(name) }));
    if (size !== listed.sizeBytes)
      throw this.#damaged(archiveWords.entrySize({ name, size, sizeBytes: listed.sizeBytes }));
    // The name is one of those made from the list, never what the archive says.
    const sha256 = await unpackEntry(entry, join(this.#staging, ...name.split('/')));
    if (sha256 !== listed.sha256) throw this.#damaged(archiveWords.entryDiffers({ name }));
    this.#missing.delete(name);
    this.#doneBytes += size;
  }

  finish(): readonly ArchivedAdapter[] {
    if (this.#adapters === undefined) throw this.#refuse(archiveWords.empty());
    const [missing] = this.#missing.keys();
    if (missing !== undefined) throw this.#damaged(archiveWords.entryMissing({ missing }));
    return this.#adapters.map((adapter, index) => ({ ...adapter, dir: join(this.#staging, folderOf(index)) }));
  }

  #readList(text: string): void {
    const list = listSchema.safeParse(tryParseJson(text));
    if (!list.success) {
      const [issue] = list.error.issues;
      throw this.#refuse(
        archiveWords.listDoesNotHold({ listEntry, field: issue?.path.join('.') ?? '', message: issue?.message ?? '' }),
      );
    }
    this.#adapters = list.data.adapters;
    for (const [index, { files }] of list.data.adapters.entries()) {
      for (const file of files) this.#missing.set(`${folderOf(index)}/${file.name}`, file);
      this.#totalBytes += files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    }
  }

  #refuse(why: Said): GraftError {
    const remedy = archiveWords.onlyOwn();
    return new GraftError('invalid', archiveWords.noArchive({ file: this.#file, why }), { file: this.#file, remedy });
  }

  #damaged(what: Said): GraftError {
    return damaged(this.#file, what);
  }
}

async function textOf(entry: TarEntry, maxBytes: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of entry as AsyncIterable<Uint8Array>) {
    bytes += piece.byteLength;
    if (bytes <= maxBytes) pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

async function unpackEntry(entry: TarEntry, target: string): Promise<string> {
  await mkdir(dirname(target), { recursive: true });
  const hash = createHash('sha256');
  await pipeline(
    entry as AsyncIterable<Uint8Array>,
    async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        hash.update(piece);
        yield piece;
      }
    },
    createWriteStream(target, { flags: 'wx', flush: true }),
  );
  return hash.digest('hex');
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 200));
}

function damaged(file: string, what: string | Said): GraftError {
  const remedy = archiveWords.askAgain();
  return new GraftError('integrity', archiveWords.damaged({ file, what }), { file, remedy });
}

/** What the readers of gzip and tar throw is the file's fault; what the disk throws is not. */
function unreadable(error: unknown, file: string): GraftError {
  const known = toGraftError(error);
  return known.code === 'internal' ? damaged(file, saidOf(known)) : known;
}
