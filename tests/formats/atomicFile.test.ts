import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  isTemporaryName,
  replaceDirAtomic,
  temporaryPathFor,
  writeDirAtomic,
  writeFileAtomic,
} from '../../main/formats/atomicFile.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

describe('writeFileAtomic', () => {
  it('writes text, bytes and pieces whole and leaves no temporary', async () => {
    const dir = temporaryDir();
    await writeFileAtomic(join(dir, 'text'), 'né');
    await writeFileAtomic(join(dir, 'bytes'), new Uint8Array([1, 2]));
    await writeFileAtomic(join(dir, 'pieces'), [new Uint8Array([1]), new Uint8Array(0), new Uint8Array([2, 3])]);
    expect(readFileSync(join(dir, 'text'), 'utf8')).toBe('né');
    expect([...readFileSync(join(dir, 'pieces'))]).toEqual([1, 2, 3]);
    expect(readdirSync(dir).sort()).toEqual(['bytes', 'pieces', 'text']);
  });

  it('keeps the old file and removes the temporary when the source fails half-way', async () => {
    const dir = temporaryDir();
    writeFileSync(join(dir, 'kept'), 'old');
    function* failing(): Generator<Uint8Array> {
      yield new Uint8Array(100);
      throw new Error('source broke');
    }
    await expect(writeFileAtomic(join(dir, 'kept'), failing())).rejects.toThrow('source broke');
    expect(readFileSync(join(dir, 'kept'), 'utf8')).toBe('old');
    expect(readdirSync(dir)).toEqual(['kept']);
  });

  it('names the file when its folder is not there', async () => {
    const path = join(temporaryDir(), 'missing', 'file');
    const error = await graftErrorOfAsync(() => writeFileAtomic(path, 'x'));
    expect(error.code).toBe('notFound');
    expect(error.data.file).toBe(path);
  });

  it('says which file the full disk hit, and leaves nothing of it', async () => {
    const dir = temporaryDir();
    function* filling(): Generator<Uint8Array> {
      yield new Uint8Array(10);
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
    }
    const error = await graftErrorOfAsync(() => writeFileAtomic(join(dir, 'large'), filling()));
    expect(error).toMatchObject({ code: 'diskFull', data: { file: join(dir, 'large') } });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('reports why the writing failed, not that there was nothing to clean up', async () => {
    const dir = temporaryDir();
    writeFileSync(join(dir, 'file'), '');
    const error = await graftErrorOfAsync(() => writeFileAtomic(join(dir, 'file', 'below'), 'x'));
    expect(error.data.file).toBe(join(dir, 'file', 'below'));
  });
});

describe('writeDirAtomic', () => {
  it('shows the whole folder or the old one, never a mixture', async () => {
    const dir = join(temporaryDir(), 'adapter');
    await writeDirAtomic(dir, async (temporary) => writeFileSync(join(temporary, 'first'), '1'));
    await expect(
      writeDirAtomic(dir, async (temporary) => {
        writeFileSync(join(temporary, 'half'), '');
        throw new Error('interrupted');
      }),
    ).rejects.toThrow('interrupted');
    expect(readdirSync(dir)).toEqual(['first']);
    await writeDirAtomic(dir, async (temporary) => writeFileSync(join(temporary, 'second'), '2'));
    expect(readdirSync(dir)).toEqual(['second']);
    expect(readdirSync(join(dir, '..'))).toEqual(['adapter']);
  });

  it('puts the old folder back when the new one cannot take its place', async () => {
    const dir = join(temporaryDir(), 'kept');
    mkdirSync(dir);
    writeFileSync(join(dir, 'old'), '');
    await graftErrorOfAsync(() => replaceDirAtomic(join(dir, '..', 'not there'), dir));
    expect(readdirSync(dir)).toEqual(['old']);
  });
});

describe('isTemporaryName', () => {
  it('recognises what a killed process leaves, and nothing a person names', () => {
    const leftOver = temporaryPathFor('/models/x', 'old').split('/').at(-1) ?? '';
    expect(isTemporaryName(leftOver)).toBe(true);
    for (const name of ['model.tmp', '.hidden', '.x.tmp', 'x.0123456789ab.tmp'])
      expect(isTemporaryName(name)).toBe(false);
  });
});
