/**
 * `npm run screenshots`: makes the checkout ready, builds the screens, then takes pictures of all
 * (tests/browser/screenshots.ts).
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildRenderer } from './build.mjs';
import { prepare, root } from './prepare.mjs';

const node = await prepare();
await buildRenderer(root, node);
const script = join(root, 'tests', 'browser', 'screenshots.ts');
process.exitCode = spawnSync(node, [script, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
