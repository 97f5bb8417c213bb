/** A model hub on this machine: a listing and files, with the faults that a test asks for. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface HubFaults {
  /** Cuts the connection after so many bytes of this file, once. */
  readonly cut?: { readonly name: string; readonly afterBytes: number };
  /** Sends other bytes than were listed. */
  readonly spoiled?: string;
  readonly status?: number;
  readonly listing?: unknown;
  readonly token?: string;
}

export interface StandInHub {
  readonly endpoint: string;
  /** Requests in order, with the range that was asked for. */
  readonly requests: string[];
  /** The faults of the next requests. */
  faults: HubFaults;
  /** Called with each file's name before it is sent. */
  onFile: (name: string) => void;
}

const sha = 'a'.repeat(40);

const readingMs = 500;

export async function standInHub(id: string, files: ReadonlyMap<string, Buffer>): Promise<StandInHub> {
  const server = createServer((request, response) => answer(request, response));
  const hub: StandInHub = { endpoint: '', requests: [], faults: {}, onFile: () => undefined };
  let wasCut = false;

  function answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
    hub.requests.push(`${url.split('/').at(-1) ?? ''}${headers.range === undefined ? '' : ` ${headers.range}`}`);
    const { status, token, listing } = hub.faults;
    if (status !== undefined) return void response.writeHead(status).end();
    if (token !== undefined && headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
    if (url.startsWith(`/api/models/${id}?`)) return void response.end(JSON.stringify(listing ?? listingOf(files)));
    const name = url.slice(`/${id}/resolve/${sha}/`.length);
    const content = files.get(name);
    if (content === undefined) return void response.writeHead(404).end();
    hub.onFile(name);
    send(response, { name, content, range: headers.range });
  }

  function send(response: ServerResponse, { name, content, range }: { name: string; content: Buffer; range: string | undefined }): void {
    const { cut, spoiled } = hub.faults;
    const from = range === undefined ? 0 : Number(/^bytes=(\d+)-$/.exec(range)?.[1]);
    const body = spoiled === name ? Buffer.alloc(content.byteLength - from, 7) : content.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.byteLength });
    if (cut?.name !== name || wasCut) return void response.end(body);
    wasCut = true;
    // What arrives together with the end of a connection is thrown away by fetch: the client gets time to read it.
    response.write(body.subarray(0, cut.afterBytes), () => setTimeout(() => response.destroy(), readingMs));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return Object.assign(hub, { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

export function listingOf(files: ReadonlyMap<string, Buffer>) {
  const siblings = [...files].map(([rfilename, content]) => ({
    rfilename,
    size: content.byteLength,
    ...(rfilename.endsWith('.safetensors') && { lfs: { sha256: createHash('sha256').update(content).digest('hex') } }),
  }));
  return { sha, siblings };
}
