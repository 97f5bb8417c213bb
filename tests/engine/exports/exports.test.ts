/**
 * Every export of every method and family, written, read back and compared. What the code's own readers could agree on
 * wrongly (names, row order) is held against a second way here, and against llama.cpp and PEFT in `npm run interop`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureParity } from '../../../main/engine/exports/parity.ts';
import { openGguf } from '../../../main/formats/gguf.ts';
import { readPeftFolder, writePeftFolder } from '../../../main/formats/peftFolder.ts';
import { floatsFromBytes, openSafetensors } from '../../../main/formats/safetensors.ts';
import { backendSettings } from '../../support/backends.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { dirWithHead, reversedRows, tiedModel } from '../../support/ownHead.ts';
import { modelDirOf, shardedDir, tinyGguf, tinyLlamaDir } from '../../support/tinyModel.ts';
import { peftFixtures } from '../adapters/tinyLlama.ts';
import { familyFixtures } from '../models/familyFixtures.ts';
import { madeAdapter, runExport } from './exportRequests.ts';

const exact = 1e-5;
const exactForms = [
  ['peft', {}],
  ['lora', {}],
  ['gguf-lora', {}],
  ['merged', { dtype: 'f32' }],
  ['merged-gguf', { dtype: 'f32' }],
] as const;

describe.each(peftFixtures)('%s', (name) => {
  it.each(exactForms)('as %s answers as before', async (to, options) => {
    const { parity } = await runExport({ modelDir: tinyLlamaDir, adapterDir: fixturePath(name), to, options });
    expect(parity.difference).toBeLessThan(exact);
    expect(parity.rounding).toBeNull();
  });
});

describe('a scale of 0 (llama.cpp takes an alpha of 0 for a scale of 1)', () => {
  it.each(exactForms)('of every layer, as %s: the base’s answers', async (to, options) => {
    const { parity } = await runExport({
      modelDir: tinyLlamaDir,
      adapterDir: fixturePath('peft_kinds/alpha_zero'),
      to,
      options,
    });
    expect(parity.difference).toBeLessThan(exact);
  });

  it.each(exactForms)('of one kind of layer, as %s: that of the others', async (to, options) => {
    const adapterDir = await madeAdapter(tinyLlamaDir, 'lora');
    const { dir: _, ...folder } = readPeftFolder(adapterDir);
    await writePeftFolder(adapterDir, { ...folder, config: { ...folder.config, alpha_pattern: { q_proj: 0 } } });
    const { parity } = await runExport({ modelDir: tinyLlamaDir, adapterDir, to, options });
    expect(parity.difference).toBeLessThan(exact);
  });
});

describe.each(familyFixtures)('%s', (name) => {
  it.each(['lora', 'vera'] as const)(
    '%s for llama.cpp and merged answers as before (another name, order or transposition)',
    async (method) => {
      const modelDir = fixturePath(name);
      const adapterDir = await madeAdapter(modelDir, method);
      for (const [to, options] of exactForms.slice(2)) {
        const { parity } = await runExport({ modelDir, adapterDir, to, options });
        expect(parity.difference, to).toBeLessThan(exact);
      }
    },
  );
});

describe.each(['arch_bert_cls', 'arch_roberta_cls'])('%s', (name) => {
  const modelDir = fixturePath(name);
  const labels = ['bad', 'fair', 'good', 'best'];

  it.each([[[]], [labels]])('goes out with its head, the base’s own or a trained one: %j', async (ofHead) => {
    const adapterDir = await madeAdapter(modelDir, 'lora', {}, ofHead);
    for (const [to, options] of [exactForms[0], exactForms[1], exactForms[3]]) {
      const { parity, outDir } = await runExport({ modelDir, adapterDir, to, options });
      expect(parity.difference, to).toBeLessThan(exact);
      if (to !== 'merged' || ofHead.length === 0) continue;
      const config = JSON.parse(readFileSync(join(outDir, 'config.json'), 'utf8')) as object;
      expect(config).toMatchObject({ id2label: { 0: 'bad', 3: 'best' }, problem_type: 'single_label_classification' });
    }
  });
});

describe('rounded weights', () => {
  const adapterDir = fixturePath('lora_r4_a8');
  it.each([
    ['merged', 'bf16', 'BF16'],
    ['merged', 'f16', 'F16'],
    ['merged-gguf', 'f16', 'F16'],
    ['merged-gguf', 'q8_0', 'Q8_0'],
    ['gguf-lora', 'f16', 'F16'],
  ])('%s as %s is within its tolerance and says so', async (to, dtype, rounding) => {
    const { parity } = await runExport({ modelDir: tinyLlamaDir, adapterDir, to, options: { dtype } });
    expect(parity.rounding).toBe(rounding);
    expect(parity.difference).toBeGreaterThan(0);
    expect(parity.difference).toBeLessThan(parity.tolerance ?? 0);
  });

  it('are refused where a weight does not fit the type (infinities that only a chat would show)', async () => {
    const large = await madeAdapter(tinyLlamaDir, 'lora', { alpha: 1e7 });
    const error = await graftErrorOfAsync(() =>
      runExport({ modelDir: tinyLlamaDir, adapterDir: large, to: 'merged-gguf' }),
    );
    expect(error.code).toBe('integrity');
  });
});

describe('a GGUF LoRA', () => {
  it('has the rows of B where llama.cpp rotates them, and one alpha (a fluent wrong answer there)', async () => {
    const adapterDir = fixturePath('lora_r4_a8');
    const { outDir, files } = await runExport({ modelDir: tinyLlamaDir, adapterDir, to: 'gguf-lora' });
    const file = openGguf(join(outDir, files[0]));
    const { tensors } = readPeftFolder(adapterDir);
    const key = 'base_model.model.model.layers.1.self_attn.q_proj.lora_B.weight';
    const tensor = tensors.get(key);
    const original = floatsFromBytes('F32', tensor?.data.slice() ?? new Uint8Array());
    // (out, r) seen as (heads, 2, half a head, r) with the middle two exchanged.
    const [heads, half, rank] = [4, 4, 4];
    const expected = new Float32Array(original.length);
    for (let head = 0; head < heads; head++)
      for (let part = 0; part < 2; part++)
        for (let row = 0; row < half; row++)
          for (let column = 0; column < rank; column++) {
            const from = ((head * 2 + part) * half + row) * rank + column;
            expected[((head * half + row) * 2 + part) * rank + column] = original[from];
          }
    expect(tensor?.shape).toEqual([32, 4]);
    expect(file.readFloat32('blk.1.attn_q.weight.lora_b')).toEqual(expected);
    expect(Object.fromEntries(file.metadata)).toMatchObject({
      'general.architecture': 'llama',
      'general.type': 'adapter',
      'adapter.type': 'lora',
      'adapter.lora.alpha': 8,
    });
    file.close();
  });

  it('says the scale of rank-stabilised LoRA and of patterns, which have no place in the file', async () => {
    for (const options of [
      { rslora: true },
      { rankPattern: { q_proj: 1 }, alphaPattern: { v_proj: 32, 'layers.1.mlp.up_proj': 1 } },
    ]) {
      const adapterDir = await madeAdapter(tinyLlamaDir, 'lora', { alpha: 5, ...options });
      for (const [to] of exactForms.slice(1, 3)) {
        const { parity } = await runExport({ modelDir: tinyLlamaDir, adapterDir, to });
        expect(parity.difference).toBeLessThan(exact);
      }
    }
  });
});

describe('plain LoRA', () => {
  it('has no patterns, no rank stabilisation and a whole alpha (servers ignore the first two in silence)', async () => {
    const adapterDir = fixturePath('peft_versions/v0.13_lora_patterns');
    const { outDir, parity } = await runExport({ modelDir: tinyLlamaDir, adapterDir, to: 'lora' });
    const { config } = readPeftFolder(outDir);
    expect(config).toMatchObject({ rank_pattern: {}, alpha_pattern: {}, use_rslora: false, lora_alpha: config.r });
    expect(parity.difference).toBeLessThan(exact);
    const plain = await runExport({ modelDir: tinyLlamaDir, adapterDir: fixturePath('lora_r4_a8'), to: 'lora' });
    expect(readPeftFolder(plain.outDir).config).toMatchObject({ r: 4, lora_alpha: 8 });
  });

  it('with a lower rank states its error, layer by layer, and is exact where the rank suffices', async () => {
    const adapterDir = fixturePath('vera_r8_all_saved');
    const at = async (rank: number) => runExport({ modelDir: tinyLlamaDir, adapterDir, to: 'lora', options: { rank } });
    const [low, high] = [await at(2), await at(8)];
    expect(low.truncation?.relativeError).toBeGreaterThan(0.1);
    expect(low.truncation?.layers).toHaveLength(14);
    expect(low.parity.tolerance).toBeNull();
    expect(readPeftFolder(low.outDir).config.r).toBe(2);
    expect(high.truncation?.relativeError).toBeLessThan(1e-6);
    expect(high.parity.difference).toBeLessThan(exact);
  });
});

describe('a VeRA adapter with projections of its own', () => {
  const adapterDir = fixturePath('peft_versions/v0.21_vera_own_projection');

  it('is exported with a warning, and not for readers that would ignore them', async () => {
    const { notes } = await runExport({ modelDir: tinyLlamaDir, adapterDir, to: 'peft' });
    expect(notes).toHaveLength(1);
    const older = runExport({ modelDir: tinyLlamaDir, adapterDir, to: 'peft', options: { olderReaders: true } });
    await expect(older).rejects.toMatchObject({ code: 'unsupported', data: { field: 'olderReaders' } });
  });

  it('while one that PEFT drew itself goes to both, the older ones without fields that they refuse', async () => {
    const drawn = { modelDir: tinyLlamaDir, adapterDir: fixturePath('vera_r8_all_saved'), to: 'peft' };
    expect((await runExport(drawn)).notes).toEqual([]);
    const { outDir, parity } = await runExport({ ...drawn, options: { olderReaders: true } });
    const { config, tensors } = readPeftFolder(outDir);
    expect(config).not.toHaveProperty('peft_version');
    expect(config.save_projection).toBe(false);
    expect([...tensors.keys()].some((key) => /vera_[AB]$/.test(key))).toBe(false);
    expect(parity.difference).toBeLessThan(exact);
  });
});

describe('weights that an adapter replaces as a whole', () => {
  const adapterDir = fixturePath('peft_versions/v0.13_lora_modules_to_save');

  it.each(['lora', 'merged', 'merged-gguf'] as const)('go into %s', async (to) => {
    const options = to === 'lora' ? {} : { dtype: 'f32' };
    const { parity } = await runExport({ modelDir: tinyLlamaDir, adapterDir, to, options });
    expect(parity.difference).toBeLessThan(exact);
  });

  it.each(['merged', 'merged-gguf'] as const)(
    'go into %s of a tied base that holds a copy of its head (the trained head was lost)',
    async (to) => {
      const tied = tiedModel('tiny_llama_base');
      const modelDir = dirWithHead(tied, tied.embedding);
      const { parity } = await runExport({ modelDir, adapterDir, to, options: { dtype: 'f32' } });
      expect(parity.difference).toBeLessThan(exact);
    },
  );

  it('are refused by name where the format has no place for them', async () => {
    const error = await graftErrorOfAsync(() => runExport({ modelDir: tinyLlamaDir, adapterDir, to: 'gguf-lora' }));
    expect(error.code).toBe('unsupported');
    expect(error.message).toMatch(/replaces \S+/);
  });
});

describe('a head of its own beside a configuration that ties it', () => {
  it.each(familyFixtures.filter((name) => name !== 'arch_gemma2'))(
    '%s: goes into every merged form',
    async (fixture) => {
      const tied = tiedModel(fixture);
      const modelDir = dirWithHead(tied, reversedRows(tied.embedding));
      for (const [to, options] of exactForms.slice(3)) {
        const { parity, outDir } = await runExport({ modelDir, adapterDir: null, to, options });
        expect(parity.difference, to).toBeLessThan(exact);
        if (to !== 'merged') continue;
        const config = JSON.parse(readFileSync(join(outDir, 'config.json'), 'utf8')) as object;
        expect(config).toMatchObject({ tie_word_embeddings: false });
      }
    },
  );

  it('of Gemma 2 has no place in a GGUF: llama.cpp would refuse the file', async () => {
    const tied = tiedModel('arch_gemma2');
    const modelDir = dirWithHead(tied, reversedRows(tied.embedding));
    const error = await graftErrorOfAsync(() => runExport({ modelDir, adapterDir: null, to: 'merged-gguf' }));
    expect(error).toMatchObject({ code: 'unsupported', data: { field: 'lm_head.weight' } });
  });
});

describe('a base that was saved as the bare decoder', () => {
  it.each([
    ['arch_qwen3', 'Qwen3Model', 'Qwen3ForCausalLM'],
    ['arch_gpt2', 'GPT2Model', 'GPT2LMHeadModel'],
  ])('%s goes out as the class that its written names belong to', async (fixture, bare, whole) => {
    const { tensors, config } = tiedModel(fixture);
    const names = [...tensors].map(([name, tensor]) => [name.replace(/^(model|transformer)\./, ''), tensor] as const);
    const modelDir = modelDirOf(new Map(names), { ...config, architectures: [bare] });
    const { outDir } = await runExport({ modelDir, adapterDir: null, to: 'merged' });
    expect(JSON.parse(readFileSync(join(outDir, 'config.json'), 'utf8'))).toMatchObject({ architectures: [whole] });
  });
});

describe('a model alone', () => {
  it('keeps every byte that needs no change, whatever file it is in', async () => {
    const { outDir, parity } = await runExport({ modelDir: shardedDir(), adapterDir: null, to: 'merged' });
    expect(parity.difference).toBe(0);
    const [base, copy] = [tinyLlamaDir, outDir].map((dir) => openSafetensors(join(dir, 'model.safetensors')));
    for (const name of base.tensors.keys()) expect(copy.readBytes(name)).toEqual(base.readBytes(name));
    base.close();
    copy.close();
  });

  it('writes whole numbers that transformers takes as floats alone with their point (it refuses the model otherwise)', async () => {
    const { outDir } = await runExport({ modelDir: fixturePath('arch_gemma2'), adapterDir: null, to: 'merged' });
    expect(readFileSync(join(outDir, 'config.json'), 'utf8')).toMatch(/"final_logit_softcapping": \d+\.0,?\n/);
  });

  it('becomes several files with an index above the limit', async () => {
    const options = { shardGigabytes: 2e-5 };
    const { files, outDir, parity } = await runExport({
      modelDir: tinyLlamaDir,
      adapterDir: null,
      to: 'merged',
      options,
    });
    expect(files.filter((name) => name.endsWith('.safetensors')).length).toBeGreaterThan(2);
    const index = JSON.parse(readFileSync(join(outDir, 'model.safetensors.index.json'), 'utf8')) as {
      weight_map: Record<string, string>;
    };
    expect(new Set(Object.values(index.weight_map))).toEqual(
      new Set(files.filter((name) => name.endsWith('.safetensors'))),
    );
    expect(parity.difference).toBe(0);
  });

  it.each(['merged', 'merged-gguf'])('from a GGUF to %s, with what that file says of itself', async (to) => {
    const { outDir, files, parity } = await runExport({
      modelDir: tinyGguf,
      adapterDir: null,
      to,
      options: { dtype: 'f32' },
    });
    expect(parity.difference).toBeLessThan(exact);
    if (to === 'merged') {
      const config = JSON.parse(readFileSync(join(outDir, 'config.json'), 'utf8')) as object;
      expect(config).toMatchObject({ model_type: 'llama', hidden_size: 32, torch_dtype: 'float32' });
    } else {
      const file = openGguf(join(outDir, files[0]));
      expect(file.metadata.get('general.license')).toBe('apache-2.0');
      file.close();
    }
  });
});

describe('an export that is stopped', () => {
  it('ends as cancelled', async () => {
    const signal = AbortSignal.abort();
    const asked = { modelDir: tinyLlamaDir, adapterDir: fixturePath('lora_r4_a8'), signal };
    for (const to of ['merged', 'merged-gguf', 'gguf-lora']) {
      await expect(runExport({ ...asked, to }), to).rejects.toMatchObject({ name: 'AbortError' });
    }
    expect(readdirSync(fixturePath('lora_r4_a8'))).toHaveLength(2);
  });

  it('ends so while logits are compared too', async () => {
    const side = { modelDir: tinyLlamaDir, adapterDir: null };
    const comparing = measureParity(backendSettings.cpu, {
      original: side,
      written: side,
      signal: AbortSignal.abort(),
    });
    await expect(comparing).rejects.toMatchObject({ name: 'AbortError' });
  });
});
