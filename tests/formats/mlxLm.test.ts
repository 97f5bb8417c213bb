/** LoRA as mlx-lm 0.32 saved it (fixtures/mlx_lm_lora.py), and what of that layout has no PEFT form. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { findAdapterLayout, readForeignAdapter } from '../../main/formats/adapterLayouts/registry.ts';
import { mlxLm } from '../../main/formats/adapterLayouts/mlxLm.ts';
import type { PeftTensor } from '../../main/formats/peftFolder.ts';
import { serializeSafetensors } from '../../main/formats/safetensors.ts';
import { transposed } from '../../main/formats/transposed.ts';
import { fixturePath } from '../support/fixtures.ts';
import { graftErrorOf } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

const dir = fixturePath('mlx_lm_lora');

function altered(change: (config: Record<string, unknown>) => void, weights?: Uint8Array): string {
  const copy = join(temporaryDir(), 'adapter');
  cpSync(dir, copy, { recursive: true });
  const file = join(copy, 'adapter_config.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  change(config);
  writeFileSync(file, JSON.stringify(config));
  if (weights) writeFileSync(join(copy, 'adapters.safetensors'), weights);
  return copy;
}

function floats(shape: readonly number[]): PeftTensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return { dtype: 'F32', shape, data: new Uint8Array(Float32Array.from({ length: count }, (_, i) => i).buffer) };
}

describe('the layout of mlx-lm', () => {
  it('is told by its files, and PEFT’s own is none', () => {
    expect(findAdapterLayout(dir)).toBe(mlxLm);
    expect(findAdapterLayout(fixturePath('lora_r4_a8'))).toBeUndefined();
    expect(findAdapterLayout(temporaryDir())).toBeUndefined();
  });

  it('becomes PEFT’s: names, orientation, scale, layers', () => {
    const { config, tensors } = readForeignAdapter(dir, mlxLm);
    expect(config).toMatchObject({
      peft_type: 'LORA',
      r: 4,
      lora_alpha: 20,
      target_modules: ['mlp.down_proj', 'self_attn.q_proj', 'self_attn.v_proj'],
      layers_to_transform: [1],
      base_model_name_or_path: 'mlx-community/tiny-llama-4bit',
    });
    expect(tensors.get('base_model.model.model.layers.1.mlp.down_proj.lora_A.weight')?.shape).toEqual([4, 64]);
    expect(tensors.get('base_model.model.model.layers.1.self_attn.v_proj.lora_B.weight')?.shape).toEqual([16, 4]);
    expect(tensors.size).toBe(6);
  });

  it('names modules in full where suffixes and layers would say more', () => {
    const one = (name: string) => [`model.layers.${name}.lora_a`, floats([8, 4])] as const;
    const weights = serializeSafetensors(new Map([one('0.self_attn.q_proj'), one('1.self_attn.v_proj')]));
    const { config } = readForeignAdapter(
      altered(() => undefined, weights),
      mlxLm,
    );
    expect(config).toMatchObject({
      target_modules: ['model.layers.0.self_attn.q_proj', 'model.layers.1.self_attn.v_proj'],
    });
    expect(config).not.toHaveProperty('layers_to_transform');
  });

  it.each<[string, (config: Record<string, unknown>) => void, RegExp]>([
    ['DoRA', (config) => (config.fine_tune_type = 'dora'), /DoRA/],
    ['a whole model', (config) => (config.fine_tune_type = 'full'), /full instead of LoRA/],
    [
      'an old scale',
      (config) => Object.assign(config, { num_layers: undefined, lora_parameters: { rank: 4, scale: 10, alpha: 16 } }),
      /old mlx-lm/,
    ],
    ['a configuration without a rank', (config) => (config.lora_parameters = { scale: 1 }), /lora_parameters\.rank/],
    ['another rank', (config) => (config.lora_parameters = { rank: 3, scale: 1 }), /says rank 3 .*and 5 more/],
  ])('%s is refused by name', (_, change, words) => {
    expect(graftErrorOf(() => readForeignAdapter(altered(change), mlxLm)).message).toMatch(words);
  });

  it('has tensors that are no factors: magnitudes, experts, quantised ones', () => {
    for (const [name, shape] of [
      ['model.layers.0.self_attn.q_proj.m', [8]],
      ['model.layers.0.mlp.switch_mlp.up_proj.lora_a', [2, 4, 8]],
      ['model.layers.0.self_attn.q_proj.lora_a_scales', [4, 1]],
    ] as const) {
      const weights = serializeSafetensors(new Map([[name, floats(shape)]]));
      const error = graftErrorOf(() =>
        readForeignAdapter(
          altered(() => undefined, weights),
          mlxLm,
        ),
      );
      expect([error.code, error.data.field]).toEqual(['unsupported', name]);
    }
  });
});

describe('transposed', () => {
  it('exchanges the axes of numbers of any width, and twice is not at all', () => {
    const matrix = fc.record({ rows: fc.nat(5), columns: fc.nat(5), width: fc.constantFrom(1, 2, 4, 8) });
    fc.assert(
      fc.property(matrix, ({ rows, columns, width }) => {
        const data = Uint8Array.from({ length: rows * columns * width }, (_, i) => (i * 37) % 251);
        const once = transposed({ dtype: 'F32', shape: [rows, columns], data });
        expect(once.shape).toEqual([columns, rows]);
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < columns; column++) {
            const [from, to] = [(row * columns + column) * width, (column * rows + row) * width];
            expect([...once.data.subarray(to, to + width)]).toEqual([...data.subarray(from, from + width)]);
          }
        }
        expect(transposed(once)).toEqual({ dtype: 'F32', shape: [rows, columns], data });
      }),
    );
  });
});
