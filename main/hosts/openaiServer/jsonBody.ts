/** The JSON body of a request: of the right type, of a bounded size, and whole. */
import type { IncomingMessage } from 'node:http';
import { ApiError, invalidRequest } from './apiError.ts';

/** How many times the largest body is read away before the connection is cut. */
const patience = 16;

/** Throws ApiError: 415 for another content type, 413 for too much, 400 for what is no JSON object. */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new ApiError(415, 'The body must be JSON: send the header Content-Type: application/json.', {
      type: invalidRequest,
    });
  }
  return parse(await readBytes(request, maxBytes));
}

/**
 * Read to its end though it is too large: a client that is still sending does not hear an answer. There is an end to
 * that too.
 */
async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    if (size > patience * maxBytes) break;
  }
  if (size <= maxBytes) return Buffer.concat(chunks);
  throw new ApiError(413, `The body has more than ${maxBytes} bytes.`, { type: invalidRequest });
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ApiError(400, `The body is not valid JSON: ${reason}`, { type: invalidRequest, code: 'invalid_json' });
  }
}
