/** Files as one .tar.gz, written whole or not at all. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import type { Pack } from 'tar-stream';
import { GraftError, toGraftError } from '../../contract/errors.ts';
import type { CallOptions } from '../../contract/progress.ts';
import { throwIfCancelled } from '../../formats/text/readBytes.ts';
import { flushFile, temporaryPathFor } from '../../formats/atomicFile.ts';
import { progressWords } from '../../contract/words/progress.ts';
import { archiveWords } from '../../contract/words/archives.ts';

export interface TarFile {
  /** In the archive, with forward slashes. */
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
}

export interface TarContent {
  /** Comes first. */
  readonly texts?: readonly { readonly name: string; readonly text: string }[];
  readonly files: readonly TarFile[];
}

/** Replaces what is there. Throws GraftError('diskFull' | 'cancelled' | 'invalid'). */
export async function writeTarGz(toFile: string, content: TarContent, options: CallOptions = {}): Promise<void> {
  const temporary = temporaryPathFor(toFile);
  const { signal } = options;
  throwIfCancelled(signal);
  try {
    await mkdir(dirname(toFile), { recursive: true });
    const archive = pack();
    const writing = pipeline(archive, createGzip(), createWriteStream(temporary, { flags: 'wx' }), { signal });
    await Promise.all([writing, packAll(archive, content, options)]);
    await flushFile(temporary);
    await rename(temporary, toFile);
  } catch (error) {
    throw signal?.aborted === true ? new GraftError('cancelled', archiveWords.writeCancelled()) : toGraftError(error);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The files right in `dir`, under the folder name `as` in the archive. */
export async function packFolder(
  toFile: string,
  { dir, as }: { readonly dir: string; readonly as: string },
  options: CallOptions = {},
): Promise<void> {
  const names = (await readdir(dir)).sort();
  const files = names.map(async (name) => {
    const path = join(dir, name);
    return { name: `${as}/${name}`, path, sizeBytes: (await stat(path)).size };
  });
  await writeTarGz(toFile, { files: await Promise.all(files) }, options);
}

async function packAll(
  archive: Pack,
  { texts = [], files }: TarContent,
  { signal, onProgress }: CallOptions,
): Promise<void> {
  try {
    const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    let done = 0;
    for (const { name, text } of texts) archive.entry({ name }, text);
    for (const { name, path, sizeBytes } of files) {
      signal?.throwIfAborted();
      await pipeline(createReadStream(path), archive.entry({ name, size: sizeBytes }));
      done += sizeBytes;
      onProgress?.({ label: progressWords.packing(), done, total, unit: 'bytes' });
    }
    archive.finalize();
  } catch (error) {
    archive.destroy(toGraftError(error));
    throw error;
  }
}
