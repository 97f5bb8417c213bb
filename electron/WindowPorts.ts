/** The contract over MessagePorts: a new pair for each page load, all ended when the studio behind them is exchanged. */
import { MessageChannelMain, type IpcMainEvent, type MessagePortMain } from 'electron';
import { RPCHandler } from '@orpc/server/message-port';
import { shellPortMessage } from '../main/contract/shell.ts';
import type { HostContext } from '../main/hosts/procedures/HostContext.ts';
import { router } from '../main/hosts/procedures/registry.ts';

export class WindowPorts {
  readonly #calls = new RPCHandler(router);
  readonly #context: HostContext;
  readonly #ports = new Set<MessagePortMain>();

  constructor(context: HostContext) {
    this.#context = context;
  }

  connect(event: IpcMainEvent): void {
    const { port1, port2 } = new MessageChannelMain();
    this.#ports.add(port1);
    port1.once('close', () => this.#ports.delete(port1));
    this.#calls.upgrade(port1, { context: this.#context });
    port1.start();
    event.senderFrame?.postMessage(shellPortMessage, null, [port2]);
  }

  /** The windows connect again by themselves. */
  endAll(): void {
    for (const port of this.#ports) port.close();
    this.#ports.clear();
  }
}
