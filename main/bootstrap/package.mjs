/**
 * `npm run package`: builds screens and app, then packs them with electron-builder for this platform, or for those that
 * the arguments name (`npm run package -- --linux deb`). Needs Electron's binary, which electron-builder fetches.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildApp, buildRenderer } from './build.mjs';
import { prepare, root } from './prepare.mjs';

try {
  const node = await prepare();
  await buildRenderer(root, node);
  await buildApp(root, node);
  const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
  const args = [builder, '--config', 'electron-builder.config.js', '--publish', 'never', ...process.argv.slice(2)];
  const child = spawn(node, args, { cwd: root, stdio: 'inherit' });
  process.exitCode = await new Promise((resolve, reject) =>
    child.on('error', reject).on('exit', (code) => resolve(code ?? 1)),
  );
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
