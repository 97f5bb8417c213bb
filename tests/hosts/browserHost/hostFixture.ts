/** A real host on a real studio in a folder of its own, and what a window does with it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { GraftError, type ErrorJson } from '../../../main/contract/errors.ts';
import type { Procedures } from '../../../main/contract/procedures/registry.ts';
import { type BrowserHost, startBrowserHost } from '../../../main/hosts/browserHost/BrowserHost.ts';
import { addressOf } from '../../../main/hosts/browserHost/runningHost.ts';

export const page = '<!doctype html><title>The page</title>';
export const script = 'console.log(1)';

export type Client = ContractRouterClient<Procedures>;

/** A small build: a page, a hashed script, a plain file. */
export function writeRenderer(dir: string): string {
  mkdirSync(join(dir, 'assets'), { recursive: true });
  writeFileSync(join(dir, 'index.html'), page);
  writeFileSync(join(dir, 'assets', 'index-Cr-hG2oQ.js'), script);
  writeFileSync(join(dir, 'icon.svg'), '<svg/>');
  writeFileSync(join(dir, '.built'), 'stamp');
  return dir;
}

/** A host on `<dir>/home`, closed at the test's end. */
export async function startHost(dir: string, options: { readonly port?: number } = {}): Promise<BrowserHost> {
  const host = await startBrowserHost({
    studio: { home: join(dir, 'home'), cacheDir: join(dir, 'cache'), takes: 'all' },
    rendererDir: writeRenderer(join(dir, 'renderer')),
    ...options,
  });
  if (host === undefined) throw new Error('another host holds the folder');
  onTestFinished(async () => host.close());
  return host;
}

export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** One request as it stands: no header is added but Host, no path is tidied. */
export function ask(port: number, { method = 'GET', path = '/', headers = {}, body }: Asked = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece)).on('error', reject);
      answer.on('end', () => {
        const whole = Buffer.concat(pieces);
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: whole, text: whole.toString() });
      });
    });
    sent.on('error', reject).end(body);
  });
}

/** What the browser keeps after the printed address was opened: `name=value`. */
export async function enter({ port, running }: BrowserHost): Promise<string> {
  const { search, pathname } = new URL(addressOf(running));
  const { headers } = await ask(port, { path: pathname + search });
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

export const originOf = ({ port }: BrowserHost): string => `http://127.0.0.1:${port}`;

export function openSocket(port: number, headers: Readonly<Record<string, string>>): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers });
  onTestFinished(() => socket.terminate());
  return new Promise((resolve, reject) => socket.once('open', () => resolve(socket)).once('error', reject));
}

/** A window: typed calls over its own socket. */
export async function openWindow(
  host: BrowserHost,
): Promise<{ readonly client: Client; readonly socket: WebSocket; readonly cookie: string }> {
  const cookie = await enter(host);
  const socket = await openSocket(host.port, { cookie, origin: originOf(host) });
  const client: Client = createORPCClient(new RPCLink({ websocket: socket }));
  return { client, socket, cookie };
}

/** The GraftError that crossed the wire. */
export async function wireErrorOf(call: Promise<unknown>): Promise<GraftError> {
  const thrown: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  return GraftError.fromJson((thrown as { readonly data: ErrorJson }).data);
}
