import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProgressUpdate } from '../../main/contract/progress.ts';
import { findRuntime, libraryDirOf, listRuntimes, verifyRuntime } from '../../main/runtimes/findRuntimes.ts';
import { installRuntime } from '../../main/runtimes/installRuntime.ts';
import { findPip } from '../../main/runtimes/pip.ts';
import { removeRuntime } from '../../main/runtimes/removeRuntime.ts';
import { describeWith } from '../support/requirements.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { makeFakeWheel, withWheels } from './fakeWheel.ts';
import { englishOf } from '../../main/contract/words/words.ts';
import { progressWords } from '../../main/contract/words/progress.ts';

let cacheDir: string;

beforeEach(() => {
  cacheDir = temporaryDir();
  vi.stubEnv('PIP_NO_INDEX', '1');
  vi.stubEnv('PIP_CONFIG_FILE', '/dev/null');
  vi.stubEnv('PIP_FIND_LINKS', '');
});
afterEach(() => vi.unstubAllEnvs());

/** Everything in the cache but the lock. */
function leftovers(): string[] {
  return readdirSync(cacheDir, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !['runtimes', 'wheels', join('runtimes', '.lock')].includes(path),
  );
}

const withoutPip = (): void => void vi.stubEnv('GRAFT_PYTHON', join(cacheDir, 'no-such-python'));

describe('installing from a wheel that the user has', () => {
  it('unpacks only the libraries, keeps the wheel, and is found and intact afterwards', async () => {
    const { path, runtimePackage } = makeFakeWheel();
    const runtime = await installRuntime(runtimePackage, { cacheDir, wheel: path });
    expect(runtime).toMatchObject({ id: 'fake', version: '1.0', sizeBytes: 300_009, verified: true });
    expect(readdirSync(libraryDirOf(runtime)).sort()).toEqual([
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
    ]);
    expect(existsSync(path)).toBe(true);
    expect(findRuntime('fake', cacheDir)).toEqual(runtime);
    expect(await verifyRuntime(runtime)).toEqual([]);
  });

  it('does nothing the second time, even when the wheel has gone', async () => {
    const { path, runtimePackage } = makeFakeWheel();
    const first = await installRuntime(runtimePackage, { cacheDir, wheel: path });
    expect(await installRuntime(runtimePackage, { cacheDir, wheel: '/gone.whl' })).toEqual(first);
  });

  it('refuses another file than the pinned one, names both hashes, and leaves nothing', async () => {
    const { runtimePackage, wheel } = makeFakeWheel();
    const other = makeFakeWheel([{ name: 'tensorflow/libtensorflow_cc.so.2', data: Buffer.from('something else') }]);
    const failure = installRuntime(runtimePackage, { cacheDir, wheel: other.path });
    await expect(failure).rejects.toMatchObject({ code: 'integrity', data: { file: other.path, field: 'wheel' } });
    await expect(failure).rejects.toThrow(wheel.sha256);
    await expect(failure).rejects.toThrow(other.wheel.sha256);
    expect(leftovers()).toEqual([]);
  });

  it('says that the file is not there', async () => {
    const wheel = join(cacheDir, 'missing.whl');
    await expect(installRuntime(makeFakeWheel().runtimePackage, { cacheDir, wheel })).rejects.toMatchObject({
      code: 'notFound',
      data: { file: wheel },
    });
  });

  it('leaves nothing of a wheel that lacks a library', async () => {
    const { path, runtimePackage } = makeFakeWheel([
      { name: 'tensorflow/libtensorflow_cc.so.2', data: Buffer.from('cc') },
    ]);
    const failure = installRuntime(runtimePackage, { cacheDir, wheel: path });
    await expect(failure).rejects.toMatchObject({ code: 'integrity' });
    await expect(failure).rejects.toThrow('libtensorflow_framework');
    expect(leftovers()).toEqual([]);
  });

  it('leaves nothing when cancelled while unpacking', async () => {
    const { path, runtimePackage } = makeFakeWheel();
    const cancel = new AbortController();
    const onProgress = ({ label }: ProgressUpdate): void => {
      if (englishOf(label) === 'Unpacking') cancel.abort();
    };
    await expect(
      installRuntime(runtimePackage, { cacheDir, wheel: path, signal: cancel.signal, onProgress }),
    ).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(leftovers()).toEqual([]);
    expect(listRuntimes(cacheDir)).toEqual([]);
  });

  it('says how much space is missing before it fetches anything', async () => {
    withoutPip();
    const { runtimePackage } = makeFakeWheel();
    const failure = installRuntime({ ...runtimePackage, unpackedBytes: 1e18 }, { cacheDir });
    await expect(failure).rejects.toMatchObject({ code: 'diskFull', data: { file: cacheDir } });
  });

  it('looks for the other wheels of a package beside the one given', async () => {
    withoutPip();
    const first = makeFakeWheel();
    const second = { ...first.wheel, fileName: 'second-1.0-py3-none-any.whl', pattern: /not_wanted\.py$/ };
    copyFileSync(first.path, join(first.dir, second.fileName));
    const runtime = await installRuntime(withWheels(first.runtimePackage, [first.wheel, second]), {
      cacheDir,
      wheel: first.path,
    });
    expect(readdirSync(libraryDirOf(runtime))).toContain('not_wanted.py');
  });

  it('lets two at once end with the same runtime', async () => {
    const { path, runtimePackage } = makeFakeWheel();
    const [one, two] = await Promise.all([1, 2].map(() => installRuntime(runtimePackage, { cacheDir, wheel: path })));
    expect(one).toEqual(two);
    expect(readdirSync(join(cacheDir, 'runtimes')).filter((name) => name !== '.lock')).toEqual(['fake-1.0']);
  });
});

