import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fetchHubModel, forgetHubModel, isHubId } from '../../main/studio/hubModels.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { listingOf, standInHub } from '../support/standInHub.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { shardedDir, tinyLlamaDir } from '../support/tinyModel.ts';

const id = 'somebody/tiny-llama';

function filesOf(dir: string, more: Readonly<Record<string, string>> = {}): Map<string, Buffer> {
  const files = new Map(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name))]));
  for (const [name, text] of Object.entries(more)) files.set(name, Buffer.from(text));
  return files;
}

async function openHub(files = filesOf(tinyLlamaDir)) {
  const hub = await standInHub(id, files);
  const cacheDir = temporaryDir();
  const updates: number[] = [];
  const fetch = (options: { signal?: AbortSignal; token?: string } = {}) =>
    fetchHubModel(id, {
      cacheDir,
      env: { HF_ENDPOINT: `${hub.endpoint}/`, HF_TOKEN: options.token },
      onProgress: ({ done, total }) => updates.push(done / (total ?? 1)),
      ...(options.signal && { signal: options.signal }),
    });
  return { hub, cacheDir, updates, fetch };
}

describe('fetchHubModel', () => {
  it('fetches what belongs to a model and nothing else, with progress to the end', async () => {
    const more = {
      'README.md': '---\nlicense: mit\n---',
      'pytorch_model.bin': 'pickle',
      '../../escape.json': '{}',
      'onnx/model.onnx': 'x',
    };
    const { fetch, updates, cacheDir } = await openHub(filesOf(tinyLlamaDir, more));
    const dir = await fetch();
    expect(readdirSync(dir).sort()).toEqual(['README.md', 'config.json', 'generation_config.json', 'model.safetensors']);
    expect(readFileSync(join(dir, 'model.safetensors'))).toEqual(readFileSync(join(tinyLlamaDir, 'model.safetensors')));
    expect(updates.at(-1)).toBe(1);
    expect(updates).toEqual([...updates].sort((a, b) => a - b));
    await forgetHubModel(id, cacheDir);
    expect(existsSync(dir)).toBe(false);
  });

  it('takes shards with their index, and asks for nothing twice', async () => {
    const { fetch, hub } = await openHub(filesOf(shardedDir()));
    const dir = await fetch();
    expect(readdirSync(dir).filter((name) => name.includes('-of-'))).toHaveLength(2);
    const before = hub.requests.length;
    expect(await fetch()).toBe(dir);
    expect(hub.requests.slice(before)).toEqual(['tiny-llama?blobs=true']);
  });

  it('goes on where the connection was cut', async () => {
    const { fetch, hub } = await openHub();
    hub.faults = { cut: { name: 'model.safetensors', afterBytes: 50_000 } };
    const error = await graftErrorOfAsync(fetch);
    expect([error.code, error.data.remedy]).toEqual(['network', expect.stringMatching(/kept/)]);
    const dir = await fetch();
    expect(hub.requests.at(-1)).toMatch(/^model.safetensors bytes=[1-9]\d*-$/);
    expect(readFileSync(join(dir, 'model.safetensors'))).toEqual(readFileSync(join(tinyLlamaDir, 'model.safetensors')));
  });

  it('stops when it is cancelled, and fetches the rest the next time', async () => {
    const { fetch, hub } = await openHub();
    const controller = new AbortController();
    hub.onFile = (name) => {
      if (name === 'model.safetensors') controller.abort();
    };
    expect((await graftErrorOfAsync(() => fetch({ signal: controller.signal }))).code).toBe('cancelled');
    const before = hub.requests.length;
    expect(existsSync(join(await fetch(), 'model.safetensors'))).toBe(true);
    expect(hub.requests.slice(before).filter((name) => name.startsWith('config.json'))).toEqual([]);
  });

  it('keeps nothing that differs from its checksum or its size', async () => {
    const { fetch, hub } = await openHub();
    hub.faults = { spoiled: 'model.safetensors' };
    expect((await graftErrorOfAsync(fetch)).message).toMatch(/model.safetensors .* differs from its checksum/);
    const listing = listingOf(filesOf(tinyLlamaDir));
    const siblings = listing.siblings.map((file) => (file.rfilename === 'model.safetensors' ? { ...file, size: file.size - 1 } : file));
    hub.faults = { listing: { ...listing, siblings } };
    expect((await graftErrorOfAsync(fetch)).message).toMatch(/bytes instead of/);
    hub.faults = {};
    expect(existsSync(join(await fetch(), 'model.safetensors'))).toBe(true);
  });

  it('refuses before the weights what it cannot run or cannot read', async () => {
    const unknown = await openHub(filesOf(tinyLlamaDir, { 'config.json': '{"model_type":"somethingelse"}' }));
    expect((await graftErrorOfAsync(unknown.fetch)).code).toBe('unsupported');
    expect(unknown.hub.requests.some((name) => name.startsWith('model.safetensors'))).toBe(false);
    const pickles = await openHub(
      new Map([
        ['config.json', Buffer.from('{}')],
        ['pytorch_model.bin', Buffer.from('x')],
      ]),
    );
    expect((await graftErrorOfAsync(pickles.fetch)).message).toMatch(/no weights as safetensors/);
  });

  it('words what the hub refuses, and sends the token', async () => {
    const { fetch, hub } = await openHub();
    hub.faults = { status: 404 };
    expect(await graftErrorOfAsync(fetch)).toMatchObject({ code: 'notFound', data: { remedy: expect.stringMatching(/name/) } });
    hub.faults = { status: 503 };
    expect((await graftErrorOfAsync(fetch)).code).toBe('network');
    hub.faults = { listing: { not: 'a listing' } };
    expect((await graftErrorOfAsync(fetch)).data.remedy).toMatch(/HF_ENDPOINT/);
    hub.faults = { token: 'secret' };
    const refused = await graftErrorOfAsync(fetch);
    expect(refused.data.remedy).toMatch(/HF_TOKEN/);
    const wrong = await graftErrorOfAsync(() => fetch({ token: 'wrong-token' }));
    expect(JSON.stringify([wrong, wrong.cause])).not.toContain('wrong-token');
    expect(existsSync(join(await fetch({ token: 'secret' }), 'config.json'))).toBe(true);
  });

  it('says what to do without a network', async () => {
    const env = { HF_ENDPOINT: 'http://127.0.0.1:9' };
    const error = await graftErrorOfAsync(() => fetchHubModel(id, { cacheDir: temporaryDir(), env }));
    expect(error).toMatchObject({ code: 'network', data: { remedy: expect.stringMatching(/import a folder/) } });
  });
});

describe('isHubId', () => {
  it('takes owner/name alone: what it takes is one plain folder and two plain segments of an address', () => {
    for (const good of ['HuggingFaceTB/SmolLM2-135M', 'a/b', 'x_y/z.1-2']) expect(isHubId(good)).toBe(true);
    for (const bad of ['sample', '../x', 'a/..', 'a/b/c', 'a/b?c', 'a/b#', 'a//b', ' a/b', 'a/b ', '-a/b', 'a\\b/c'])
      expect(isHubId(bad)).toBe(false);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '.', '/', '-', '_', '%', '?', '\\', ':') }), (text) => {
        if (isHubId(text)) expect(new URL(`http://hub/${text}`).pathname).toBe(`/${text}`);
      }),
    );
  });
});
