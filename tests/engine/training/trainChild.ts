/** A training process to be killed: takes settings and job as JSON, prints the number of each step that it reports. */
import { writeSync } from 'node:fs';
import { runTraining } from '../../../main/engine/training/runTraining.ts';

const [settings = '{}', job = '{}'] = process.argv.slice(2);
await runTraining(JSON.parse(settings), JSON.parse(job), {
  onEvent: (event) => {
    if (event.type === 'checkpoint') writeSync(1, `checkpoint ${event.step}\n`);
  },
});
process.exit(0);
