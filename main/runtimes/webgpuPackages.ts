/**
 * WebGPU for Node (Dawn, npm `webgpu`) with tfjs' backend for it, from npm, locked by version and integrity in
 * webgpuLock.json. tfjs itself is Graft's own, of the same version. One package holds Dawn for every system; the
 * others' are not kept. SwiftShader is all that it was run on: experimental everywhere.
 */
import { runtimeWords } from '../contract/words/runtimes.ts';
import type { LockedPackage, RuntimePackage } from './runtimePackage.ts';
import lock from './webgpuLock.json' with { type: 'json' };

const version = '0.6.2';
const tfjsBackend = '@tensorflow/tfjs-backend-webgpu';
const tfjsVersion = '4.22.0';

/** Dawn's folder for each platform. */
const binaries: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-arm64': 'darwin-universal',
  'darwin-x64': 'darwin-universal',
  'win32-x64': 'win32-x64',
  'win32-arm64': 'win32-arm64',
};

/** All but Dawn for this system, one file of tfjs' backend, and what says whose they are. */
function unneededFor(folder: string): RegExp {
  const kept = [
    `webgpu/(index\\.js|package\\.json|LICENSE.*|dist/${folder}/.*)`,
    `${tfjsBackend}/(package\\.json|README\\.md|dist/tf-backend-webgpu\\.node\\.js)`,
  ];
  return new RegExp(`^(?!node_modules/(${kept.join('|')})$)`);
}

export const webgpuPackages: readonly RuntimePackage[] = Object.entries(binaries).map(([platform, folder]) => ({
  id: 'webgpu',
  title: runtimeWords.webgpu(),
  purpose: 'tensors',
  version,
  platform,
  experimental: true,
  downloadBytes: 60_000_000,
  unpackedBytes: 165_000_000, // all of them, before the others' go; 20 to 40 MB stay
  contents: {
    kind: 'npm',
    dependencies: { webgpu: version, [tfjsBackend]: tfjsVersion },
    lock: lock.packages satisfies Record<string, LockedPackage>,
    unneeded: unneededFor(folder),
  },
  required: [
    `node_modules/webgpu/dist/${folder}/dawn.node`,
    `node_modules/${tfjsBackend}/dist/tf-backend-webgpu.node.js`,
  ],
  otherwise: runtimeWords.wasmAlways(),
}));
