/** An engine process without tensors, for tests of the host: the real protocol, the real owner watch. */
import { engineExitCodes, type FramePort } from '../../main/contract/engineFrame.ts';
import { watchOwner } from '../../main/engine/ownerWatch.ts';
import { serveRequests } from '../../main/engine/serveRequests.ts';
import { testHandlers } from './testHandlers.ts';

const generation = Number(process.argv.at(-1));
const port: FramePort = {
  post: (frame) => void process.send?.(frame),
  onFrame: (listener) => void process.on('message', listener),
  onClose: (listener) => void process.once('disconnect', listener),
  close: () => process.disconnect(),
};
process.once('disconnect', () => process.exit(engineExitCodes.ownerGone));
watchOwner();
serveRequests(port, { generation, handlers: testHandlers, onBroken: () => process.exit(engineExitCodes.badFrame) });
