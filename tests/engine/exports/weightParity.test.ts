/** Comparing weights where logits would take too much memory: the same files must pass, and others must not. */
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { AdapterWeights } from '../../../main/engine/adapters/adapterMethod.ts';
import { getAdapterMethod, readAdapter } from '../../../main/engine/adapters/registry.ts';
import type { ExportJob } from '../../../main/engine/exports/weightExport.ts';
import { measureWeightParity } from '../../../main/engine/exports/weightParity.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { readPeftFolder, writePeftFolder } from '../../../main/formats/peftFolder.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { modelDirOf, readTinyConfig, readTinyTensors, tinyLlamaDir } from '../../support/tinyModel.ts';
import { runExport } from './exportRequests.ts';

const modelDir = tinyLlamaDir;
const adapterDir = fixturePath('vera_r8_all_saved');
const model = inspectModel(modelDir);

function jobOf(): ExportJob {
  return {
    ...{ modelDir, model, adapterDir, baseModel: 'base', options: {}, outDir: '', fileStem: '', title: '' },
    adapter: readAdapter(readPeftFolder(adapterDir), model.shape),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };
}

describe('the comparison of weights', () => {
  it.each([
    ['merged', 'f32', 1e-6],
    ['merged', 'bf16', 4e-3],
    ['merged-gguf', 'f16', 5e-4],
    ['merged-gguf', 'q8_0', 5e-3],
  ] as const)('%s as %s differs by its rounding and no more', async (to, dtype, bound) => {
    const { outDir, files } = await runExport({ modelDir, adapterDir, to, options: { dtype } });
    const written = to === 'merged' ? outDir : join(outDir, files[0]);
    expect(await measureWeightParity(jobOf(), { modelDir: written, adapterDir: null })).toBeLessThan(bound);
  });

  it.each([
    ['merged', 'bf16', 4e-3],
    ['merged-gguf', 'q8_0', 5e-3],
  ] as const)(
    'is what an export of %s as %s goes by where memory is short (bounds of logits let wrong weights pass)',
    async (to, dtype, bound) => {
      const memory = vi.spyOn(process, 'availableMemory').mockReturnValue(0);
      try {
        const { parity } = await runExport({ modelDir, adapterDir, to, options: { dtype } });
        expect(parity).toMatchObject({ of: 'weights', tolerance: bound });
      } finally {
        memory.mockRestore();
      }
    },
  );

  it('looks at a head that only the adapter has (a wrong one would go unseen)', async () => {
    const tensors = readTinyTensors();
    const shape = tensors.get('lm_head.weight')?.shape ?? tensors.get('model.embed_tokens.weight')?.shape ?? [];
    tensors.delete('lm_head.weight');
    const tiedDir = modelDirOf(tensors, { ...readTinyConfig(), tie_word_embeddings: true });
    const tied = inspectModel(tiedDir);
    const base = readAdapter(readPeftFolder(fixturePath('lora_r4_a8')), tied.shape);
    const withHeadOf = (value: number): AdapterWeights => {
      const data = new Float32Array(shape[0] * shape[1]).fill(value);
      const replaced = { names: ['lm_head.weight'], modules: ['lm_head'], bias: 'none' };
      return { ...base, replaced, trained: { ...base.trained, 'lm_head.weight': { shape, data, group: 'default' } } };
    };
    const dir = join(temporaryDir(), 'headed');
    await writePeftFolder(dir, getAdapterMethod('lora').toPeft(withHeadOf(1), 'base'));
    const { outDir } = await runExport({ modelDir: tiedDir, adapterDir: dir, to: 'merged', options: { dtype: 'f32' } });
    const differenceFrom = async (adapter: AdapterWeights): Promise<number> =>
      measureWeightParity(
        { ...jobOf(), modelDir: tiedDir, model: tied, adapter },
        { modelDir: outDir, adapterDir: null },
      );
    expect(await differenceFrom(withHeadOf(1))).toBeLessThan(1e-6);
    expect(await differenceFrom(withHeadOf(2))).toBeCloseTo(0.5);
  });

  it('takes an adapter beside its base, and finds one that is not there or another', async () => {
    const { outDir } = await runExport({ modelDir, adapterDir, to: 'lora' });
    expect(await measureWeightParity(jobOf(), { modelDir, adapterDir: outDir })).toBeLessThan(1e-5);
    expect(await measureWeightParity(jobOf(), { modelDir, adapterDir: null })).toBeGreaterThan(1e-2);
    expect(await measureWeightParity(jobOf(), { modelDir, adapterDir: fixturePath('lora_r4_a8') })).toBeGreaterThan(
      1e-2,
    );
  });
});
