/** `npm run bench`: makes the checkout ready, then measures (tests/bench/run.ts says how and what it needs). */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

const node = await prepare();
process.exitCode = spawnSync(node, [join(root, 'tests', 'bench', 'run.ts')], { stdio: 'inherit' }).status ?? 1;
