/**
 * Files over HTTP, for windows with a session: `POST /uploads` begins one, `PUT /uploads/<id>/<relative path>` adds a
 * file, `DELETE /uploads/<id>` forgets it, `GET /downloads/<id>` fetches what a task has written. Errors are an
 * ErrorJson.
 */
import { createReadStream, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type ErrorCode, GraftError, toGraftError } from '../../contract/errors.ts';
import type { Download, Transfers } from './Transfers.ts';
import { hostWords } from '../../contract/words/hosts.ts';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly segments: readonly string[];
}

const statusOf: Partial<Record<ErrorCode, number>> = {
  notFound: 404,
  invalid: 400,
  conflict: 409,
  unsupported: 405,
  diskFull: 507,
};

export const transferPaths: readonly string[] = ['uploads', 'downloads'];

/** Answers, whatever happens. */
export async function serveTransfer(exchange: Exchange, transfers: Transfers): Promise<void> {
  const { request, response, segments } = exchange;
  try {
    if (segments[0] === 'uploads') await serveUpload(exchange, transfers);
    else await serveDownload(exchange, transfers);
  } catch (thrown) {
    const error = toGraftError(thrown);
    if (request.destroyed && !request.complete) return; // nobody is there to be told
    if (response.headersSent) response.destroy();
    else sendJson(response, statusOf[error.code] ?? 500, error.toJSON());
  }
}

async function serveUpload({ request, response, segments }: Exchange, transfers: Transfers): Promise<void> {
  const [, uploadId, ...path] = segments;
  if (request.method === 'POST' && uploadId === undefined) {
    sendJson(response, 201, { uploadId: await transfers.beginUpload() });
  } else if (request.method === 'PUT' && uploadId !== undefined && path.length > 0) {
    const length = request.headers['content-length'];
    const sizeBytes = length === undefined ? undefined : Number(length);
    await transfers.receive({ uploadId, segments: path, sizeBytes, content: request });
    response.writeHead(204).end();
  } else if (request.method === 'DELETE' && uploadId !== undefined && path.length === 0) {
    await transfers.release({ uploadId });
    response.writeHead(204).end();
  } else throw noSuchRequest(request);
}

async function serveDownload({ request, response, segments }: Exchange, transfers: Transfers): Promise<void> {
  const [, downloadId, ...rest] = segments;
  if (downloadId === undefined || rest.length > 0 || !['GET', 'HEAD'].includes(request.method ?? ''))
    throw noSuchRequest(request);
  const download = transfers.findDownload(downloadId);
  if (download === undefined) {
    throw new GraftError('notFound', hostWords.downloadGone(), { remedy: hostWords.saveAgain() });
  }
  await sendDownload(download, response, () => transfers.fetched(downloadId));
}

async function sendDownload({ path, fileName }: Download, response: ServerResponse, onSent: () => void): Promise<void> {
  response.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': statSync(path).size,
    'Content-Disposition': dispositionOf(fileName),
    'Cache-Control': 'no-store',
  });
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  await pipeline(createReadStream(path), response);
  onSent();
}

/** The name for every browser: without what old ones cannot read, and whole as RFC 6266 has it. */
export function dispositionOf(fileName: string): string {
  const plain = fileName.replace(/[^ -~]|["\\%]/g, '_');
  const whole = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}

function sendJson(response: ServerResponse, status: number, json: unknown): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    .end(JSON.stringify(json));
}

function noSuchRequest({ method, url }: IncomingMessage): GraftError {
  return new GraftError('unsupported', hostWords.noSuchAddress({ method: method ?? '', url: url ?? '' }));
}
