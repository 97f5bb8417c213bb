/**
 * llama.cpp with its binding for Node, from npm. Everything it needs is locked by version and integrity in
 * llamaCppLock.json; of the binaries, one for each system, only the one for the processor (Metal on Apple chips) is
 * taken: those for CUDA and Vulkan are hundreds of megabytes.
 */
import lock from './llamaCppLock.json' with { type: 'json' };
import type { LockedPackage, RuntimePackage } from './runtimePackage.ts';
import { runtimeWords } from '../contract/words/runtimes.ts';

const version = '3.22.1';
export const llamaCppModule = 'node_modules/node-llama-cpp/dist/index.js';

/** llama.cpp's source, types and notes; licences stay. */
const unneeded = /\.(d\.[cm]?ts|map|cpp|h|cmake|bundle)$|\/(README|CHANGELOG|HISTORY)[^/]*$|\/\.package-lock\.json$/i;

const binaries: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-arm64': 'mac-arm64-metal',
  'darwin-x64': 'mac-x64',
  'win32-x64': 'win-x64',
  'win32-arm64': 'win-arm64',
};

export const llamaCppPackages: readonly RuntimePackage[] = Object.entries(binaries).map(([platform, name]) => {
  const binary = `@node-llama-cpp/${name}`;
  return {
    id: 'llama.cpp',
    title: runtimeWords.llamaCppTitle(),
    purpose: 'chat',
    version,
    platform,
    experimental: platform !== 'linux-x64',
    downloadBytes: 25_000_000,
    unpackedBytes: 85_000_000,
    contents: {
      kind: 'npm',
      dependencies: { 'node-llama-cpp': version, [binary]: version },
      lock: lock.packages satisfies Record<string, LockedPackage>,
      unneeded,
    },
    required: [llamaCppModule, `node_modules/${binary}/bins/`],
    otherwise: runtimeWords.tensorsAlways(),
  };
});
