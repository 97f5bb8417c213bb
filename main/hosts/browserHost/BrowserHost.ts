/**
 * The studio in a browser: HTTP and WebSocket on 127.0.0.1 alone. Every request passes Host, Origin and session before
 * anything looks at what it asks for; only the exchange of the token and the proof for a second start come before.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { FileLock } from '../../studio/dataFolder/ownership.ts';
import type { OpenStudioOptions } from '../../studio/openStudio.ts';
import type { Preferences } from '../../contract/preferences.ts';
import type { HostContext } from '../procedures/HostContext.ts';
import { router } from '../procedures/registry.ts';
import { StudioHolder } from '../StudioHolder.ts';
import { Access } from './access.ts';
import { entryPage, passOnPage } from './entryPage.ts';
import { listen } from './listen.ts';
import { type HostPlaces, placesOf } from './places.ts';
import { readRenderer, type RendererFiles, serveRenderer } from './rendererFiles.ts';
import { parseTarget, type RequestTarget } from './requestTarget.ts';
import { announceRunning, type RunningHost, withdrawRunning } from './runningHost.ts';
import { securityHeaders } from './securityHeaders.ts';
import { readSession, writeSession } from './session.ts';
import { serveTransfer, transferPaths } from './transferRoutes.ts';
import { Transfers } from './Transfers.ts';
import type { Said } from '../../contract/words/words.ts';

export interface BrowserHostOptions {
  readonly studio: OpenStudioOptions;
  /** The built renderer. */
  readonly rendererDir: string;
  /** One that must be had; otherwise the last one if it is free, else any. */
  readonly port?: number | undefined;
}

const largestMessageBytes = 16 * 2 ** 20;
/** The answer of the call that exchanged the studio goes out before its socket ends. */
const lastWordsMs = 250;
const closeCodes = { ending: 1001, restarted: 1012 } as const;

/**
 * Opens the studio and listens. undefined where another host holds the data folder. Throws what `openStudio` throws,
 * and GraftError('conflict') for a port that is not free, ('notFound') where no renderer was built.
 */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost | undefined> {
  const renderer = readRenderer(options.rendererDir);
  const holder = await StudioHolder.open(options.studio);
  const lock = new FileLock(placesOf(holder.studio.dataFolder.dir).lockFile);
  try {
    if (lock.tryAcquire()) return await BrowserHost.start({ renderer, holder, lock, port: options.port });
  } catch (error) {
    lock.release();
    await holder.close();
    throw error;
  }
  await holder.close();
  return undefined;
}

interface HostSetup {
  readonly renderer: RendererFiles;
  readonly holder: StudioHolder;
  readonly lock: FileLock;
  readonly port: number | undefined;
}

export class BrowserHost {
  readonly port: number;
  readonly #setup: HostSetup;
  readonly #server: Server;
  readonly #access: Access;
  readonly #transfers: Transfers;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: largestMessageBytes });
  readonly #calls = new RPCHandler(router);
  readonly #context: HostContext;
  #lock: FileLock;
  #places: HostPlaces;

  private constructor(
    setup: HostSetup,
    server: Server,
    parts: { readonly port: number; readonly access: Access; readonly transfers: Transfers },
  ) {
    const { holder } = setup;
    this.#setup = setup;
    this.#server = server;
    this.port = parts.port;
    this.#access = parts.access;
    this.#transfers = parts.transfers;
    this.#headers = securityHeaders(parts.port);
    this.#lock = setup.lock;
    this.#places = placesOf(holder.studio.dataFolder.dir);
    this.#context = {
      kind: 'browser',
      files: parts.transfers,
      server: holder.server,
      get studio() {
        return holder.studio;
      },
      reopen: async (work, home) => holder.reopen(work, home),
    };
    holder.onExchanged(async () => this.#followStudio());
  }

