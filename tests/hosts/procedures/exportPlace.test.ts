import { join } from 'node:path';
import { expect, it } from 'vitest';
import { getAdapterExport, getModelExport } from '../../../main/contract/exports/registry.ts';
import { Transfers } from '../../../main/hosts/browserHost/Transfers.ts';
import { exportPlace } from '../../../main/hosts/procedures/exportPlace.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

/** A merged GGUF came as a .tar.gz, which no program that reads GGUF opens. */
it('a download is called what it is: a GGUF for the forms that are one, an archive for the rest', async () => {
  const files = new Transfers(join(temporaryDir(), 'transfers'));
  await files.reset();
  const named = (
    to: string,
    spec: ReturnType<typeof getModelExport>,
    options = {},
    target: object = { download: true },
  ) => exportPlace({ files }, { name: 'my/voice', to, spec, options, target: target as { download: true } });
  expect(named('merged-gguf', getAdapterExport('merged-gguf'), { dtype: 'q8_0' }).fileName).toBe(
    'my-voice-merged-q8_0.gguf',
  );
  expect(named('gguf', getModelExport('gguf')).fileName).toBe('my-voice.gguf');
  expect(named('lora', getAdapterExport('lora'), { rank: 4 })).toMatchObject({
    fileName: 'my-voice-lora.tar.gz',
    asFile: true,
  });
  const dir = temporaryDir();
  const into = (path: string, to = 'gguf') => named(to, getModelExport(to), {}, { path: join(dir, path) }).asFile;
  expect([into('model.gguf'), into('model.tar.gz'), into('folder'), into('model.gguf', 'safetensors')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
