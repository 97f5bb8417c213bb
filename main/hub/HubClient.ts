/**
 * One repository of a hub through `@huggingface/hub`: which commit a revision is, which files it has, and their bytes.
 * The library neither goes on where a connection was cut nor checks sums, so that is done here (and in hubFile.ts).
 */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { fileDownloadInfo, listFiles, modelInfo } from '@huggingface/hub';
import { GraftError } from '../contract/errors.ts';
import type { HubReference } from '../contract/hubReference.ts';
import { asHubError, strangeAnswer } from './hubErrors.ts';
import { Silence, makeHubFetch } from './hubFetch.ts';
import type { HubFile } from './hubFile.ts';
import { sizeOfFile } from './hubFile.ts';
import type { HubPlace } from './hubPlace.ts';
import { hubWords } from '../contract/words/hub.ts';

export interface HubClientSetup {
  readonly place: HubPlace;
  readonly reference: HubReference;
  readonly signal: AbortSignal | undefined;
  /** Without a byte for this long a connection is taken for dead. */
  readonly silenceMs?: number | undefined;
}

export interface Download {
  readonly sha: string;
  readonly file: HubFile;
  /** What is there of it already is kept and gone on with. */
  readonly part: string;
  /** Bytes that are there so far. */
  readonly report: (bytes: number) => void;
}

const usualSilenceMs = 60_000;
const reportEveryBytes = 2 ** 20;
/** A listing longer than this is no model's. */
const mostFiles = 20_000;

export class HubClient {
  readonly #setup: HubClientSetup;

  constructor(setup: HubClientSetup) {
    this.#setup = setup;
  }

  /** The commit that the revision is now. Throws GraftError('notFound' | 'network' | 'cancelled'). */
  async commit(): Promise<string> {
    const { place, reference } = this.#setup;
    const { id: name, revision } = reference;
    const info = await this.#ask(async (fetch) =>
      modelInfo({ name, revision: revision ?? 'main', hubUrl: place.endpoint, additionalFields: ['sha'], fetch }),
    );
    if (/^[0-9a-f]{40}$/.test(info.sha)) return info.sha;
    throw strangeAnswer(name, place.endpoint);
  }

  /** Every file of a commit. Throws as `commit`. */
  async files(sha: string): Promise<readonly HubFile[]> {
    const { place, reference } = this.#setup;
    return this.#ask(async (fetch) => {
      const files: HubFile[] = [];
      const entries = listFiles({
        repo: { type: 'model', name: reference.id },
        recursive: true,
        revision: sha,
        hubUrl: place.endpoint,
        fetch,
      });
      for await (const { type, path, size, oid, lfs } of entries) {
        if (type !== 'file' || !staysInside(path)) continue;
        if (files.length === mostFiles) throw strangeAnswer(reference.id, place.endpoint);
        files.push({
          path,
          sizeBytes: lfs?.size ?? size,
          sha256: lfs?.oid,
          gitSha1: lfs === undefined ? oid : undefined,
        });
      }
      return files;
    });
  }

  /**
   * Fills `part`; that it is the right file is for the caller to check. Throws as `commit`, and GraftError('diskFull').
   */
  async download({ sha, file, part, report }: Download): Promise<void> {
    const { place, reference, signal } = this.#setup;
    const there = await sizeOfFile(part);
    if (there === file.sizeBytes && there > 0) return;
    if (there > file.sizeBytes) await rm(part);
    const silence = new Silence(place, this.#silenceMs, signal);
    try {
      const response = await this.#body({ sha, file, from: there > file.sizeBytes ? 0 : there }, silence);
      const from = response.status === 206 ? there : 0;
      const body =
        response.body === null ? Readable.from([]) : Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
      const counted = counting(silence, { from, limit: file.sizeBytes, report });
      await pipeline(body, counted, createWriteStream(part, { flags: from > 0 ? 'a' : 'w', flush: true }), {
        signal: silence.signal,
      });
    } catch (error) {
      throw asHubError(silence.signal.aborted ? silence.signal.reason : error, reference.id, place.endpoint, signal);
    } finally {
      silence.end();
    }
  }

  /** The bytes from `from` on; status 206 where the hub goes on there, 200 where it begins again. */
  async #body({ sha, file, from }: { sha: string; file: HubFile; from: number }, silence: Silence): Promise<Response> {
    const { place, reference } = this.#setup;
    const hubFetch = makeHubFetch({ place, id: reference.id, silence });
    const repo = { type: 'model', name: reference.id } as const;
    if (file.sizeBytes === 0) return new Response(null);
    const info = await fileDownloadInfo({
      repo,
      path: file.path,
      revision: sha,
      hubUrl: place.endpoint,
      fetch: hubFetch,
    });
    if (info === null) throw missing(file, reference.id);
    requireSame(info.etag, file, reference.id);
    return hubFetch(info.url, { headers: from > 0 ? { range: `bytes=${from}-` } : {} });
  }

  async #ask<T>(question: (hubFetch: typeof fetch) => Promise<T>): Promise<T> {
    const { place, reference, signal } = this.#setup;
    const silence = new Silence(place, this.#silenceMs, signal);
    try {
      return await question(makeHubFetch({ place, id: reference.id, silence }));
    } catch (error) {
      throw asHubError(silence.signal.aborted ? silence.signal.reason : error, reference.id, place.endpoint, signal);
    } finally {
      silence.end();
    }
  }

  get #silenceMs(): number {
    return this.#setup.silenceMs ?? usualSilenceMs;
  }
}

/** What a hub lists becomes a path on this disk and an address: nothing that leads out of either. */
function staysInside(path: string): boolean {
  return /^[^\\?#%:\0]+$/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

interface Counting {
  readonly from: number;
  readonly limit: number;
  readonly report: (bytes: number) => void;
}

/** Stops one piece behind the size that was announced: an endless answer does not fill the disk. */
function counting(silence: Silence, { from, limit, report }: Counting) {
  return async function* (pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let [done, told] = [from, from];
    for await (const piece of pieces) {
      silence.broken();
      done += piece.byteLength;
      yield piece;
      if (done - told >= reportEveryBytes) report((told = done));
      if (done > limit) return;
    }
    report(done);
  };
}

function missing({ path }: HubFile, id: string): GraftError {
  const data = { field: 'source', file: path, remedy: hubWords.changedMeanwhile() };
  return new GraftError('notFound', hubWords.vanished({ path, id }), data);
}

/** An etag of 64 digits is the file's own SHA-256: another one is noticed before gigabytes have come. */
function requireSame(etag: string, { path, sha256 }: HubFile, id: string): void {
  const [found] = /[0-9a-f]{64}/.exec(etag) ?? [];
  if (sha256 === undefined || found === undefined || found === sha256) return;
  const data = { field: 'source', file: path, remedy: hubWords.maybeChanging() };
  throw new GraftError('integrity', hubWords.otherFile({ path, id }), data);
}
