/**
 * `npm run interop`: makes the checkout ready, then proves the exports by their real readers (tests/interop/run.ts says
 * how).
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

const node = await prepare();
const script = join(root, 'tests', 'interop', 'run.ts');
process.exitCode = spawnSync(node, [script, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
