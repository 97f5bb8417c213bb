/** What an export leaves when it fails, and where it refuses to begin. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GraftError } from '../../../main/contract/errors.ts';
import { exportWords } from '../../../main/contract/words/exports.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import { requireSpace } from '../../../main/formats/diskSpace.ts';
import { sampleModel } from '../../database/sampleRows.ts';
import { exportsOver } from '../../support/exports.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

const model = sampleModel('/home', { name: 'my model', hasTokenizer: false });
const source = { adapter: null, model };

/** Half a model, and then no room for the other half. */
const fullDisk = exportsOver(async ({ outDir }) => {
  writeFileSync(join(outDir, 'model-00001-of-00002.safetensors'), 'half');
  return Promise.reject(new GraftError('diskFull', verbatim('The disk is full.'), { file: outDir }));
});

describe('an export that fails half-way', () => {
  it('leaves nothing, as a folder and as one file (half a model that somebody loads)', async () => {
    const dir = temporaryDir();
    const folder = graftErrorOfAsync(() => fullDisk.write(source, { to: 'safetensors' }, join(dir, 'out')));
    expect((await folder).code).toBe('diskFull');
    const file = graftErrorOfAsync(() => fullDisk.writeFile(source, { to: 'gguf' }, join(dir, 'out.tar.gz')));
    expect((await file).code).toBe('diskFull');
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is told before it begins where the room is known to be too small', async () => {
    const error = await graftErrorOfAsync(() => requireSpace(temporaryDir(), 1e18));
    expect(error.code).toBe('diskFull');
    expect(error.message).toContain('MB are needed');
  });
});

describe('a GGUF as one file', () => {
  const result = {
    files: [],
    parity: { of: 'logits', difference: 0, tolerance: 1, rounding: 'F16' },
    truncation: null,
    notes: [],
  } as const;
  const exports = exportsOver(async ({ outDir, fileStem }) => {
    writeFileSync(join(outDir, `${fileStem}-f16.gguf`), 'GGUF and so on');
    return Promise.resolve({ ...result, parity: { ...result.parity } });
  });

  it('is the GGUF itself, which no program finds in a tar, and says what a folder would have beside it', async () => {
    const path = join(temporaryDir(), 'content');
    const { files, notes } = await exports.writeFile(source, { to: 'gguf' }, path);
    expect(readFileSync(path, 'utf8')).toBe('GGUF and so on');
    expect(files).toEqual(['my-model-f16.gguf']);
    expect(notes.at(-1)).toEqual(exportWords.ggufAlone()); // words, which a window says in its language
    expect(readdirSync(join(path, '..'))).toEqual(['content']);
  });

  it('is an archive of the folder where the path asks for one', async () => {
    const path = join(temporaryDir(), 'model.tar.gz');
    expect((await exports.writeFile(source, { to: 'gguf' }, path)).files).toContain('README.md');
    expect([...readFileSync(path).subarray(0, 2)]).toEqual([0x1f, 0x8b]);
  });
});

describe('an export that cannot be', () => {
  const exports = exportsOver();
  const writing = async (to: string, options: object, out = join(temporaryDir(), 'out')): Promise<GraftError> =>
    graftErrorOfAsync(() => exports.write(source, { to, options: { ...options } }, out));

  it('is refused with what there is instead', async () => {
    const unknown = await writing('onnx', {});
    expect([unknown.code, unknown.data.remedy]).toEqual(['unsupported', 'Known: safetensors, gguf.']);
    const wrong = await writing('gguf', { dtype: 'q2_k', rank: 3 });
    expect([wrong.code, wrong.data.problems?.map(({ field }) => field)]).toEqual(['usage', ['dtype', 'rank']]);
  });

  it('does not touch a folder that holds something', async () => {
    const out = join(temporaryDir(), 'thesis');
    mkdirSync(out);
    writeFileSync(join(out, 'thesis.docx'), 'precious');
    expect((await writing('gguf', {}, out)).code).toBe('conflict');
    expect(existsSync(join(out, 'thesis.docx'))).toBe(true);
  });

  it('of an encoder has no GGUF', async () => {
    const encoder = {
      firstPosition: 0,
      positionRows: 9,
      tokenTypes: 2,
      labels: [],
      initializerRange: 0.02,
      headDropout: 0,
    };
    const classifier = { adapter: null, model: { ...model, shape: { ...model.shape, encoder } } };
    const error = await graftErrorOfAsync(() => exports.write(classifier, { to: 'gguf' }, join(temporaryDir(), 'out')));
    expect(error.code).toBe('unsupported');
  });
});
