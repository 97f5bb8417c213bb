/**
 * A program's channel to the process that started it: the IPC of fork, or the parent port of an Electron utility
 * process.
 */

export interface OwnerChannel {
  readonly send: (message: unknown) => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  /** Called once when the owner is gone or has closed the channel. */
  readonly onClose: (listener: () => void) => void;
  readonly close: () => void;
}

/** What Electron adds to `process` in a utility process. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** undefined where nobody started this program. */
export function ownerChannel(): OwnerChannel | undefined {
  const { parentPort } = process as { readonly parentPort?: ParentPort };
  if (parentPort !== undefined) return overParentPort(parentPort);
  const send = process.send?.bind(process);
  if (send === undefined) return undefined;
  return {
    send: (message) => {
      if (process.connected) send(message);
    },
    onMessage: (listener) => void process.on('message', listener),
    onClose: (listener) => void process.once('disconnect', listener),
    close: () => process.disconnect(),
  };
}

/** The owner says that it closes, because a parent port has no such event; its death ends a utility process anyway. */
export const closingMessage = 'graft:close';

function overParentPort(port: ParentPort): OwnerChannel {
  const closeListeners: (() => void)[] = [];
  const listeners: ((message: unknown) => void)[] = [];
  port.on('message', ({ data }) => {
    if (data === closingMessage) closeListeners.splice(0).forEach((listener) => listener());
    else listeners.forEach((listener) => listener(data));
  });
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => void listeners.push(listener),
    onClose: (listener) => void closeListeners.push(listener),
    close: () => undefined,
  };
}
