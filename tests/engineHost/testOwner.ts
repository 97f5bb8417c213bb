/** A studio that is about to be killed: starts a test engine, tells its process id, blocks it, and waits. */
import { fileURLToPath } from 'node:url';
import { processSpawner } from '../../main/engineHost/engineChild.ts';
import { EngineHost } from '../../main/engineHost/EngineHost.ts';
import { behaviours, generateRequest } from './testHandlers.ts';

const host = new EngineHost({
  purpose: 'chat',
  spawn: processSpawner(fileURLToPath(new URL('testEngine.ts', import.meta.url))),
});
await host.request('loadModel', {
  settings: { backend: 'cpu', precision: 'float32', threads: 1 },
  modelDir: '',
  contextLength: 1,
});
const blocked = process.argv.at(-1) === 'blocked';
void host
  .request('generate', generateRequest(blocked ? behaviours.block : behaviours.waitForCancel))
  .catch(() => undefined);
process.stdout.write(`${host.pid ?? -1}\n`);
setInterval(() => undefined, 1_000);
