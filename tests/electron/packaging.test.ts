/**
 * How the app is packed, as far as it can be known without Electron's binary: by electron-builder's own schema and
 * matchers.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

interface Configuration {
  readonly appId: string;
  readonly files: readonly string[];
  readonly asarUnpack: readonly string[];
  readonly directories: { readonly buildResources: string };
  readonly extraResources: readonly { readonly from: string; readonly filter: readonly string[] }[];
  readonly electronFuses: Readonly<Record<string, boolean>>;
  readonly publish: unknown;
  readonly mac: { readonly notarize: boolean };
  readonly protocols: unknown;
}

interface Builder {
  readonly fileMatcher: {
    readonly FileMatcher: new (
      from: string,
      to: string,
      expand: (text: string) => string,
      patterns: readonly string[],
    ) => { createFilter(): (file: string, stat: unknown) => boolean };
  };
  readonly config: { validateConfiguration(configuration: unknown, log: unknown): Promise<void> };
}

const root = join(import.meta.dirname, '..', '..');

/** electron-builder's own library, which is not ours to depend on. */
function builder(): Builder {
  const fromBuilder = createRequire(join(root, 'node_modules', 'electron-builder', 'package.json'));
  const load = (path: string): unknown => fromBuilder(`app-builder-lib/out/${path}`);
  return { fileMatcher: load('fileMatcher'), config: load('util/config/config') } as Builder;
}

async function configuration(): Promise<Configuration> {
  vi.resetModules();
  const { default: read } = (await import(pathToFileURL(join(root, 'electron-builder.config.js')).href)) as {
    default: Configuration;
  };
  return read;
}

/** Whether electron-builder's patterns take the file, a path from the root. */
function taken(patterns: readonly string[], file: string): boolean {
  const matcher = new (builder().fileMatcher.FileMatcher)(root, root, (text) => text, patterns);
  return matcher.createFilter()(join(root, file), { isDirectory: () => false });
}

/** Folders of the packages that run, from the lock file: what npm installs without devDependencies. */
function runtimePackages(): readonly string[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  return Object.entries(lock.packages).flatMap(([path, { dev, devOptional }]) =>
    path === '' || dev === true || devOptional === true || !existsSync(join(root, path)) ? [] : [path],
  );
}

function nativeFiles(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules') return []; // packages of their own
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return nativeFiles(path);
    return /\.(node|wasm|dylib|dll|exe|so(\.\d+)*)$/.test(entry.name) ? [path.split(sep).join('/')] : [];
  });
}

afterEach(() => vi.unstubAllEnvs());

describe('the configuration', () => {
  it('is one that electron-builder knows (a misspelt name that packs something else)', async () => {
    const log = { isEnabled: false, add: () => undefined };
    await builder().config.validateConfiguration(await configuration(), log);
    await expect(
      builder().config.validateConfiguration({ ...(await configuration()), asarUnpacked: [] }, log),
    ).rejects.toThrow('asarUnpacked');
  });

  it('closes every door of the binary that the app does not use', async () => {
    expect((await configuration()).electronFuses).toMatchObject({
      ...{ runAsNode: false, enableNodeOptionsEnvironmentVariable: false, enableNodeCliInspectArguments: false },
      ...{
        onlyLoadAppFromAsar: true,
        enableEmbeddedAsarIntegrityValidation: true,
        grantFileProtocolExtraPrivileges: false,
      },
    });
  });

  it('publishes and notarises only where that was configured (a build that uploads itself)', async () => {
    vi.stubEnv('GRAFT_UPDATE_URL', undefined);
    vi.stubEnv('APPLE_API_KEY', undefined);
    expect(await configuration()).toMatchObject({ publish: null, mac: { notarize: false } });
    vi.stubEnv('GRAFT_UPDATE_URL', 'https://updates.example.org/');
    vi.stubEnv('APPLE_API_KEY', 'key.p8');
    const publish = { provider: 'generic', url: 'https://updates.example.org/' };
    expect(await configuration()).toMatchObject({ publish, mac: { notarize: true } });
  });

  it('has the id and the scheme that the shell has', async () => {
    const { appId, protocols } = await configuration();
    expect(readFileSync(join(root, 'electron', 'main.ts'), 'utf8')).toContain(`'${appId}'`);
    expect(protocols).toEqual([{ name: 'Graft', schemes: ['graft'] }]);
  });
});

