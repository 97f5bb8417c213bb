/**
 * Entry of an engine process. It serves one owner over the IPC channel and leaves with it. It always leaves by
 * process.exit: with TensorFlow loaded through the FFI, a natural end crashes.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { engineExitCodes, type FramePort } from '../contract/engineFrame.ts';
import { engineHandlers } from './handlers.ts';
import { watchOwner } from './ownerWatch.ts';
import { serveRequests } from './serveRequests.ts';

/** The port to the process that forked this one. Exits when there is none. */
function ownerPort(): FramePort {
  const send = process.send?.bind(process);
  if (send === undefined) {
    process.stderr.write('This file is started by the studio; it does nothing by itself.\n');
    process.exit(engineExitCodes.ownerGone);
  }
  return {
    post: (frame) => {
      if (process.connected) send(frame);
    },
    onFrame: (listener) => void process.on('message', listener),
    onClose: (listener) => void process.once('disconnect', listener),
    close: () => process.disconnect(),
  };
}

function lowerPriority(): void {
  try {
    os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    process.stderr.write(`Priority stays as it is: ${String(error)}\n`);
  }
}

function leave(code: number, error: unknown): never {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(code);
}

const { values } = parseArgs({ options: { purpose: { type: 'string' }, generation: { type: 'string' } } });

// Ctrl-C reaches the whole process group; stopping and saving is the owner's decision.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
process.on('uncaughtException', (error) => leave(engineExitCodes.internal, error));
process.on('unhandledRejection', (error) => leave(engineExitCodes.internal, error));
process.once('disconnect', () => process.exit(engineExitCodes.ownerGone));

if (values.purpose === 'train') lowerPriority();
watchOwner();
serveRequests(ownerPort(), {
  generation: Number(values.generation ?? '0'),
  handlers: engineHandlers(),
  onBroken: (error) => leave(engineExitCodes.badFrame, error),
});
