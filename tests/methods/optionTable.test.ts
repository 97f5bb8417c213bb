/** The fields of adapter_config.json that follow from a table: names, looser reading, other values. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loraOptionsSchema } from '../../main/methods/lora/spec.ts';
import { configSchema, option, readOptions, writeOptions } from '../../main/methods/optionTable.ts';
import { veraOptionsSchema } from '../../main/methods/vera/spec.ts';

test('under the names of the file, whatever else it holds', () => {
  const config = configSchema(veraOptionsSchema).parse({ r: 4, save_projection: false, peft_type: 'VERA' });
  expect(config).not.toHaveProperty('peft_type');
  expect(readOptions(veraOptionsSchema, config)).toEqual(veraOptionsSchema.parse({ rank: 4, saveProjection: false }));
});

test('a problem names the field as the file does', () => {
  expect(configSchema(veraOptionsSchema).safeParse({ r: 'x' }).error?.issues[0]?.path).toEqual(['r']);
});

describe('what files hold and people do not give', () => {
  test.each([
    [{ lora_alpha: 0 }, { alpha: 0 }],
    [
      { target_modules: [], layers_pattern: '', exclude_modules: null },
      { targets: null, layersPattern: null },
    ],
    [{ layers_to_transform: 3 }, { layersToTransform: [3] }],
    [
      { rank_pattern: null, alpha_pattern: null },
      { rankPattern: {}, alphaPattern: {} },
    ],
    [{ init_lora_weights: 'eva' }, { initialization: 'kaiming' }],
    [{ init_lora_weights: 'gaussian' }, { initialization: 'gaussian' }],
  ])('%j', (stored, options) => {
    expect(readOptions(loraOptionsSchema, configSchema(loraOptionsSchema).parse(stored))).toMatchObject(options);
  });
});

test('is written as PEFT has it', () => {
  const config = writeOptions(loraOptionsSchema, loraOptionsSchema.parse({ rslora: true }));
  expect(config).toMatchObject({ r: 8, use_rslora: true, init_lora_weights: true, rank_pattern: {} });
  expect(writeOptions(loraOptionsSchema, loraOptionsSchema.parse({ initialization: 'gaussian' }))).toMatchObject({
    init_lora_weights: 'gaussian',
  });
});

test('a field that says nothing of itself is a mistake of the table', () => {
  const table = z.strictObject({ bare: z.number().default(1), named: option(z.number().default(1), about) });
  expect(() => writeOptions(table, table.parse({}))).toThrow('bare');
});

const about = { title: { en: 'A', ja: 'ア' }, description: { en: 'b', ja: 'イ' }, stored: 'a' };
