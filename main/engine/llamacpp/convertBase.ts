/** A base from safetensors as the GGUF file that llama.cpp opens; its folder is there whole or not at all. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EngineRequests } from '../../contract/engine.ts';
import { writeDirAtomic } from '../../formats/atomicFile.ts';
import { requireSpace } from '../../formats/diskSpace.ts';
import { noteWriter } from '../../processes/writerNote.ts';
import { inspectModel } from '../../formats/modelFolder.ts';
import { mergedGguf } from '../exports/mergedGguf.ts';
import type { PausableContext } from '../serveRequests.ts';

type Context = PausableContext<EngineRequests['convertBase'][1]>;

const fileStem = 'model';

/** Throws GraftError: `diskFull` before anything is written, `unsupported` for what a GGUF cannot say. */
export async function convertBase(
  { modelDir, outDir, precision, title }: EngineRequests['convertBase'][0],
  { signal, onEvent, unpaused }: Context,
): Promise<EngineRequests['convertBase'][2]> {
  const model = inspectModel(modelDir);
  const about = { modelDir, model, baseModel: title, adapter: null, adapterDir: null, fileStem, title };
  const job = {
    ...{ ...about, options: { dtype: precision }, signal, unpaused },
    onProgress: (update: Parameters<Context['onEvent']>[0]['update']) => onEvent({ type: 'progress', update }),
  };
  await mkdir(dirname(outDir), { recursive: true });
  await requireSpace(dirname(outDir), mergedGguf.sizeBytes({ ...job, outDir }));
  const written = await writeDirAtomic(outDir, async (temporary) => {
    const release = await noteWriter(temporary);
    await mergedGguf.write({ ...job, outDir: temporary });
    await release();
    signal.throwIfAborted(); // what was cancelled at the last moment takes no place either
    return join(outDir, `${fileStem}-${precision}.gguf`);
  });
  return { bytes: (await stat(written)).size };
}
