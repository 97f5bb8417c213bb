/** The wire of the Electron shell: its preload hands over one MessagePort, which lives as long as the window. */
import { RPCLink } from '@orpc/client/message-port';
import type { OpenWire } from './Connection.svelte.ts';

export function messagePortWire(port: MessagePort): OpenWire {
  port.start();
  const closed = new Promise<'lost'>((resolve) => {
    port.addEventListener('close', () => resolve('lost'), { once: true });
  });
  return async () => ({ link: new RPCLink({ port }), closed });
}
