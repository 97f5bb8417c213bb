import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Adapter } from '../../../main/contract/entities.ts';
import { getAdapterExport, getModelExport, parseExportOptions } from '../../../main/contract/exports/registry.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { readPeftFolder } from '../../../main/formats/peftFolder.ts';
import { exportSize } from '../../../main/studio/exports/exportSize.ts';
import { sampleModel } from '../../database/sampleRows.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { writeSampleLora } from '../../support/sampleLora.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

const tiny = fixturePath('tiny_llama_base');
const { shape, sizeBytes } = inspectModel(tiny);
const model = { ...sampleModel('/home'), shape, sizeBytes, dir: tiny };

const weightsIn = (dir: string): number => statSync(join(dir, 'adapter_model.safetensors')).size;
const adapterIn = (dir: string): Adapter => ({ dir, sizeBytes: weightsIn(dir) }) as Adapter;

function sizeOf(adapter: Adapter | null, to: string, options: object = {}): number | undefined {
  const spec = adapter === null ? getModelExport(to) : getAdapterExport(to);
  return exportSize({ adapter, model }, spec.id, parseExportOptions(spec, options));
}

/** An export of gigabytes began without a word of how many. */
describe('the size of an export, before it', () => {
  it('of LoRA as plain LoRA is that of its factors, and falls with the rank and the type', () => {
    const dir = fixturePath('lora_r4_a8');
    const factors = [...readPeftFolder(dir).tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
    const adapter = adapterIn(dir);
    expect(sizeOf(adapter, 'lora')).toBe(factors);
    expect(sizeOf(adapter, 'lora', { rank: 2 })).toBe(factors / 2);
    expect(sizeOf(adapter, 'lora', { rank: 64 })).toBe(factors);
    expect(sizeOf(adapter, 'gguf-lora', { dtype: 'f16' })).toBe(factors / 2);
    expect(sizeOf(adapter, 'peft')).toBe(weightsIn(dir));
  });

  it('of VeRA and VB-LoRA, which are kept small, is that of the LoRA which they become', () => {
    const expected = (dir: string, rank: number, pattern: RegExp): number => {
      const layers = [...readPeftFolder(dir).tensors.keys()].filter((key) => pattern.test(key));
      const names = new Set(layers.map((key) => key.replace(/^base_model\.model\./, '').replace(pattern, '')));
      const linears = shape.linears.filter(({ name }) => names.has(name));
      expect(linears.length).toBeGreaterThan(0);
      return linears.reduce((sum, { inFeatures, outFeatures }) => sum + 4 * rank * (inFeatures + outFeatures), 0);
    };
    const vera = fixturePath('vera_r8_all_saved');
    expect(sizeOf(adapterIn(vera), 'lora')).toBe(expected(vera, 8, /\.vera_lambda_d$/));
    for (const name of ['vblora_full', 'vblora_topk2_u8']) {
      const dir = fixturePath(name);
      const [key] = [...readPeftFolder(dir).tensors.keys()].filter((each) => /vblora_logits_A/.test(each));
      const rank = readPeftFolder(dir).tensors.get(key ?? '')?.shape[0] ?? 0;
      expect(sizeOf(adapterIn(dir), 'lora')).toBe(expected(dir, rank, /\.vblora_logits_A(_topk_indices)?$/));
    }
  });

  it('of VeRA for older readers leaves the projections out', () => {
    const dir = fixturePath('vera_r8_all_saved');
    const projections = [...readPeftFolder(dir).tensors].filter(([key]) => /vera_[AB]$/.test(key));
    const bytes = projections.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(sizeOf(adapterIn(dir), 'peft', { olderReaders: true })).toBe(weightsIn(dir) - bytes);
  });

  it('of a merged model follows the type it is stored as', () => {
    const adapter = adapterIn(fixturePath('lora_r4_a8'));
    const count = shape.parameterCount;
    expect(sizeOf(adapter, 'merged-gguf', { dtype: 'f32' })).toBe(4 * count);
    expect(sizeOf(adapter, 'merged-gguf', { dtype: 'q8_0' })).toBe(Math.round((count * 34) / 32));
    expect(sizeOf(null, 'gguf')).toBe(2 * count);
    const beside = (sizeOf(adapter, 'merged') ?? 0) - sizeBytes;
    expect(beside).toBeGreaterThan(0); // config and tokenizer
    expect(sizeOf(adapter, 'merged', { dtype: 'f16' })).toBe(2 * count + beside);
    expect(sizeOf(null, 'safetensors', { dtype: 'f32' })).toBe(4 * count + beside);
  });

  it('is not guessed for an adapter of another base', async () => {
    expect(sizeOf(adapterIn(await writeSampleLora(join(temporaryDir(), 'other'))), 'lora')).toBeUndefined();
  });
});