describe('a damaged runtime', () => {
  it('is not found when a library is cut off, and installing again repairs it', async () => {
    const { path, runtimePackage } = makeFakeWheel();
    const runtime = await installRuntime(runtimePackage, { cacheDir, wheel: path });
    truncateSync(join(libraryDirOf(runtime), 'libtensorflow_cc.so.2'), 10);
    expect(listRuntimes(cacheDir)).toMatchObject([{ id: 'fake', verified: false }]);
    expect(findRuntime('fake', cacheDir)).toBeUndefined();
    expect(await installRuntime(runtimePackage, { cacheDir, wheel: path })).toEqual(runtime);
  });

  it('is told by verifyRuntime when a byte changed and the size did not', async () => {
    const { path, runtimePackage } = makeFakeWheel();
    const runtime = await installRuntime(runtimePackage, { cacheDir, wheel: path });
    writeFileSync(join(libraryDirOf(runtime), 'libtensorflow_framework.so.2'), 'framewurk');
    expect(await verifyRuntime(runtime)).toEqual(['tensorflow/libtensorflow_framework.so.2']);
  });

  it('is no runtime when its manifest cannot be read', async () => {
    const { path, runtimePackage } = makeFakeWheel();
    const runtime = await installRuntime(runtimePackage, { cacheDir, wheel: path });
    writeFileSync(join(runtime.dir, 'runtime.json'), '{"id": "fake"');
    expect(listRuntimes(cacheDir)).toEqual([]);
  });

  it('of a killed installation is swept by the next one', async () => {
    const abandoned = join(cacheDir, 'runtimes', '.fake-1.0.0123456789ab.tmp');
    mkdirSync(abandoned, { recursive: true });
    const { path, runtimePackage } = makeFakeWheel();
    await installRuntime(runtimePackage, { cacheDir, wheel: path });
    expect(existsSync(abandoned)).toBe(false);
  });
});

describe('removeRuntime', () => {
  it('removes the folder, and says so when there is none', async () => {
    const { path, runtimePackage } = makeFakeWheel();
    await installRuntime(runtimePackage, { cacheDir, wheel: path });
    await removeRuntime('fake', cacheDir);
    expect(leftovers()).toEqual([]);
    await expect(removeRuntime('fake', cacheDir)).rejects.toMatchObject({ code: 'notFound' });
  });
});

