/**
 * Streams that go on after a lost connection: `open` is called again with what was last seen. Only a lost connection is
 * tried again; any other error is the caller's.
 */
import { GraftError } from '../../main/contract/errors.ts';

const pauseMs = 300;

/** Calls `onItem` for every item until the stream ends or `signal` aborts. `open` reads its cursor afresh each time. */
export async function follow<Item>(
  open: (signal: AbortSignal) => Promise<AsyncIterable<Item>>,
  onItem: (item: Item) => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      for await (const item of await open(signal)) {
        if (isAborted(signal)) return;
        onItem(item);
      }
      return;
    } catch (error) {
      if (isAborted(signal)) return;
      if (!(error instanceof GraftError && error.code === 'network')) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** A call of its own, because an aborted signal changes while one waits. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;
