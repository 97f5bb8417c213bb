import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { formatPeftConfig, parsePeftConfig, readPeftFolder, writePeftFolder } from '../../main/formats/peftFolder.ts';
import { graftErrorOf, graftErrorOfAsync, parsesOrRefuses } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

const fixtures = join(import.meta.dirname, '..', 'fixtures');

function copyOf(name: string): string {
  const dir = join(temporaryDir(), name);
  cpSync(join(fixtures, name), dir, { recursive: true });
  return dir;
}

describe('round trip', () => {
  it.each(['lora_r4_a8', 'vblora_topk2_u8', 'vblora_full', 'vera_r8_all_saved'])(
    '%s comes back tensor for tensor',
    async (name) => {
      const read = readPeftFolder(join(fixtures, name));
      const dir = join(temporaryDir(), 'out');
      await writePeftFolder(dir, read);
      const again = readPeftFolder(dir);
      expect(again.config).toEqual(read.config);
      expect(again.tensors).toEqual(read.tensors);
      expect(
        readFileSync(join(dir, 'adapter_model.safetensors')).equals(
          readFileSync(join(fixtures, name, 'adapter_model.safetensors')),
        ),
      ).toBe(true);
    },
  );

  it('writes the config as Python does: sorted at every depth, two spaces, ASCII', () => {
    expect(formatPeftConfig({ r: 4, alpha: { z: [], a: {} }, base: 'modèle' })).toBe(
      '{\n  "alpha": {\n    "a": {},\n    "z": []\n  },\n  "base": "mod\\u00e8le",\n  "r": 4\n}',
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (config) => {
        expect(JSON.parse(formatPeftConfig(config))).toEqual(JSON.parse(JSON.stringify(config)));
      }),
    );
  });

  it('leaves no half folder when a tensor cannot be written', async () => {
    const { config, tensors } = readPeftFolder(join(fixtures, 'lora_r4_a8'));
    const name = [...tensors.keys()][0];
    const dir = temporaryDir();
    const broken = new Map([...tensors, [name, { dtype: 'F32' as const, shape: [7], data: new Uint8Array(1) }]]);
    await graftErrorOfAsync(() => writePeftFolder(join(dir, 'out'), { config, tensors: broken }));
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('refusals', () => {
  it('a pickle, with the reason', () => {
    const dir = copyOf('lora_r4_a8');
    const pickled = join(temporaryDir(), 'pickled');
    mkdirSync(pickled);
    cpSync(join(dir, 'adapter_config.json'), join(pickled, 'adapter_config.json'));
    writeFileSync(join(pickled, 'adapter_model.bin'), '');
    const error = graftErrorOf(() => readPeftFolder(pickled));
    expect(error).toMatchObject({ code: 'unsupported', data: { file: join(pickled, 'adapter_model.bin') } });
    expect(error.message).toContain('pickle');
  });

  it('no folder, no config, no weights, bad JSON', () => {
    const dir = temporaryDir();
    expect(graftErrorOf(() => readPeftFolder(join(dir, 'x'))).code).toBe('notFound');
    expect(graftErrorOf(() => readPeftFolder(dir)).message).toContain('no adapter_config.json');
    writeFileSync(join(dir, 'adapter_config.json'), '{"peft_type": "LORA"');
    expect(graftErrorOf(() => readPeftFolder(dir)).data.file).toBe(join(dir, 'adapter_config.json'));
    writeFileSync(join(dir, 'adapter_config.json'), '{"peft_type": "LORA", "r": 1, "r": 2}');
    expect(graftErrorOf(() => readPeftFolder(dir)).message).toContain('"r" is there twice');
    writeFileSync(join(dir, 'adapter_config.json'), Uint8Array.of(0x7b, 0xff, 0x7d));
    expect(graftErrorOf(() => readPeftFolder(dir)).message).toContain('UTF-8');
    writeFileSync(join(dir, 'adapter_config.json'), '\ufeff{"peft_type": "LORA"}');
    expect(graftErrorOf(() => readPeftFolder(dir)).message).toContain('no adapter_model.safetensors');
  });

  it('an unknown method, listing the known ones', () => {
    const error = graftErrorOf(() => parsePeftConfig({ peft_type: 'HRA' }, 'c.json'));
    expect(error).toMatchObject({ code: 'unsupported', data: { file: 'c.json', field: 'peft_type' } });
    expect(error.message).toContain('VERA, VBLORA, LORA');
    expect(graftErrorOf(() => parsePeftConfig({}, 'c.json'))).toMatchObject({
      code: 'invalid',
      data: { field: 'peft_type' },
    });
  });

  it.skipIf(process.platform === 'win32')(
    'but not a Hugging Face cache, whose links lead to blobs of the same repository',
    () => {
      const repository = join(temporaryDir(), 'models--somebody--lora');
      const snapshot = join(repository, 'snapshots', 'a'.repeat(40));
      for (const dir of [snapshot, join(repository, 'blobs')]) mkdirSync(dir, { recursive: true });
      for (const name of ['adapter_config.json', 'adapter_model.safetensors']) {
        cpSync(join(fixtures, 'lora_r4_a8', name), join(repository, 'blobs', name));
        symlinkSync(join('..', '..', 'blobs', name), join(snapshot, name));
      }
      expect(readPeftFolder(snapshot).tensors.size).toBe(28);
    },
  );

  it.skipIf(process.platform === 'win32')(
    'a link that leads out of the folder, also through a linked folder inside',
    () => {
      const dir = copyOf('lora_r4_a8');
      const linked = temporaryDir();
      cpSync(join(dir, 'adapter_config.json'), join(linked, 'adapter_config.json'));
      symlinkSync(join(dir, 'adapter_model.safetensors'), join(linked, 'adapter_model.safetensors'));
      expect(graftErrorOf(() => readPeftFolder(linked))).toMatchObject({
        code: 'invalid',
        data: { file: join(linked, 'adapter_model.safetensors') },
      });
    },
  );

  it.skipIf(process.platform === 'win32')('but takes a link inside the folder, and a link to the folder itself', () => {
    const dir = copyOf('lora_r4_a8');
    cpSync(join(dir, 'adapter_model.safetensors'), join(dir, 'stored'));
    writeFileSync(join(dir, 'adapter_model.safetensors'), '');
    const outer = temporaryDir();
    mkdirSync(join(outer, 'real'));
    cpSync(join(dir, 'adapter_config.json'), join(outer, 'real', 'adapter_config.json'));
    cpSync(join(dir, 'stored'), join(outer, 'real', 'stored'));
    symlinkSync('stored', join(outer, 'real', 'adapter_model.safetensors'));
    symlinkSync('real', join(outer, 'link'));
    expect(readPeftFolder(join(outer, 'link')).tensors.size).toBe(28);
  });

  it('any JSON as config gives a result or a GraftError', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => parsesOrRefuses(() => parsePeftConfig(value, 'c.json'))));
  });
});
