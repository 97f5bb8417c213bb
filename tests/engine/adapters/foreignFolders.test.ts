/**
 * PEFT folders as others write them: fields of Unsloth and LLaMA-Factory, indices of any width, projections drawn by
 * another build of PyTorch. Catches a folder that is refused for what changes nothing, and one that is read otherwise
 * because of it.
 */
import { describe, expect, test } from 'vitest';
import { getAdapterMethod, readAdapter } from '../../../main/engine/adapters/registry.ts';
import { veraProjection } from '../../../main/methods/vera/projection.ts';
import type { PeftTensor } from '../../../main/formats/peftFolder.ts';
import { altered, readFixture, tinyShape } from './tinyLlama.ts';

const lora = readFixture('lora_r4_a8');
const everyLinear = 'k_proj|q_proj|v_proj|o_proj|gate_proj|up_proj|down_proj';
const blocks = 'self_attn|attention|attn|mlp|feed_forward|ffn|dense';

describe('LoRA of other tools in PEFT’s layout', () => {
  test.each<[string, Record<string, unknown>]>([
    [
      'Unsloth, with a list',
      {
        auto_mapping: {
          base_model_class: 'LlamaForCausalLM',
          parent_library: 'transformers.models.llama',
          unsloth_fixed: true,
        },
        base_model_name_or_path: 'unsloth/tiny-llama-unsloth-bnb-4bit',
        peft_version: '0.18.0',
        task_type: 'CAUSAL_LM',
      },
    ],
    [
      'Unsloth, with its expression',
      {
        target_modules: `(?:.*?(?:language|text).*?(?:${blocks}).*?(?:${everyLinear}).*?)|(?:\\bmodel\\.layers\\.[\\d]{1,}\\.(?:${blocks})\\.(?:(?:${everyLinear})))`,
        task_type: null,
      },
    ],
    [
      'LLaMA-Factory, leaving out other towers',
      { target_modules: `^(?!.*(?:visual|audio_tower)).*(?:${everyLinear}).*` },
    ],
    [
      'torchtune, with the fewest fields',
      {
        ...Object.fromEntries(Object.keys(lora.config).map((field) => [field, undefined])),
        r: 4,
        lora_alpha: 8,
        peft_type: 'LORA',
        target_modules: everyLinear.split('|'),
      },
    ],
    [
      'a later PEFT, with options that are off',
      { some_new_option: null, another: false, yet_another: {}, and_a_number: 3, use_new: '' },
    ],
  ])('%s', (_, fields) => {
    const weights = readAdapter(altered(lora, fields), tinyShape);
    expect(weights.targets).toHaveLength(14);
    expect(weights.trained).toEqual(readAdapter(lora, tinyShape).trained);
  });
});

test('VB-LoRA’s indices may be of any width', () => {
  const folder = readFixture('vblora_topk2_u8');
  const expected = readAdapter(folder, tinyShape).trained;
  const widths = { I16: Int16Array, I32: Int32Array } as const;
  const widened = (dtype: 'I16' | 'I32' | 'I64') =>
    Object.fromEntries(
      [...folder.tensors]
        .filter(([key]) => key.endsWith('_topk_indices'))
        .map(([key, { shape, data }]): [string, PeftTensor] => {
          const { buffer } = dtype === 'I64' ? BigInt64Array.from(data, BigInt) : widths[dtype].from(data);
          return [key, { dtype, shape, data: new Uint8Array(buffer) }];
        }),
    );
  for (const dtype of ['I16', 'I32', 'I64'] as const)
    expect(readAdapter(altered(folder, {}, widened(dtype)), tinyShape).trained).toEqual(expected);
});

test('VeRA’s projection may come from a PyTorch that rounds otherwise, and that is not worth a notice', () => {
  const folder = readFixture('vera_r8_all_saved');
  const { a, b } = veraProjection(
    Number(folder.config.projection_prng_key),
    { rank: 8, inMax: 64, outMax: 64 },
    'separate',
  );
  const bytes = ({ data }: { data: Float32Array }) => new Uint8Array(data.buffer);
  const other = altered(
    folder,
    {},
    {
      'base_model.vera_A': { dtype: 'F32', shape: a.shape, data: bytes(a) },
      'base_model.vera_B': { dtype: 'F32', shape: b.shape, data: bytes(b) },
    },
  );
  const weights = readAdapter(other, tinyShape);
  expect(weights.frozen).not.toEqual(readAdapter(folder, tinyShape).frozen);
  expect(getAdapterMethod('vera').notices?.(other, weights)).toEqual([]);
});