describe('what is packed', () => {
  it('has every native file outside the archive, where the system can load it', async () => {
    const { asarUnpack } = await configuration();
    const native = runtimePackages()
      .filter((path) => !isNodeBinary(path))
      .flatMap(nativeFiles);
    expect(native).toEqual(
      expect.arrayContaining([expect.stringContaining('better-sqlite3'), expect.stringContaining('.wasm')]),
    );
    expect(native.some((file) => file.includes('koffi'))).toBe(true);
    expect(native.filter((file) => !taken(asarUnpack, file))).toEqual([]);
  });

  it('leaves Node itself out: Electron is the Node of the packed app (200 MB)', async () => {
    const excludes = (await configuration()).files.filter((pattern) => pattern.startsWith('!'));
    for (const name of Object.keys(packageJson.optionalDependencies)) {
      expect(isNodeBinary(`node_modules/${name}`)).toBe(true);
      expect(taken(['**/*', ...excludes], `node_modules/${name}/bin/node`)).toBe(false);
    }
    for (const name of ['better-sqlite3', 'koffi', 'zod'])
      expect(taken(['**/*', ...excludes], `node_modules/${name}/package.json`)).toBe(true);
  });

  it('is the app, its screens and its licence, and none of the sources, tests or data', async () => {
    const { files } = await configuration();
    for (const file of [
      packageJson.main,
      'dist/app/main/engine/process.js',
      'dist/renderer/index.html',
      'package.json',
      'LICENSE',
    ]) {
      expect([file, taken(files, file)]).toEqual([file, true]);
    }
    for (const file of [
      'main/engine/process.ts',
      'tests/electron/packaging.test.ts',
      'resources/sample-model/model.safetensors',
    ]) {
      expect([file, taken(files, file)]).toEqual([file, false]);
    }
  });

  it('brings the resources that lie beside the archive', async () => {
    for (const { from, filter } of (await configuration()).extraResources) {
      for (const pattern of filter) expect(existsSync(join(root, from, pattern.replace(/\/\*\*$/, '')))).toBe(true);
    }
  });

  it('has an icon large enough for every platform, which electron-builder makes the others of', async () => {
    const icon = join(root, (await configuration()).directories.buildResources, 'icon.png');
    const bytes = readFileSync(icon);
    expect([bytes.toString('latin1', 1, 4), bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([
      'PNG',
      1024,
      1024,
    ]);
    expect(statSync(icon).size).toBeLessThan(100_000);
    expect(relative(root, icon).split(sep).join('/')).toBe('resources/icons/icon.png'); // as the window has it
  });

  it('needs no devDependency (an app that starts on the developer’s machine alone)', () => {
    const names = ['electron', 'main'].flatMap((folder) => importedPackages(join(root, folder)));
    const isThere = (name: string): boolean => name === 'electron' || name in packageJson.dependencies;
    expect([...new Set(names)].filter((name) => !isThere(name))).toEqual([]);
  });
});

function isNodeBinary(path: string): boolean {
  return /^node_modules\/node-(bin-)?(linux|darwin|win)-/.test(path);
}

/** Bare names in import statements of what tsconfig.app.json compiles; types are gone by then. */
function importedPackages(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['sampleModel', 'cli'].includes(entry.name) ? [] : importedPackages(path);
    if (!entry.name.endsWith('.ts')) return [];
    const text = readFileSync(path, 'utf8');
    return [...text.matchAll(/^(?:import|export) (?!type)[^;]*?from '((?:@[\w-]+\/)?[a-z][\w.-]*)(?:\/[^']*)?'/gm)].map(
      ([, name = '']) => name,
    );
  });
}