describe('installing without pip', () => {
  beforeEach(withoutPip);

  it('says what to install, and that a wheel file will do', async () => {
    const failure = installRuntime(makeFakeWheel().runtimePackage, { cacheDir });
    await expect(failure).rejects.toMatchObject({
      code: 'notFound',
      data: { remedy: expect.stringContaining('--wheel FILE') },
    });
    expect(leftovers()).toEqual([]);
  });

  it('goes on from a wheel that an earlier try fetched, and removes it when done', async () => {
    const { path, wheel, runtimePackage } = makeFakeWheel();
    const kept = join(cacheDir, 'wheels', wheel.fileName);
    mkdirSync(join(cacheDir, 'wheels'));
    copyFileSync(path, kept);
    expect((await installRuntime(runtimePackage, { cacheDir })).verified).toBe(true);
    expect(existsSync(kept)).toBe(false);
  });

  it('does not trust a kept wheel that is damaged', async () => {
    const { path, wheel, runtimePackage } = makeFakeWheel();
    mkdirSync(join(cacheDir, 'wheels'));
    writeFileSync(join(cacheDir, 'wheels', wheel.fileName), readFileSync(path).subarray(0, 1_000));
    await expect(installRuntime(runtimePackage, { cacheDir })).rejects.toMatchObject({ code: 'notFound' });
  });
});

/** A Python whose pip answers to --version and otherwise does what the shell script says. */
function stubPip(script: string): void {
  const python = join(cacheDir, 'python');
  writeFileSync(python, `#!/bin/sh\nif [ "$3" = --version ]; then echo 'pip 99'; exit 0; fi\n${script}\n`);
  chmodSync(python, 0o755);
  vi.stubEnv('GRAFT_PYTHON', python);
}

describe('installing through a pip that fails or hangs', () => {
  it('tells a full disk from a failed network', async () => {
    stubPip(
      "echo 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device' >&2; exit 1",
    );
    await expect(installRuntime(makeFakeWheel().runtimePackage, { cacheDir })).rejects.toMatchObject({
      code: 'diskFull',
    });
    expect(leftovers()).toEqual(['python']);
  });

  it('shows the growing file, and leaves neither files nor the process when cancelled', async () => {
    const pidFile = join(cacheDir, 'pid');
    stubPip(`
echo $$ > '${pidFile}'
mkdir "$TMPDIR/pip-unpack-1"
head -c 4096 /dev/zero > "$TMPDIR/pip-unpack-1/some.whl"
exec sleep 60`);
    const cancel = new AbortController();
    const updates: ProgressUpdate[] = [];
    const onProgress = (update: ProgressUpdate): void => {
      updates.push(update);
      if (update.done > 0) cancel.abort();
    };
    const { wheel, runtimePackage } = makeFakeWheel();
    await expect(installRuntime(runtimePackage, { cacheDir, signal: cancel.signal, onProgress })).rejects.toMatchObject(
      {
        code: 'cancelled',
      },
    );
    expect(updates.at(-1)).toEqual({
      label: progressWords.fetching({ what: 'graft-fake-runtime==1.0' }),
      done: 4096,
      total: wheel.sizeBytes,
      unit: 'bytes',
    });
    expect(leftovers().sort()).toEqual(['pid', 'python']);
    expect(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0)).toThrow('ESRCH');
  });
});

const pipMissing = await findPip().then(
  () => null,
  () => 'no Python with pip was found',
);

describeWith({ reason: pipMissing }, 'installing through pip', () => {
  it('fetches the wheel by pip with its own configuration, and keeps no copy', async () => {
    const { dir, runtimePackage } = makeFakeWheel();
    vi.stubEnv('PIP_FIND_LINKS', dir);
    const runtime = await installRuntime(runtimePackage, { cacheDir });
    expect(runtime.verified).toBe(true);
    expect(readdirSync(join(cacheDir, 'wheels'))).toEqual([]);
  });

  it('does not install what pip brought when it is not the pinned file', async () => {
    const { dir, wheel, runtimePackage } = makeFakeWheel();
    vi.stubEnv('PIP_FIND_LINKS', dir);
    const wheels = [{ ...wheel, sha256: '0'.repeat(64) }];
    await expect(installRuntime(withWheels(runtimePackage, wheels), { cacheDir })).rejects.toMatchObject({
      code: 'integrity',
    });
    expect(leftovers()).toEqual([]);
  });

  it("passes on pip's last words when it has no such wheel, with the way out", async () => {
    const failure = installRuntime(makeFakeWheel().runtimePackage, { cacheDir });
    await expect(failure).rejects.toMatchObject({
      code: 'network',
      data: { remedy: expect.stringContaining('--wheel FILE') },
    });
    await expect(failure).rejects.toThrow('graft-fake-runtime');
    expect(leftovers()).toEqual([]);
  });
});
