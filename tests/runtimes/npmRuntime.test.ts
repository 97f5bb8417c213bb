import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ProgressUpdate } from '../../main/contract/progress.ts';
import { findRuntime, listRuntimes, verifyRuntime } from '../../main/runtimes/findRuntimes.ts';
import { inVersion } from '../../main/runtimes/inVersion.ts';
import { installRuntime } from '../../main/runtimes/installRuntime.ts';
import type { RuntimePackage } from '../../main/runtimes/runtimePackage.ts';
import { removeRuntime } from '../../main/runtimes/removeRuntime.ts';
import { tensorflowPackages } from '../../main/runtimes/tensorflowPackages.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { describeWith } from '../support/requirements.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { startNpmRegistry } from './npmRegistry.ts';
import type { NpmRegistry } from './npmRegistry.ts';
import { englishOf } from '../../main/contract/words/words.ts';

let cacheDir: string;
let registry: NpmRegistry;

function npmMissing(): string | null {
  try {
    execFileSync('npm', ['--version'], { shell: process.platform === 'win32' });
    return null;
  } catch {
    return 'no npm was found';
  }
}

async function useRegistry(options?: { readonly hangs: boolean }): Promise<void> {
  registry = await startNpmRegistry(options);
  vi.stubEnv('npm_config_registry', registry.url);
}

beforeEach(async () => {
  cacheDir = temporaryDir();
  vi.stubEnv('npm_execpath', undefined);
  vi.stubEnv('npm_config_cache', join(temporaryDir(), 'npm'));
  vi.stubEnv('npm_config_fetch_retries', '0');
  await useRegistry();
});
afterEach(() => {
  registry.close();
  vi.unstubAllEnvs();
});

const folders = (): string[] => readdirSync(join(cacheDir, 'runtimes')).filter((name) => name !== '.lock');
const install = async (runtimePackage: RuntimePackage = registry.runtimePackage) =>
  installRuntime(runtimePackage, { cacheDir });

describeWith({ reason: npmMissing() }, 'a runtime from npm', () => {
  it('comes through the configured registry, without scripts and what nobody reads, and is found, intact and removable', async () => {
    const runtime = await install();
    expect(runtime).toMatchObject({ id: 'fake-npm', version: '1.0', verified: true });
    expect(readdirSync(join(runtime.dir, 'node_modules', 'graft-fake-engine')).sort()).toEqual([
      'LICENSE',
      'index.js',
      'package.json',
    ]);
    expect(readdirSync(runtime.dir).sort()).toEqual(['node_modules', 'runtime.json']);
    expect(findRuntime('fake-npm', cacheDir)).toEqual(runtime);
    expect(await verifyRuntime(runtime)).toEqual([]);
    writeFileSync(join(runtime.dir, 'node_modules', 'graft-fake-engine', 'index.js'), 'export const answer = 43;\n');
    expect(await verifyRuntime(runtime)).toEqual(['node_modules/graft-fake-engine/index.js']);
    await removeRuntime('fake-npm', cacheDir);
    expect(existsSync(runtime.dir)).toBe(false);
  });

  it('is not installed when the registry serves another package than the locked one', async () => {
    const { runtimePackage } = registry;
    if (runtimePackage.contents.kind !== 'npm') throw new Error('not from npm');
    const wrong = { version: '1.0.0', integrity: `sha512-${Buffer.alloc(64, 1).toString('base64')}` };
    const contents = { ...runtimePackage.contents, lock: { 'node_modules/graft-fake-engine': wrong } };
    await expect(install({ ...runtimePackage, contents })).rejects.toMatchObject({ code: 'integrity' });
    expect(folders()).toEqual([]);
  });

  it('that the registry has not in its version says so before anything is fetched, and offers the newest that is there', async () => {
    const { runtimePackage } = registry;
    if (runtimePackage.contents.kind !== 'npm') throw new Error('not from npm');
    const contents = { ...runtimePackage.contents, dependencies: { 'graft-fake-engine': '2.0.0' } };
    const tooNew = { ...runtimePackage, version: '2.0.0', platform: 'linux-riscv', contents };
    await expect(install(tooNew)).rejects.toMatchObject({
      ...{ code: 'notFound', message: expect.stringMatching(/linux-riscv.*graft-fake-engine@2\.0\.0/) as unknown },
      data: { newest: '1.0.0', remedy: expect.stringContaining('--version 1.0.0') as unknown },
    });
    expect(folders()).toEqual([]);
    expect(await install(inVersion(tooNew, '1.0.0'))).toMatchObject({ version: '1.0.0', verified: true });
  });

  it('whose package the registry does not have at all offers nothing', async () => {
    const { runtimePackage } = registry;
    if (runtimePackage.contents.kind !== 'npm') throw new Error('not from npm');
    const contents = {
      ...runtimePackage.contents,
      dependencies: { ...runtimePackage.contents.dependencies, 'graft-other': '1.0.0' },
    };
    const error = await graftErrorOfAsync(async () => install({ ...runtimePackage, contents }));
    expect(error).toMatchObject({ code: 'notFound', message: expect.stringContaining('graft-other@1.0.0') as unknown });
    expect(error.data).not.toHaveProperty('newest');
  });

  it('takes a version that is one', () => {
    expect(() => inVersion(registry.runtimePackage, 'latest')).toThrow(/latest/);
    const tensorflow = tensorflowPackages[0];
    expect(() => inVersion(tensorflow, '1.0.0')).toThrow(/one version/);
  });

  it('is not installed when something that it cannot do without is missing', async () => {
    await expect(install({ ...registry.runtimePackage, required: ['node_modules/other/'] })).rejects.toMatchObject({
      code: 'integrity',
    });
    expect(folders()).toEqual([]);
  });

  it('names the network where the registry cannot be reached', async () => {
    registry.close();
    await expect(install()).rejects.toMatchObject({
      code: 'network',
      data: { remedy: expect.stringContaining('registry') as unknown },
    });
    expect(folders()).toEqual([]);
  });

  it('leaves nothing when cancelled while it is fetched', async () => {
    registry.close();
    await useRegistry({ hangs: true });
    const cancel = new AbortController();
    const onProgress = ({ label }: ProgressUpdate): void => {
      if (englishOf(label).startsWith('Fetching')) cancel.abort();
    };
    const installing = installRuntime(registry.runtimePackage, { cacheDir, signal: cancel.signal, onProgress });
    await expect(installing).rejects.toMatchObject({ code: 'cancelled' });
    expect([folders(), listRuntimes(cacheDir)]).toEqual([[], []]);
  });

  it('says that there is no npm', async () => {
    const empty = temporaryDir();
    vi.stubEnv('PATH', empty);
    await expect(install()).rejects.toMatchObject({ code: 'notFound', message: 'No npm was found.' });
    rmSync(empty, { recursive: true });
  });
});
