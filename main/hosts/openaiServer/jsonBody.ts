/** The JSON body of a request: of the right type, of a bounded size, and whole. */
import type { IncomingMessage } from 'node:http';
import { ApiError, invalidRequest } from './apiError.ts';

/** Throws ApiError: 415 for another content type, 413 for too much, 400 for what is no JSON object. */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new ApiError(415, 'The body must be JSON: send the header Content-Type: application/json.', { type: invalidRequest });
  }
  return parse(await readBytes(request, maxBytes));
}

async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = new ApiError(413, `The body has more than ${maxBytes} bytes.`, {
    type: invalidRequest,
    headers: { Connection: 'close' },
  });
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ApiError(400, `The body is not valid JSON: ${reason}`, { type: invalidRequest, code: 'invalid_json' });
  }
}
