/**
 * A model hub on this machine that speaks the paths of the public one: commits, trees in pages, files with ranges,
 * large ones by a redirect to another address (and, when asked for, as Xet descriptions), error codes, and the faults
 * that a test asks for.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface HubFaults {
  /** Cuts the connection after so many bytes of this file, once. */
  readonly cut?: { readonly name: string; readonly afterBytes: number };
  /** Sends other bytes than were listed. */
  readonly spoiled?: string;
  /** Names another checksum for this file than the listing does. */
  readonly otherEtag?: string;
  /** Answers everything with this status, and with this code of the hub's own. */
  readonly status?: number;
  readonly code?: string;
  /** In place of the true answers. */
  readonly commit?: unknown;
  readonly tree?: unknown;
  readonly token?: string;
  /** Never answers requests for this file. */
  readonly silent?: string;
  /** Sends this file whole whatever part was asked for. */
  readonly withoutRanges?: string;
}

export interface StandInHub {
  readonly endpoint: string;
  /** Requests in order: what was asked for, with the range. */
  readonly requests: string[];
  /** Tokens that reached the address where large files lie; there must be none. */
  readonly leakedTokens: string[];
  /** The faults of the next requests. */
  faults: HubFaults;
  /** What `main` is; changing it is a push. */
  commit: string;
  files: ReadonlyMap<string, Buffer>;
  /** Called with each file's name before its bytes are sent. */
  onFile: (name: string) => void;
}

const firstCommit = 'a'.repeat(40);
const entriesPerPage = 2;
const readingMs = 500;

export async function standInHub(id: string, files: ReadonlyMap<string, Buffer>): Promise<StandInHub> {
  const hub: StandInHub = {
    ...{ endpoint: '', requests: [], leakedTokens: [], faults: {}, commit: firstCommit, files },
    onFile: () => undefined,
  };
  const state = { wasCut: false };
  const storage = await listen((request, response) => sendStored({ hub, state }, request, response));
  const endpoint = await listen((request, response) => answer({ hub, state, id, storage }, request, response));
  return Object.assign(hub, { endpoint });
}

interface Scene {
  readonly hub: StandInHub;
  readonly state: { wasCut: boolean };
}

interface HubScene extends Scene {
  readonly id: string;
  /** Address of the large files. */
  readonly storage: string;
}

function answer(scene: HubScene, request: IncomingMessage, response: ServerResponse): void {
  const { hub, id } = scene;
  const { headers } = request;
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://hub');
  const path = decodeURIComponent(pathname);
  const { status, code, token } = hub.faults;
  hub.requests.push(`${path.split('/').slice(3).join('/')}${headers.range === undefined ? '' : ` ${headers.range}`}`);
  if (status !== undefined) return refuse(response, status, code);
  if (token !== undefined && headers.authorization !== `Bearer ${token}`) return refuse(response, 401, 'RepoNotFound');
  const [, revision] = new RegExp(`^/api/models/${id}/revision/(.+)$`).exec(path) ?? [];
  if (revision !== undefined) return sendCommit(hub, revision, response);
  const [, tree] = new RegExp(`^/api/models/${id}/tree/(.+)$`).exec(path) ?? [];
  if (tree !== undefined) return sendTree(hub, { tree, page: Number(searchParams.get('cursor') ?? 0), path }, response);
  const [, commit, name] = new RegExp(`^/${id}/resolve/([^/]+)/(.+)$`).exec(path) ?? [];
  if (name === undefined) return refuse(response, 404, 'RepoNotFound');
  if (commit !== hub.commit) return refuse(response, 404, 'RevisionNotFound');
  const content = hub.files.get(name);
  if (content === undefined) return refuse(response, 404, 'EntryNotFound');
  if (hub.faults.silent === name) return undefined;
  if (!isLarge(name)) return sendFile(scene, { name, content, range: headers.range }, response);
  const sha256 = hub.faults.otherEtag === name ? 'f'.repeat(64) : sha256Of(content);
  if (headers.accept?.includes('xet-fileinfo') === true) return sendXet(content, sha256, response);
  response
    .writeHead(302, { location: `${scene.storage}/${encodeURIComponent(name)}`, 'x-linked-etag': `"${sha256}"` })
    .end();
}

