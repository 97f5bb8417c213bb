/** The tiny Llama as llama.cpp gets it: converted, and held against the tensors. */
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compareEngines } from '../../../main/engine/llamacpp/compareEngines.ts';
import { convertBase } from '../../../main/engine/llamacpp/convertBase.ts';
import { writeByteLevelTokenizer } from '../../support/byteLevelTokenizer.ts';
import { backendSettings } from '../../support/backends.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { llamaCppMissing, llamaCppSettings } from '../../support/llamaCpp.ts';
import { describeWith } from '../../support/requirements.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

const unpaused = async (): Promise<void> => undefined;
const context = { signal: new AbortController().signal, onEvent: () => undefined, unpaused };
const rows = [3, 17].map((from) => Array.from({ length: 24 }, (_, place) => (from + 7 * place) % 64));

function writeModel(): string {
  const dir = join(temporaryDir(), 'tiny');
  cpSync(fixturePath('tiny_llama_base'), dir, { recursive: true });
  writeByteLevelTokenizer(dir, 64);
  return dir;
}

it('a conversion that is cancelled leaves nothing, also none that looks whole', async () => {
  const [modelDir, parent] = [writeModel(), temporaryDir()];
  const cancel = new AbortController();
  const onEvent = (): void => cancel.abort();
  const request = { modelDir, outDir: join(parent, 'out'), precision: 'bf16', title: 'Tiny' } as const;
  await expect(convertBase(request, { signal: cancel.signal, onEvent, unpaused })).rejects.toThrow();
  expect(readdirSync(parent)).toEqual([]);
});

describeWith({ reason: llamaCppMissing }, 'llama.cpp against the tensors', () => {
  it('tells a converted base and adapter that are right from an adapter that only one side has', async () => {
    const [modelDir, parent] = [writeModel(), temporaryDir()];
    const outDir = join(parent, 'out');
    await convertBase({ modelDir, outDir, precision: 'bf16', title: 'Tiny' }, context);
    const ggufFile = join(outDir, 'model-bf16.gguf');
    expect(existsSync(ggufFile)).toBe(true);
    const given = {
      tensors: backendSettings.cpu,
      llamaCpp: llamaCppSettings,
      modelDir,
      ggufFile,
      rows,
      everyLogits: true,
    };
    const adapter = { key: 'a', dir: fixturePath('lora_r4_a8_rslora'), ggufDir: join(parent, 'lora') };
    const base = await compareEngines({ ...given, adapter: null }, context);
    expect(base).toMatchObject({ tokens: 48 });
    expect(base.difference).toBeLessThan(2e-2);
    const right = await compareEngines({ ...given, adapter }, context);
    expect(right.difference).toBeLessThan(3e-2);
    // The files of another adapter under its name, as a wrong conversion would write them.
    const other = { key: 'b', dir: fixturePath('vera_r8_all_saved'), ggufDir: join(parent, 'lora') };
    const wrong = await compareEngines({ ...given, adapter: other }, context);
    expect(wrong.difference).toBeGreaterThan(2 * right.difference);
    expect(wrong.difference).toBeGreaterThan(5e-2);
  });
});
