/**
 * A GGUF LoRA on its way into the library: turned into the PEFT folder that it stands for, which needs its base model.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import type { Model } from '../../../contract/entities.ts';
import { GraftError } from '../../../contract/errors.ts';
import { loraFromGguf } from '../../../formats/loraFromGguf.ts';
import { inspectModel } from '../../../formats/modelFolder.ts';
import { writePeftFolder } from '../../../formats/peftFolder.ts';
import { libraryWords } from '../../../contract/words/library.ts';

/**
 * Runs `work` with the folder, and the name that the adapter would have. Throws GraftError for a file that does not
 * fit.
 */
export async function withPeftOfGguf<T>(
  file: string,
  model: Model | undefined,
  work: (dir: string, name: string) => Promise<T>,
): Promise<T> {
  if (model === undefined) {
    throw new GraftError('invalid', libraryWords.ggufWithoutBase({ file }), {
      file,
      field: 'model',
      remedy: libraryWords.nameBase(),
    });
  }
  const around = await mkdtemp(join(tmpdir(), 'graft-adapter-'));
  try {
    const dir = join(around, 'adapter');
    await writePeftFolder(dir, loraFromGguf(file, { ...inspectModel(model.dir), name: model.name }));
    return await work(dir, basename(file, extname(file)));
  } finally {
    await rm(around, { recursive: true, force: true });
  }
}