function sendStored(scene: Scene, { url = '', headers }: IncomingMessage, response: ServerResponse): void {
  const name = decodeURIComponent(url.slice(1));
  if (headers.authorization !== undefined) scene.hub.leakedTokens.push(headers.authorization);
  const content = scene.hub.files.get(name) ?? Buffer.alloc(0);
  sendFile(scene, { name, content, range: headers.range }, response);
}

function refuse(response: ServerResponse, status: number, code?: string): void {
  response.writeHead(status, code === undefined ? {} : { 'x-error-code': code }).end();
}

function sendCommit(hub: StandInHub, revision: string, response: ServerResponse): void {
  if (hub.faults.commit !== undefined) return void response.end(JSON.stringify(hub.faults.commit));
  if (!['main', 'HEAD', 'v1', 'refs/pr/1', hub.commit].includes(revision))
    return refuse(response, 404, 'RevisionNotFound');
  response.end(
    JSON.stringify({ _id: '1', id: 'x/y', sha: hub.commit, private: false, lastModified: '2026-01-01T00:00:00.000Z' }),
  );
}

function sendTree(
  hub: StandInHub,
  { tree, page, path }: { tree: string; page: number; path: string },
  response: ServerResponse,
): void {
  if (tree !== hub.commit) return refuse(response, 404, 'RevisionNotFound');
  const entries = treeOf(hub.files);
  const next = (page + 1) * entriesPerPage;
  if (next < entries.length)
    response.setHeader('link', `<${hub.endpoint}${path}?recursive=true&cursor=${page + 1}>; rel="next"`);
  response.end(JSON.stringify(hub.faults.tree ?? entries.slice(next - entriesPerPage, next)));
}

/** What the public hub answers for a file in its newer storage: where its pieces lie, instead of its bytes. */
function sendXet(content: Buffer, sha256: string, response: ServerResponse): void {
  const links = ['xet-auth', 'xet-reconstruction-info'].map((rel) => `<http://127.0.0.1:9/${rel}>; rel="${rel}"`);
  response.writeHead(200, {
    'content-type': 'application/vnd.xet-fileinfo+json',
    'x-linked-size': content.byteLength,
    'x-linked-etag': `"${sha256}"`,
    'x-xet-hash': 'b'.repeat(64),
    link: links.join(', '),
  });
  response.end('{}');
}

interface SentFile {
  readonly name: string;
  readonly content: Buffer;
  readonly range: string | undefined;
}

function sendFile({ hub, state }: Scene, { name, content, range }: SentFile, response: ServerResponse): void {
  const { cut, spoiled, withoutRanges } = hub.faults;
  const [, first, last = ''] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  const from = Number(first ?? 0);
  const to = last === '' ? content.byteLength : Number(last) + 1;
  const isProbe = last !== '';
  const isPart = range !== undefined && (isProbe || withoutRanges !== name);
  if (!isProbe) hub.onFile(name);
  const sent = content.subarray(isPart ? from : 0, isPart ? to : undefined);
  const body = spoiled === name ? Buffer.alloc(sent.byteLength, 7) : sent;
  response.writeHead(isPart ? 206 : 200, {
    'content-length': body.byteLength,
    etag: `"${gitSha1Of(content)}"`,
    ...(isPart && { 'content-range': `bytes ${from}-${to - 1}/${content.byteLength}` }),
  });
  if (isProbe || cut?.name !== name || state.wasCut) return void response.end(body);
  state.wasCut = true;
  // What arrives together with the end of a connection is thrown away by fetch: the client gets time to read it.
  response.write(body.subarray(0, cut.afterBytes), () => setTimeout(() => response.destroy(), readingMs));
}

export function treeOf(files: ReadonlyMap<string, Buffer>) {
  return [...files].map(([path, content]) => ({
    ...{ type: 'file', path, size: content.byteLength, oid: gitSha1Of(content) },
    ...(isLarge(path) && {
      lfs: { oid: sha256Of(content), size: content.byteLength, pointerSize: 134 },
      xetHash: 'b'.repeat(64),
    }),
  }));
}

function isLarge(name: string): boolean {
  return /\.(safetensors|gguf|bin)$/.test(name);
}

export function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

export function gitSha1Of(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.byteLength}\0`).update(content).digest('hex');
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
