/**
 * `npm run bench`: makes the checkout ready, then measures the engine (tests/bench/run.ts says how and what it needs).
 * `npm run bench -- NAME` measures something else: tests/bench/NAME.ts.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildRenderer } from './build.mjs';
import { prepare, root } from './prepare.mjs';

const others = ['studio', 'load', 'large', 'precision', 'serve', 'sample', 'methods', 'chat', 'pool'];

const node = await prepare();
const [name, ...rest] = process.argv.slice(2);
const isOther = others.includes(name);
if (name === 'studio') await buildRenderer(root, node);
const script = join(root, 'tests', 'bench', isOther ? `${name}.ts` : 'run.ts');
process.exitCode = spawnSync(node, [script, ...(isOther ? rest : [])], { stdio: 'inherit' }).status ?? 1;
