/** A process of its own, started with a small heap, that imports one file and says what came of it. */
import { importDataset } from '../../../main/datasets/importDataset.ts';

const [file = '', datasetsDir = ''] = process.argv.slice(2);
const done: number[] = [];
const imported = await importDataset(file, {
  datasetsDir,
  isKnown: () => false,
  onProgress: (update) => {
    if (update.unit === 'rows') done.push(update.done);
  },
});
process.send?.({ imported, done, peakBytes: process.resourceUsage().maxRSS * 1024 });
process.disconnect();
