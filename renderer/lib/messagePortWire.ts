/** The wire of the Electron window: each connection is a MessagePort that the shell hands over when it is asked. */
import { RPCLink } from '@orpc/client/message-port';
import { type ShellBridge, shellPortMessage } from '../../main/contract/shell.ts';
import type { OpenWire } from './Connection.svelte.ts';

export function messagePortWire(shell: ShellBridge): OpenWire {
  return async () => {
    const port = await nextPort(shell);
    const closed = new Promise<'lost'>((resolve) => {
      port.addEventListener('close', () => resolve('lost'), { once: true });
    });
    const link = new RPCLink({ port });
    port.start();
    return { link, closed };
  };
}

function nextPort(shell: ShellBridge): Promise<MessagePort> {
  return new Promise((resolve) => {
    const onMessage = ({ data, ports, source }: MessageEvent): void => {
      const [port] = ports;
      if (data !== shellPortMessage || source !== window || port === undefined) return;
      removeEventListener('message', onMessage);
      resolve(port);
    };
    addEventListener('message', onMessage);
    shell.connect();
  });
}
