/**
 * The contract over MessagePorts: a new pair for each page load, all ended when the studio behind them is exchanged. A
 * port of Electron's tells its end to the other side alone; the calls on this side must hear of it as well.
 */
import { MessageChannelMain, type IpcMainEvent, type MessagePortMain } from 'electron';
import { RPCHandler } from '@orpc/server/message-port';
import { shellPortMessage } from '../main/contract/shell.ts';
import type { HostContext } from '../main/hosts/procedures/HostContext.ts';
import { router } from '../main/hosts/procedures/registry.ts';

/** The answer to the call that exchanged the studio still goes out. */
const lastWordsMs = 200;

type Wire = Parameters<RPCHandler<HostContext>['upgrade']>[0];

export class WindowPorts {
  readonly #calls = new RPCHandler(router);
  readonly #context: HostContext;
  /** How each open port is ended. */
  readonly #ends = new Set<() => void>();

  constructor(context: HostContext) {
    this.#context = context;
  }

  connect(event: IpcMainEvent): void {
    const { port1, port2 } = new MessageChannelMain();
    const onEnd: (() => void)[] = [];
    const end = (): void => {
      if (!this.#ends.delete(end)) return;
      port1.close();
      for (const listener of onEnd) listener();
    };
    this.#ends.add(end);
    port1.once('close', end);
    this.#calls.upgrade(
      wireOver(port1, (listener) => void onEnd.push(listener)),
      { context: this.#context },
    );
    port1.start();
    event.senderFrame?.postMessage(shellPortMessage, null, [port2]);
  }

  /** The windows connect again by themselves. */
  endAll(): void {
    const ends = [...this.#ends];
    setTimeout(() => ends.forEach((end) => end()), lastWordsMs);
  }
}

function wireOver(port: MessagePortMain, onEnd: (listener: () => void) => void): Wire {
  return {
    postMessage: (data: unknown) => port.postMessage(data),
    on: (event: string, listener: (event?: { readonly data: unknown }) => void) => {
      if (event === 'close') onEnd(() => listener());
      else port.on('message', listener);
    },
  };
}
