/**
 * A graphics card for tests: SwiftShader, which comes with the test browser (`@sparticuz/chromium`), named to Vulkan's
 * loader before anything is opened. For 64-bit Linux alone.
 */
import { createReadStream, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBrotliDecompress } from 'node:zlib';
import { load } from 'koffi';
import { extract } from 'tar-stream';
import { defaultCacheDir } from '../../main/runtimes/cacheDir.ts';
import { findRuntime, libraryDirOf } from '../../main/runtimes/findRuntimes.ts';

const runtime = findRuntime('webgpu', defaultCacheDir());

/** undefined: not installed. */
export const webgpuDir = runtime && libraryDirOf(runtime);

export const webgpuMissing =
  process.platform !== 'linux' || process.arch !== 'x64'
    ? 'the software GPU of the tests is for Linux x64'
    : webgpuDir === undefined
      ? 'no WebGPU runtime is installed (runtime install webgpu)'
      : null;

const packed = new URL('../../node_modules/@sparticuz/chromium/bin/swiftshader.tar.br', import.meta.url);

/** Kept, or they would be unloaded. */
const loaders: unknown[] = [];

/** Unpacked once for all tests of a run, and gone with their temporary folder. */
export async function useSoftwareGpu(): Promise<void> {
  const folder = join(tmpdir(), 'swiftshader');
  if (!existsSync(folder)) await unpackTo(folder);
  process.env.VK_ICD_FILENAMES = join(folder, 'vk_swiftshader_icd.json');
  loaders.push(load(join(folder, 'libvulkan.so.1'))); // under its name, where the system has none
}

async function unpackTo(folder: string): Promise<void> {
  const aside = mkdtempSync(`${folder}-`);
  const archive = createReadStream(packed).pipe(createBrotliDecompress()).pipe(extract());
  for await (const entry of archive) {
    const pieces: Buffer[] = [];
    for await (const piece of entry) pieces.push(piece as Buffer);
    writeFileSync(join(aside, entry.header.name), Buffer.concat(pieces));
  }
  try {
    renameSync(aside, folder);
  } catch {
    rmSync(aside, { recursive: true }); // another file of tests was first
  }
}
