/**
 * Builds the renderer into dist/renderer when what it is made from has changed since. A stamp inside holds the hash of
 * that; the build is made beside and renamed, so that an interrupted one is never taken for a whole one.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { withInstallLock } from './installLock.mjs';

const inputs = ['renderer', join('main', 'contract'), 'package-lock.json'];

/** Uses the Node at `node`. Throws an Error worded for a person. */
export async function buildRenderer(folder, node) {
  const hash = inputsHash(folder);
  if (isBuilt(folder, hash)) return;
  await withInstallLock(folder, async (announce) => {
    if (!isBuilt(folder, hash)) await build(folder, node, { hash, announce });
  });
}

function isBuilt(folder, hash) {
  const stamp = stampFile(outputDir(folder));
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

async function build(folder, node, { hash, announce }) {
  process.stderr.write("Building Graft's screens (some seconds, only after a change) …\n");
  const fresh = join(folder, 'dist', '.renderer.new');
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  await runVite(folder, node, { outDir: fresh, announce });
  writeFileSync(stampFile(fresh), hash);
  rmSync(outputDir(folder), { recursive: true, force: true });
  renameSync(fresh, outputDir(folder));
}

/** Its output is shown only when it fails. */
function runVite(folder, node, { outDir, announce }) {
  const vite = join(folder, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--config', join('renderer', 'vite.config.ts'), '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'];
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (piece) => (output += piece));
    if (child.pid !== undefined) announce(child.pid);
    child.on('error', (cause) => reject(new Error("Graft's screens could not be built: vite did not start.", { cause })));
    child.on('close', (status) => (status === 0 ? resolve() : reject(new Error(`${output}\nGraft's screens could not be built.`))));
  });
}

/** Of names and contents: a copied or touched file changes nothing. */
function inputsHash(folder) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const file of filesBelow(join(folder, input))) {
      const content = readFileSync(file);
      hash.update(`${relative(folder, file).split(sep).join('/')}\n${content.byteLength}\n`).update(content);
    }
  }
  return hash.digest('hex');
}

/** In one order on every machine. */
function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).sort();
  return names.flatMap((name) => filesBelow(join(path, name)));
}

const outputDir = (folder) => join(folder, 'dist', 'renderer');
const stampFile = (dir) => join(dir, '.built');
