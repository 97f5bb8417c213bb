/**
 * `npm run bench`: makes the checkout ready, then measures the engine (tests/bench/run.ts says how and what it needs).
 * `npm run bench -- studio` measures the screens instead (tests/bench/studio.ts).
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildRenderer } from './build.mjs';
import { prepare, root } from './prepare.mjs';

const node = await prepare();
const isOfStudio = process.argv[2] === 'studio';
if (isOfStudio) await buildRenderer(root, node);
const script = join(root, 'tests', 'bench', isOfStudio ? 'studio.ts' : 'run.ts');
process.exitCode = spawnSync(node, [script], { stdio: 'inherit' }).status ?? 1;
