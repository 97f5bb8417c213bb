import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { fetchPackageFiles } from '../../main/sampleModel/fetchSources.ts';
import type { SourcePackage } from '../../main/sampleModel/sources.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

async function packageIn(dir: string): Promise<SourcePackage> {
  const tarball = pack();
  tarball.entry({ name: 'package/data/b.txt' }, 'second');
  tarball.entry({ name: 'package/data/a.txt' }, 'first');
  tarball.entry({ name: 'package/README.md' }, 'not asked for');
  tarball.finalize();
  const bytes = gzipSync(await buffer(tarball));
  writeFileSync(join(dir, 'books.tgz'), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { id: 'mobyDick', title: 'Books', registry: 'npm', packageName: './books.tgz', version: '1', sha256, terms: '' };
}

test('files of a package that is there come sorted, without asking the registry', async () => {
  const dir = temporaryDir();
  const files = await fetchPackageFiles(dir, await packageIn(dir), /data\/.*\.txt$/);
  expect([...files].map(([name, bytes]) => [name, bytes.toString()])).toEqual([
    ['package/data/a.txt', 'first'],
    ['package/data/b.txt', 'second'],
  ]);
});

test('a damaged archive is not used and not mistaken for the real one', async () => {
  const dir = temporaryDir();
  const source = await packageIn(dir);
  const path = join(dir, 'books.tgz');
  writeFileSync(path, readFileSync(path).subarray(0, 50));
  copyFileSync(path, join(dir, 'other.tgz'));
  const error = await graftErrorOfAsync(() => fetchPackageFiles(dir, { ...source, packageName: 'file:./nothing-here' }, /txt/));
  expect(['network', 'integrity']).toContain(error.code);
});

test('a package without the files is an error and not an empty corpus', async () => {
  const dir = temporaryDir();
  const source = await packageIn(dir);
  expect((await graftErrorOfAsync(() => fetchPackageFiles(dir, source, /\.epub$/))).code).toBe('integrity');
});
