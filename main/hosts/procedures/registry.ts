/** Every procedure with its handler. One left out does not type-check: oRPC compares with the contract. */
import { adapters } from './adapters.ts';
import { app } from './app.ts';
import { changes } from './changes.ts';
import { chats } from './chats.ts';
import { classification } from './classification.ts';
import { datasets } from './datasets.ts';
import { disk } from './disk.ts';
import { doctor } from './doctor.ts';
import { forwarding } from './forwarding.ts';
import { os } from './implementer.ts';
import { models } from './models.ts';
import { projects } from './projects.ts';
import { runs } from './runs.ts';
import { runtimes } from './runtimes.ts';
import { server } from './server.ts';
import { tasks } from './tasks.ts';

export const router = os.router({
  projects,
  models,
  datasets,
  runs,
  adapters,
  chats,
  classification,
  app,
  preferences: forwarding('preferences', 'preferences', {}),
  changes,
  tasks,
  runtimes,
  doctor,
  disk,
  server,
});
