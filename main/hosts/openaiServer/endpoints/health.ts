/** `GET /health`: whether the server is there, for whoever starts it; tells nothing else and needs no key. */
import type { Endpoint } from './endpoint.ts';

export const health: Endpoint = {
  method: 'GET',
  path: '/health',
  isOpen: true,
  handle: (call) => call.sendJson(200, { status: 'ok' }),
};
