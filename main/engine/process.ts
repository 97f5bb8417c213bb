/**
 * Entry of an engine process. It serves one owner over the IPC channel and leaves with it. It always leaves by
 * process.exit: with TensorFlow loaded through the FFI, a natural end crashes.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { engineExitCodes, type FramePort } from '../contract/engineFrame.ts';
import { type OwnerChannel, ownerChannel } from '../processes/ownerChannel.ts';
import { engineHandlers } from './handlers.ts';
import { watchOwner } from './ownerWatch.ts';
import { serveRequests } from './serveRequests.ts';

/** The channel to the process that started this one. Exits when there is none. */
function requireOwner(): OwnerChannel {
  const channel = ownerChannel();
  if (channel !== undefined) return channel;
  process.stderr.write('This file is started by the studio; it does nothing by itself.\n');
  process.exit(engineExitCodes.ownerGone);
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

/** Within which an answer reaches the owner. */
const lastAnswerMs = 200;

const { values } = parseArgs({ options: { purpose: { type: 'string' }, generation: { type: 'string' } } });

// Ctrl-C reaches the whole process group; stopping and saving is the owner's decision.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
process.on('uncaughtException', (error) => leave(engineExitCodes.internal, error));
process.on('unhandledRejection', (error) => leave(engineExitCodes.internal, error));

if (values.purpose === 'train') lowerPriority();
watchOwner();
const owner = requireOwner();
owner.onClose(() => process.exit(engineExitCodes.ownerGone));
const port: FramePort = { post: owner.send, onFrame: owner.onMessage, onClose: owner.onClose, close: owner.close };
serveRequests(port, {
  generation: Number(values.generation ?? '0'),
  handlers: engineHandlers(),
  onBroken: (error) => leave(engineExitCodes.badFrame, error),
  // The answer goes first, and its owner ends this process; should it not, it ends itself.
  onSpent: (error) => setTimeout(() => leave(engineExitCodes.deviceLost, error), lastAnswerMs),
});
