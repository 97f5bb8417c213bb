/**
 * The wire of the browser host. The cookie decides; a host that refuses it is asked over HTTP, since a WebSocket cannot
 * say why.
 */
import { RPCLink } from '@orpc/client/websocket';
import type { OpenWire, Wire } from './Connection.svelte.ts';

export const openWebSocketWire: OpenWire = async () => {
  const socket = new WebSocket(`ws://${location.host}/rpc`);
  const opened = await new Promise<boolean>((resolve) => {
    socket.addEventListener('open', () => resolve(true), { once: true });
    socket.addEventListener('close', () => resolve(false), { once: true });
  });
  if (!opened) return afterFailure();
  const closed = new Promise<'lost'>((resolve) => {
    socket.addEventListener('close', () => resolve('lost'), { once: true });
  });
  return { link: new RPCLink({ websocket: socket }), closed } satisfies Wire;
};

async function afterFailure(): Promise<'refused'> {
  const response = await fetch('/', { method: 'HEAD', cache: 'no-store' });
  if (response.status === 401 || response.status === 403) return 'refused';
  throw new Error('not reachable yet');
}
