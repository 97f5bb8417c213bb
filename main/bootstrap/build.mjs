/**
 * Builds what runs elsewhere than in Node as it is written: the screens for a browser (vite, dist/renderer) and the
 * desktop app for Electron (tsc file by file, dist/app). Only when what it is made from has changed: a stamp inside
 * holds the hash of that. A build is made beside and renamed, so that an interrupted one is never taken for a whole
 * one.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { asHelper } from './helpers.mjs';
import { withInstallLock } from './installLock.mjs';

const parts = {
  renderer: {
    what: "Graft's screens",
    inputs: [
      'renderer',
      ...['contract', 'methods', 'training', 'evaluation', 'backends'].map((folder) => join('main', folder)),
      'package-lock.json',
    ],
    command: (outDir) => [
      join('node_modules', 'vite', 'bin', 'vite.js'),
      ...[
        'build',
        '--config',
        join('renderer', 'vite.config.ts'),
        '--outDir',
        outDir,
        '--emptyOutDir',
        '--logLevel',
        'warn',
      ],
    ],
  },
  app: {
    what: "Graft's desktop app",
    inputs: ['electron', 'main', 'tsconfig.json', 'tsconfig.app.json', 'package.json', 'package-lock.json'],
    command: (outDir) => [
      join('node_modules', 'typescript', 'bin', 'tsc'),
      '-p',
      'tsconfig.app.json',
      '--outDir',
      outDir,
    ],
  },
};

export async function buildRenderer(folder, node) {
  await bringUpToDate(parts.renderer, join(folder, 'dist', 'renderer'), { folder, node });
}

export async function buildApp(folder, node) {
  await bringUpToDate(parts.app, join(folder, 'dist', 'app'), { folder, node });
}

/** Uses the Node at `node`. Throws an Error worded for a person. */
async function bringUpToDate(part, outputDir, { folder, node }) {
  const hash = hashOf(folder, part.inputs);
  const isBuilt = () => existsSync(stampFile(outputDir)) && readFileSync(stampFile(outputDir), 'utf8') === hash;
  if (isBuilt()) return;
  await withInstallLock(folder, async (announce) => {
    if (!isBuilt()) await build(part, outputDir, { folder, node, hash, announce });
  });
}

async function build(part, outputDir, { folder, node, hash, announce }) {
  process.stderr.write(`Building ${part.what} (some seconds, only after a change) …\n`);
  const fresh = `${outputDir}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  await runTool(part, fresh, { folder, node, announce });
  writeFileSync(stampFile(fresh), hash);
  rmSync(outputDir, { recursive: true, force: true });
  renameSync(fresh, outputDir);
}

/** Its output is shown only when it fails. */
function runTool({ what, command }, outDir, { folder, node, announce }) {
  return new Promise((resolve, reject) => {
    const child = asHelper(spawn(node, command(outDir), { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] }));
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (piece) => (output += piece));
    if (child.pid !== undefined) announce(child.pid);
    child.on('error', (cause) =>
      reject(new Error(`${what} could not be built: the compiler did not start.`, { cause })),
    );
    child.on('close', (status) =>
      status === 0 ? resolve() : reject(new Error(`${output}\n${what} could not be built.`)),
    );
  });
}

/** Of names and contents: a copied or touched file changes nothing. */
function hashOf(folder, inputs) {
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

const stampFile = (dir) => join(dir, '.built');
