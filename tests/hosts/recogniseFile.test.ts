import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { recogniseFile } from '../../main/hosts/recogniseFile.ts';
import { writeGguf } from '../../main/formats/ggufWriter.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { zipOf } from '../support/zipOf.ts';

async function tarOf(name: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name }, 'x'.repeat(40_000));
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** A drop went by the screen on which it fell, not by what it was. */
describe('what is handed over', () => {
  const put = (name: string, content: string | Uint8Array): string => {
    const path = join(temporaryDir(), name);
    writeFileSync(path, content);
    return path;
  };
  const folder = (...names: readonly string[]): string => {
    const dir = temporaryDir();
    for (const name of names) {
      mkdirSync(join(dir, name, '..'), { recursive: true });
      writeFileSync(join(dir, name), '{}');
    }
    return dir;
  };

  it.each([
    ['rows.csv', 'a,b\n1,2\n'],
    ['rows', '{"text":"a"}\n'],
    ['empty.txt', ''],
    ['日本.tsv', Buffer.from('93fa967b\t0a'.replace('\t', '09'), 'hex')],
    ['utf16.csv', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le')],
    ['rows.parquet', Buffer.from('PAR1\x15\x04\x15\x10')],
    ['model.gguf.csv', 'GGUF,1\n'],
  ])('%s is a dataset', async (name, content) => {
    expect(await recogniseFile(put(name, content))).toBe('dataset');
  });

  it('folders are models and adapters by the configuration in them, also one folder deeper for an adapter', async () => {
    expect(await recogniseFile(folder('config.json', 'model.safetensors'))).toBe('model');
    expect(await recogniseFile(folder('adapter_config.json', 'adapter_model.safetensors', 'config.json'))).toBe(
      'adapter',
    );
    expect(await recogniseFile(folder('checkpoint/adapter_config.json'))).toBe('adapter');
    expect(await graftErrorOfAsync(async () => recogniseFile(folder('a.jpg')))).toMatchObject({ code: 'unsupported' });
  });

  it('a GGUF is what it says of itself', async () => {
    const dir = temporaryDir();
    const [model, adapter] = [join(dir, 'm.gguf'), join(dir, 'a.gguf')];
    await writeGguf(model, { metadata: new Map(), tensors: [] });
    await writeGguf(adapter, {
      metadata: new Map([['general.type', { type: 'string', value: 'adapter' }]]),
      tensors: [],
    });
    expect(await recogniseFile(model)).toBe('model');
    expect(await recogniseFile(adapter)).toBe('adapter');
    expect(await recogniseFile(dir)).toBe('adapter');
  });

  it('archives are told by their first entry, whatever they are called', async () => {
    expect(await recogniseFile(put('backup.tar', await tarOf('graft.db')))).toBe('backup');
    expect(await recogniseFile(put('mine.bin', gzipSync(await tarOf('adapters.json'))))).toBe('adapterArchive');
    const refused = async (path: string) =>
      (await graftErrorOfAsync(async () => recogniseFile(path))).reason?.parameters['what'];
    expect(await refused(put('other.tar', await tarOf('photos/a.jpg')))).toMatchObject({ code: 'fileKinds.tar' });
    expect(await refused(put('other.tar.gz', gzipSync(await tarOf('photos/a.jpg'))))).toMatchObject({
      code: 'fileKinds.gzip',
    });
    expect(
      await refused(
        put(
          'book.xlsx',
          zipOf([
            { name: '[Content_Types].xml', content: '' },
            { name: 'xl/a', content: '' },
          ]),
        ),
      ),
    ).toMatchObject({
      code: 'fileKinds.excel',
    });
  });

  it('weights without their folder, pickles, programs and what is not there are refused by name', async () => {
    const codeOf = async (path: string) => (await graftErrorOfAsync(async () => recogniseFile(path))).reason?.code;
    expect(await codeOf(put('adapter_model.safetensors', 'x'))).toBe('fileKinds.weightsAlone');
    expect(await codeOf(put('pytorch_model.bin', 'x'))).toBe('fileKinds.notTaken');
    expect(
      await codeOf(
        put(
          'noise',
          Uint8Array.from({ length: 600 }, (_, index) => index % 32),
        ),
      ),
    ).toBe('fileKinds.unknown');
    expect(await codeOf(join(temporaryDir(), 'gone.csv'))).toBe('files.noFile');
  });
});