  static async start(setup: HostSetup): Promise<BrowserHost> {
    const places = placesOf(setup.holder.studio.dataFolder.dir);
    const transfers = new Transfers(places.transfersDir);
    await transfers.reset();
    const session = readSession(places.sessionFile);
    const server = createServer({ requestTimeout: 0 }); // an upload may take as long as it takes
    const port = await listen(server, { asked: setup.port, last: session.port });
    try {
      const host = new BrowserHost(setup, server, { port, access: new Access(session, port), transfers });
      server.on('request', (request, response) => void host.#answer(request, response));
      server.on('upgrade', (request, socket, head) => host.#upgrade(request, socket, head));
      await writeSession(places.sessionFile, { ...session, port });
      await announceRunning(places.runningFile, host.running);
      return host;
    } catch (error) {
      server.close();
      throw error;
    }
  }

  /** How this one is found and entered. */
  get running(): RunningHost {
    return { port: this.port, token: this.#access.token };
  }

  get dataFolder(): string {
    return this.#setup.holder.studio.dataFolder.dir;
  }

  get notices(): readonly (string | Said)[] {
    return this.#setup.holder.studio.notices;
  }

  /** Ends the windows' connections, then the studio: a run that is running is stopped and saved. */
  async close(): Promise<void> {
    await withdrawRunning(this.#places.runningFile);
    this.#server.close();
    this.#endSockets(closeCodes.ending);
    await this.#setup.holder.close();
    this.#server.closeAllConnections();
    for (const socket of this.#sockets.clients) socket.terminate();
    await this.#transfers.clear();
    this.#lock.release();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(this.#headers)) response.setHeader(name, value);
    const target = parseTarget(request.url ?? '');
    if (!this.#mayAsk(request)) sendText(response, 403, 'Graft answers only its own pages.');
    else if (target === undefined) sendText(response, 400, 'This is no address of Graft.');
    else if (this.#isEntry(target)) this.#enter(request, response, target);
    else if (!this.#access.hasSession(request)) sendPage(response, 401, entryPage);
    else await this.#serve(request, response, target);
  }

  /** By its own name; and what changes something only from its own pages. */
  #mayAsk(request: IncomingMessage): boolean {
    const isReading = request.method === 'GET' || request.method === 'HEAD';
    return this.#access.knowsHost(request) && (isReading || this.#access.isOwnOrigin(request));
  }

  #isEntry({ segments, query }: RequestTarget): boolean {
    return segments[0] === 'identity' || (segments.length === 0 && query.has('token'));
  }

  /** An old address in a browser with a session leads on as well. */
  #enter(request: IncomingMessage, response: ServerResponse, { segments, query }: RequestTarget): void {
    if (segments[0] === 'identity') {
      sendText(response, 200, this.#access.proof(query.get('challenge') ?? ''));
      return;
    }
    const isAdmitted = this.#access.admits(query.get('token') ?? '');
    if (!isAdmitted && !this.#access.hasSession(request)) {
      sendPage(response, 401, entryPage);
      return;
    }
    if (isAdmitted) response.setHeader('Set-Cookie', this.#access.cookie);
    if (request.headers['sec-fetch-site'] === 'cross-site') sendPage(response, 200, passOnPage);
    else response.writeHead(302, { Location: '/', 'Cache-Control': 'no-store' }).end();
  }

  #serveFile(segments: readonly string[], response: ServerResponse): boolean {
    const dress = (page: Buffer): Buffer => dressPage(page, this.#setup.holder.preferences);
    return serveRenderer(this.#setup.renderer, segments, { response, dress });
  }

  async #serve(request: IncomingMessage, response: ServerResponse, { segments }: RequestTarget): Promise<void> {
    const [top = ''] = segments;
    if (transferPaths.includes(top)) await serveTransfer({ request, response, segments }, this.#transfers);
    else if (request.method !== 'GET' && request.method !== 'HEAD') sendText(response, 405, 'Only GET.');
    else if (top === 'rpc' || !this.#serveFile(segments, response)) sendText(response, 404, 'There is nothing here.');
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const isAllowed =
      this.#access.knowsHost(request) && this.#access.isOwnOrigin(request) && this.#access.hasSession(request);
    if (!isAllowed || request.url !== '/rpc') {
      socket.end(
        `HTTP/1.1 ${isAllowed ? '404 Not Found' : '403 Forbidden'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      );
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      // a broken frame or a message too large: the window reconnects
      webSocket.on('error', () => webSocket.terminate());
      void this.#calls.upgrade(webSocket, { context: this.#context });
    });
  }

  /** The folder may have moved: everything of the host's in it is there now. */
  async #followStudio(): Promise<void> {
    const places = placesOf(this.dataFolder);
    if (places.lockFile !== this.#places.lockFile) {
      this.#lock.release();
      this.#lock = new FileLock(places.lockFile);
      this.#lock.tryAcquire();
    }
    this.#places = places;
    await this.#transfers.reset(places.transfersDir);
    await announceRunning(places.runningFile, this.running);
    setTimeout(() => this.#endSockets(closeCodes.restarted), lastWordsMs);
  }

  #endSockets(code: number): void {
    for (const socket of this.#sockets.clients) socket.close(code);
  }
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }).end(text);
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }).end(html);
}

/** The page with the person's language and theme in it, so that its first paint already has both. */
export function dressPage(page: Buffer, { language, theme }: Pick<Preferences, 'language' | 'theme'>): Buffer {
  const lang = language === 'system' ? 'en' : language;
  const attributes = [`lang="${lang}"`, ...(theme === 'system' ? [] : [`data-theme="${theme}"`])];
  return Buffer.from(page.toString('utf8').replace('<html lang="en">', `<html ${attributes.join(' ')}>`));
}
