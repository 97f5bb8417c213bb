import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fetchHubAdapter } from '../../main/hub/fetchAdapter.ts';
import { fixturePath } from '../support/fixtures.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { filesOf, hubId, openHub } from './openHub.ts';

const lora = filesOf(fixturePath('lora_r4_a8'));

async function openAdapterHub(files: ReadonlyMap<string, Buffer>) {
  return openHub(files, fetchHubAdapter);
}

function inFolder(folder: string, files: ReadonlyMap<string, Buffer>): Map<string, Buffer> {
  return new Map([...files].map(([name, content]) => [`${folder}/${name}`, content]));
}

describe('an adapter of the hub', () => {
  it('is its two files, those of its prompts, and nothing else', async () => {
    const more = {
      'README.md': 'x',
      'tokenizer.json': '{}',
      'adapter_model.bin': 'pickle',
      'checkpoint-5/optimizer.pt': 'x',
    };
    const { fetch } = await openAdapterHub(filesOf(fixturePath('lora_r4_a8'), more));
    const dir = await fetch();
    expect(readdirSync(dir).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors', 'tokenizer.json']);
    expect(readFileSync(join(dir, 'adapter_model.safetensors'))).toEqual(lora.get('adapter_model.safetensors'));
  });

  it('may lie in a folder: the only one, or the one that was named', async () => {
    const one = await openAdapterHub(inFolder('final', lora));
    expect(readdirSync(await one.fetch())).toHaveLength(2);
    const two = await openAdapterHub(new Map([...inFolder('a', lora), ...inFolder('b', lora)]));
    expect(await graftErrorOfAsync(two.fetch)).toMatchObject({
      code: 'invalid',
      data: { remedy: expect.stringMatching(/hub:somebody\/tiny-llama\/a.*a, b/) },
    });
    expect(readdirSync(await two.fetch({ source: `hub:${hubId}/b` }))).toHaveLength(2);
    expect((await graftErrorOfAsync(() => two.fetch({ source: `hub:${hubId}/c` }))).data.remedy).toMatch(/a, b/);
  });

  it('may have the layout of another program', async () => {
    const { fetch } = await openAdapterHub(filesOf(fixturePath('mlx_lm_lora')));
    expect(readdirSync(await fetch()).sort()).toEqual(['adapter_config.json', 'adapters.safetensors']);
  });

  it('may be a GGUF LoRA: the only file of its kind, or the one that was named', async () => {
    const gguf = Buffer.from('GGUF');
    const one = await openAdapterHub(new Map([['lora-f16.gguf', gguf]]));
    expect(readFileSync(await one.fetch())).toEqual(gguf);
    const two = await openAdapterHub(new Map([...lora, ['gguf/lora-f16.gguf', gguf]]));
    expect(readdirSync(await two.fetch()).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
    expect(readFileSync(await two.fetch({ source: `hub:${hubId}/gguf/lora-f16.gguf` }))).toEqual(gguf);
  });

  it('is no pickle, no model and no half', async () => {
    const config = lora.get('adapter_config.json') ?? Buffer.alloc(0);
    const pickle = await openAdapterHub(
      new Map([
        ['adapter_config.json', config],
        ['adapter_model.bin', Buffer.from('x')],
      ]),
    );
    expect(await graftErrorOfAsync(pickle.fetch)).toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/pickle/),
    });
    expect(pickle.hub.requests.some((request) => request.includes('resolve'))).toBe(false);
    const half = await openAdapterHub(new Map([['adapter_config.json', config]]));
    expect((await graftErrorOfAsync(half.fetch)).message).toMatch(/no weights/);
    const model = await openAdapterHub(filesOf(fixturePath('tiny_llama_base')));
    expect((await graftErrorOfAsync(model.fetch)).data.remedy).toMatch(/model fetch/);
  });

  it('with a broken shard is refused and leaves nothing that could be taken for it', async () => {
    const { fetch, hub, cacheDir } = await openAdapterHub(lora);
    hub.faults = { spoiled: 'adapter_model.safetensors' };
    expect((await graftErrorOfAsync(fetch)).code).toBe('integrity');
    const left = readdirSync(cacheDir, { recursive: true }).map(String);
    expect(left.filter((name) => name.includes('adapter_model'))).toEqual([]);
  });
});
