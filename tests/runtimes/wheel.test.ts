import { fc } from '../support/properties.ts';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashFile, isIntactFile, unpackWheel } from '../../main/runtimes/wheel.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { executableFile, symbolicLink, zipBytes } from './fakeWheel.ts';

function writeArchive(bytes: Uint8Array): string {
  const path = join(temporaryDir(), 'some.whl');
  writeFileSync(path, bytes);
  return path;
}

const everything = /./;

describe('unpackWheel', () => {
  it('writes what the archive holds, with true sizes and hashes (any bytes, any count)', async () => {
    const entries = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), fc.uint8Array({ maxLength: 3_000 })), {
      selector: ([name]) => name,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(entries, async (list) => {
        const wheel = writeArchive(zipBytes(list.map(([name, data]) => ({ name: `folder/${name}`, data }))));
        const intoDir = temporaryDir();
        const files = await unpackWheel({ wheel, pattern: everything, intoDir });
        expect(files).toEqual(
          list.map(([name, data]) => ({
            path: `folder/${name}`,
            sizeBytes: data.length,
            sha256: createHash('sha256').update(data).digest('hex'),
          })),
        );
        for (const [name, data] of list)
          expect(new Uint8Array(readFileSync(join(intoDir, 'folder', name)))).toEqual(data);
      }),
      { numRuns: 30 },
    );
  });

  it('takes only the entries asked for, and keeps a program runnable', async () => {
    const wheel = writeArchive(
      zipBytes([
        { name: 'bin/ptxas', data: Buffer.from('x'), mode: executableFile },
        { name: 'lib/other', data: Buffer.from('y') },
      ]),
    );
    const intoDir = temporaryDir();
    await unpackWheel({ wheel, pattern: /^bin\//, intoDir });
    expect(statSync(join(intoDir, 'bin', 'ptxas')).mode & 0o100).toBe(0o100);
    expect(existsSync(join(intoDir, 'lib'))).toBe(false);
  });

  it.each([
    ['a link', { name: 'lib/link.so', data: Buffer.from('/etc/passwd'), mode: symbolicLink }],
    ['a name that leads out of the folder', { name: '../outside', data: Buffer.from('x') }],
    ['an absolute name', { name: '/outside', data: Buffer.from('x') }],
  ])('refuses %s', async (_what, entry) => {
    const wheel = writeArchive(zipBytes([entry]));
    await expect(unpackWheel({ wheel, pattern: everything, intoDir: temporaryDir() })).rejects.toMatchObject({
      code: 'integrity',
      data: { file: wheel },
    });
  });

  it('never gives altered content for an archive with one damaged byte: it is refused, or the byte did not matter', async () => {
    const content = Buffer.from('the content of the library');
    const intact = zipBytes([{ name: 'lib', data: content }]);
    await fc.assert(
      fc.asyncProperty(fc.nat(intact.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = Buffer.from(intact);
        damaged[at] = (damaged[at] + change) % 256;
        const intoDir = temporaryDir();
        const refusal = await unpackWheel({ wheel: writeArchive(damaged), pattern: /^lib$/, intoDir }).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (refusal !== undefined) expect(refusal).toMatchObject({ name: 'GraftError', code: 'integrity' });
        else if (existsSync(join(intoDir, 'lib'))) expect(readFileSync(join(intoDir, 'lib'))).toEqual(content);
      }),
      { numRuns: 200 },
    );
  });

  it('refuses a file cut off anywhere', async () => {
    const intact = zipBytes([{ name: 'lib', data: Buffer.alloc(100, 1) }]);
    await fc.assert(
      fc.asyncProperty(fc.nat(intact.length - 1), async (length) => {
        const wheel = writeArchive(intact.subarray(0, length));
        await expect(unpackWheel({ wheel, pattern: everything, intoDir: temporaryDir() })).rejects.toMatchObject({
          code: 'integrity',
        });
      }),
      { numRuns: 30 },
    );
  });

  it('ends as cancelled, not as a damaged file, when aborted', async () => {
    const wheel = writeArchive(zipBytes([{ name: 'lib', data: Buffer.alloc(1_000) }]));
    const request = { wheel, pattern: everything, intoDir: temporaryDir(), signal: AbortSignal.abort() };
    await expect(unpackWheel(request)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('hashFile', () => {
  it('reports a missing file by name, and isIntactFile takes it for not intact', async () => {
    const path = join(temporaryDir(), 'missing');
    await expect(hashFile(path)).rejects.toMatchObject({ code: 'notFound', data: { file: path } });
    expect(await isIntactFile(path, '00')).toBe(false);
  });
});
