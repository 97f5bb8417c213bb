/**
 * Entry of the process that renders chat templates. It only relays between its parent and the thread that runs them: a
 * template can abort its whole process (V8 cannot survive one huge allocation), hence not the studio's own, and a busy
 * thread cannot hear that its parent died, hence not this process' main thread.
 */
import { Worker } from 'node:worker_threads';
import { ownerChannel } from '../processes/ownerChannel.ts';
import { programFile } from '../processes/programFile.ts';

const outOfMemoryExitCode = 12;

const worker = new Worker(programFile('./chatTemplateWorker', import.meta.url), {
  resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
});
const owner = ownerChannel();
worker.on('message', (reply: unknown) => owner?.send(reply));
worker.on('error', (error) =>
  process.exit(
    error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? outOfMemoryExitCode : 1,
  ),
);
owner?.onMessage((job) => worker.postMessage(job));
owner?.onClose(() => process.exit(0));
