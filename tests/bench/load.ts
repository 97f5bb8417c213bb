/**
 * `npm run bench -- load`: what is resident while a model is loaded, against what stays. A model of 336 million random
 * weights is written to a temporary folder in every form that Graft loads (3.3 GB in all), and each is loaded in every
 * precision by a process of its own. "Peak" is the kernel's high-water mark, the start of Node and TensorFlow included.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { weightPrecisions } from '../../main/contract/engine.ts';
import type { Loaded } from './load/loadOnce.ts';
import { sources, writeModel } from './load/writeModels.ts';

function load(modelDir: string, precision: string): Loaded {
  const script = path.join(import.meta.dirname, 'load', 'loadOnce.ts');
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, modelDir, precision], { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`Loading ${modelDir} in ${precision} ended with ${String(status)}:\n${stderr.slice(-2000)}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Loaded;
}

const parent = mkdtempSync(path.join(tmpdir(), 'graft-bench-load-'));
process.on('exit', () => rmSync(parent, { recursive: true, force: true }));
process.stdout.write(
  '| stored as | precision | peak MB | resident MB | peak / resident | s |\n|---|---|---|---|---|---|\n',
);
for (const source of sources) {
  const dir = await writeModel(parent, source);
  for (const precision of weightPrecisions) {
    const { peakMb, residentMb, loadS } = load(dir, precision);
    const ratio = (peakMb / residentMb).toFixed(2);
    process.stdout.write(`| ${source} | ${precision} | ${peakMb} | ${residentMb} | ${ratio} × | ${loadS} |\n`);
  }
  rmSync(dir, { recursive: true });
}
