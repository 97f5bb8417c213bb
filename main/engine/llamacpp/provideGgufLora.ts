/** An adapter as llama.cpp reads it: converted at its first use, then found where it was put. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GraftError } from '../../contract/errors.ts';
import { writeDirAtomic, writeFileAtomic } from '../../formats/atomicFile.ts';
import { inspectModel } from '../../formats/modelFolder.ts';
import { readPeftFolder } from '../../formats/peftFolder.ts';
import { getMethodSpec } from '../../methods/registry.ts';
import { readAdapter } from '../adapters/registry.ts';
import { ggufLora } from '../exports/ggufLora.ts';
import { isExact } from '../exports/loraFactors.ts';
import { type GgufLoraFile, loraFileIn, loraFileStem, methodFileName } from './keptGgufLora.ts';
import { engineAdapterWords } from '../../contract/words/engineAdapters.ts';
import { llamaCppWords } from '../../contract/words/llamaCpp.ts';

export interface GgufLoraRequest {
  readonly adapterDir: string;
  readonly modelDir: string;
  /** Belongs to the content of adapter and model: what is in it stays true. */
  readonly ggufDir: string;
}

/** Half the memory of float32, and rounded less than a quantised base is. */
const options = { dtype: 'f16', rank: null } as const;

/** Throws GraftError for a folder that does not fit the model, and for what has no low-rank form. */
export async function provideGgufLora({ adapterDir, modelDir, ggufDir }: GgufLoraRequest): Promise<GgufLoraFile> {
  const model = inspectModel(modelDir);
  const adapter = readAdapter(readPeftFolder(adapterDir), model.shape);
  if (!isExact(adapter)) throw noLoraForm(adapterDir, adapter.methodId);
  if (adapter.replaced) throw replacesWeights(adapterDir, adapter.replaced.names);
  const [file, fileStem] = [loraFileIn(ggufDir), loraFileStem];
  const sayMethod = async (dir: string) => writeFileAtomic(join(dir, methodFileName), `${adapter.methodId}\n`);
  if (existsSync(file)) {
    await sayMethod(ggufDir); // converted before this was written beside it
    return { file, method: adapter.methodId };
  }
  const about = { modelDir, model, baseModel: model.name, adapter, adapterDir, options, fileStem, title: model.name };
  const calls = { signal: new AbortController().signal, onProgress: () => undefined };
  await writeDirAtomic(ggufDir, async (outDir) => {
    await ggufLora.write({ ...about, ...calls, outDir });
    await sayMethod(outDir);
  });
  return { file, method: adapter.methodId };
}

/** A model that was trained whole, and what LoRA cannot say exactly. */
function noLoraForm(file: string, methodId: string): GraftError {
  const { title, capabilities } = getMethodSpec(methodId);
  const isWholeModel = capabilities.trains === 'model';
  const reason = isWholeModel ? engineAdapterWords.noLoraForm() : llamaCppWords.noLoraForm({ method: title });
  const remedy = isWholeModel ? engineAdapterWords.exportMerged() : llamaCppWords.useTensors();
  return new GraftError('unsupported', reason, { file, field: 'adapter', remedy });
}

function replacesWeights(file: string, [first]: readonly string[]): GraftError {
  return new GraftError('unsupported', llamaCppWords.replacesWeights({ first }), {
    file,
    field: 'engine',
    remedy: llamaCppWords.exportMerged(),
  });
}
