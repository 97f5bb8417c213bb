import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useRepository } from '../../main/hub/repositoryUse.ts';
import { fixturePath } from '../support/fixtures.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { treeOf } from '../support/standInHub.ts';
import { shardedDir, tinyGguf, tinyLlamaDir, readTinyConfig } from '../support/tinyModel.ts';
import { filesOf, fillSharedCache, hubId, namesIn, openHub, referenceOf } from './openHub.ts';

const weights = readFileSync(join(tinyLlamaDir, 'model.safetensors'));

async function openModelHub(files: ReadonlyMap<string, Buffer> = filesOf(tinyLlamaDir)) {
  return openHub(files);
}

function weightsAt(dir: string): Buffer {
  return readFileSync(join(dir, 'model.safetensors'));
}

describe('what is fetched', () => {
  it('is what belongs to a model and nothing else, over pages of the listing, with progress to the end', async () => {
    const more = {
      'README.md': '---\nlicense: mit\n---',
      'pytorch_model.bin': 'pickle',
      '../../escape.json': '{}',
      'onnx/model.onnx': 'x',
      NOTICE: '',
    };
    const { fetch, updates, cacheDir, hub } = await openModelHub(filesOf(tinyLlamaDir, more));
    const dir = await fetch();
    expect(readdirSync(dir).sort()).toEqual([
      'NOTICE',
      'README.md',
      'config.json',
      'generation_config.json',
      'model.safetensors',
    ]);
    expect(weightsAt(dir)).toEqual(weights);
    expect(updates.at(-1)).toBe(1);
    expect(updates).toEqual([...updates].sort((a, b) => a - b));
    expect(hub.requests.filter((request) => request.includes('/tree/')).length).toBeGreaterThan(1);
    await useRepository(referenceOf(hubId), cacheDir, async (use) => use.forget());
    expect(existsSync(dir)).toBe(false);
  });

  it('are shards with their index, and nothing is asked for twice', async () => {
    const { fetch, hub } = await openModelHub(filesOf(shardedDir()));
    const dir = await fetch();
    expect(readdirSync(dir).filter((name) => name.includes('-of-'))).toHaveLength(2);
    const before = hub.requests.length;
    expect(await fetch()).toBe(dir);
    expect(hub.requests.slice(before).filter((request) => request.includes('resolve'))).toEqual([]);
  });

  it('is one GGUF where there is no other form of the model, or the one that was named', async () => {
    const gguf = readFileSync(tinyGguf);
    const one = await openModelHub(new Map([['tiny-Q4_0.gguf', gguf]]));
    expect(basename(await one.fetch())).toBe('tiny-Q4_0.gguf');
    const several = await openModelHub(
      new Map([
        ['tiny-Q4_0.gguf', gguf],
        ['q8/tiny Q8_0.gguf', gguf],
        ['tiny-F16-00001-of-00002.gguf', gguf],
      ]),
    );
    const error = await graftErrorOfAsync(several.fetch);
    expect(error.message).toMatch(/2 GGUF files/);
    expect(error.data.remedy).toMatch(/hub:somebody\/tiny-llama\/tiny-Q4_0\.gguf.*q8\/tiny Q8_0\.gguf/);
    const named = await several.fetch({ source: `hub:${hubId}/q8/tiny Q8_0.gguf` });
    expect(readFileSync(named)).toEqual(gguf);
    expect(
      (await graftErrorOfAsync(() => several.fetch({ source: `hub:${hubId}/tiny-F16-00001-of-00002.gguf` }))).code,
    ).toBe('unsupported');
    const missing = await graftErrorOfAsync(() => several.fetch({ source: `hub:${hubId}/none.gguf` }));
    expect(missing).toMatchObject({ code: 'notFound', data: { remedy: expect.stringMatching(/tiny-Q4_0/) } });
  });

  it('may lie in a folder of the repository', async () => {
    const files = filesOf(tinyLlamaDir);
    const { fetch } = await openModelHub(new Map([...files].map(([name, content]) => [`small/${name}`, content])));
    const dir = await fetch({ source: `hub:${hubId}/small` });
    expect([basename(dir), readdirSync(dir).sort()]).toEqual(['small', [...files.keys()].sort()]);
  });

  it('never leads out of the cache, whatever a hub lists', async () => {
    const evil = await openModelHub(
      new Map(['../../../evil.gguf', 'a/../../evil.gguf', '/evil.gguf'].map((name) => [name, readFileSync(tinyGguf)])),
    );
    expect((await graftErrorOfAsync(evil.fetch)).message).toMatch(/no weights/);
  });

  it('is no adapter, which is said with what to do instead', async () => {
    const { fetch } = await openModelHub(filesOf(fixturePath('lora_r4_a8')));
    expect((await graftErrorOfAsync(fetch)).data.remedy).toMatch(/adapter import hub:somebody\/tiny-llama/);
  });

  it('is the revision that was asked for', async () => {
    const { fetch, hub } = await openModelHub();
    expect(weightsAt(await fetch({ source: `${hubId}@refs/pr/1` }))).toEqual(weights);
    expect(hub.requests).toContain('somebody/tiny-llama/revision/refs/pr/1');
    const error = await graftErrorOfAsync(() => fetch({ source: `${hubId}@nothing` }));
    expect(error).toMatchObject({ code: 'notFound', data: { remedy: expect.stringMatching(/revision/) } });
  });
});

describe('what is cut or changes on the way', () => {
  it('goes on where the connection was cut, and never sends the token to where large files lie', async () => {
    const { fetch, hub } = await openModelHub();
    hub.faults = { cut: { name: 'model.safetensors', afterBytes: 50_000 }, token: 'secret' };
    const env = { HF_TOKEN: 'secret' };
    const error = await graftErrorOfAsync(() => fetch({ env }));
    expect([error.code, error.data.remedy]).toEqual(['network', expect.stringMatching(/kept/)]);
    const dir = await fetch({ env });
    expect(hub.requests.at(-1)).toMatch(/model.safetensors bytes=[1-9]\d*-$/);
    expect(weightsAt(dir)).toEqual(weights);
    expect(hub.leakedTokens).toEqual([]);
  });

  it('begins again where a hub knows no ranges', async () => {
    const { fetch, hub } = await openModelHub();
    hub.faults = { cut: { name: 'model.safetensors', afterBytes: 50_000 }, withoutRanges: 'model.safetensors' };
    await graftErrorOfAsync(fetch);
    expect(weightsAt(await fetch())).toEqual(weights);
  });

  it('stops when it is cancelled, and fetches the rest the next time', async () => {
    const { fetch, hub } = await openModelHub();
    const controller = new AbortController();
    hub.onFile = (name) => {
      if (name === 'model.safetensors') controller.abort();
    };
    expect((await graftErrorOfAsync(() => fetch({ signal: controller.signal }))).code).toBe('cancelled');
    const before = hub.requests.length;
    expect(weightsAt(await fetch())).toEqual(weights);
    expect(hub.requests.slice(before).filter((request) => request.includes('config.json'))).toEqual([]);
  });

  it('takes nothing of an older revision for the newer one (a push between two attempts)', async () => {
    const { fetch, hub } = await openModelHub();
    hub.faults = { cut: { name: 'model.safetensors', afterBytes: 50_000 } };
    await graftErrorOfAsync(fetch);
    const pushed = Buffer.from(weights);
    pushed[pushed.byteLength - 1] = (pushed.at(-1) ?? 0) ^ 1;
    hub.files = new Map([...hub.files, ['model.safetensors', pushed]]);
    hub.commit = 'c'.repeat(40);
    expect(weightsAt(await fetch())).toEqual(pushed);
  });

  it('says so when the revision goes away while it is fetched', async () => {
    const { fetch, hub, cacheDir } = await openModelHub();
    hub.onFile = () => void (hub.commit = 'd'.repeat(40));
    expect(await graftErrorOfAsync(fetch)).toMatchObject({
      code: 'notFound',
      data: { remedy: expect.stringMatching(/fetch again/) },
    });
    expect(namesIn(cacheDir)).not.toContain('model.safetensors');
  });
});

describe('what is wrong', () => {
  it('is not kept: neither another checksum nor another size, of large files and of small ones', async () => {
    const { fetch, hub, cacheDir } = await openModelHub();
    hub.faults = { spoiled: 'model.safetensors' };
    expect((await graftErrorOfAsync(fetch)).message).toMatch(/model.safetensors .* differs from its checksum/);
    hub.faults = { spoiled: 'generation_config.json' };
    const small = await openModelHub();
    small.hub.faults = { spoiled: 'generation_config.json' };
    expect((await graftErrorOfAsync(small.fetch)).message).toMatch(
      /generation_config.json .* differs from its checksum/,
    );
    const shorter = treeOf(filesOf(tinyLlamaDir)).map((entry) =>
      entry.path === 'model.safetensors'
        ? { ...entry, size: entry.size - 1, lfs: { ...entry.lfs, size: entry.size - 1 } }
        : entry,
    );
    hub.faults = { tree: shorter };
    expect((await graftErrorOfAsync(fetch)).message).toMatch(/bytes instead of/);
    expect(namesIn(cacheDir).filter((name) => name.startsWith('model.safetensors'))).toEqual([]);
    hub.faults = {};
    expect(weightsAt(await fetch())).toEqual(weights);
  });

  it('is noticed before gigabytes come, where the hub names another file than it listed', async () => {
    const { fetch, hub } = await openModelHub();
    hub.faults = { otherEtag: 'model.safetensors' };
    expect((await graftErrorOfAsync(fetch)).message).toMatch(/not the file that was listed/);
    expect(hub.requests.filter((request) => request.includes('model.safetensors'))).toHaveLength(1);
  });

  it('is refused before the weights: unknown families, pickles, a missing shard', async () => {
    const unknown = await openModelHub(filesOf(tinyLlamaDir, { 'config.json': '{"model_type":"somethingelse"}' }));
    expect((await graftErrorOfAsync(unknown.fetch)).code).toBe('unsupported');
    expect(unknown.hub.requests.some((request) => request.includes('model.safetensors'))).toBe(false);
    const config = { ...readTinyConfig(), quantization_config: { quant_method: 'awq', bits: 4 } };
    const quantised = await openModelHub(filesOf(tinyLlamaDir, { 'config.json': JSON.stringify(config) }));
    expect((await graftErrorOfAsync(quantised.fetch)).message).toMatch(/quantised by AWQ/);
    expect(quantised.hub.requests.some((request) => request.includes('model.safetensors'))).toBe(false);
    const pickles = await openModelHub(
      new Map([
        ['config.json', Buffer.from('{}')],
        ['pytorch_model.bin', Buffer.from('x')],
      ]),
    );
    expect((await graftErrorOfAsync(pickles.fetch)).message).toMatch(/no weights as safetensors or GGUF/);
    const shards = filesOf(shardedDir());
    shards.delete('model-00002-of-00002.safetensors');
    const lacking = await openModelHub(shards);
    expect((await graftErrorOfAsync(lacking.fetch)).message).toMatch(/1 of its 2 shards/);
  });

  it('is worded for the person: 401, 403, 404, 429, 503, no hub at all', async () => {
    const { fetch, hub } = await openModelHub();
    const answers: readonly [number, string | undefined, string, RegExp][] = [
      [401, 'RepoNotFound', 'notFound', /hf auth login/],
      [401, 'GatedRepo', 'notFound', /Accept its terms/],
      [403, undefined, 'notFound', /Accept its terms/],
      [404, 'RepoNotFound', 'notFound', /name is written/],
      [429, undefined, 'network', /few minutes/],
      [503, undefined, 'network', /kept/],
    ];
    for (const [status, code, expected, remedy] of answers) {
      hub.faults = { status, ...(code !== undefined && { code }) };
      expect(await graftErrorOfAsync(fetch)).toMatchObject({
        code: expected,
        data: { status, remedy: expect.stringMatching(remedy) },
      });
    }
    for (const faults of [{ commit: { not: 'a commit' } }, { tree: { not: 'a tree' } }, { commit: 5 }]) {
      hub.faults = faults;
      expect((await graftErrorOfAsync(fetch)).data.remedy).toMatch(/HF_ENDPOINT/);
    }
  });

  it('asks for a token, finds the one that was logged in with, and shows none', async () => {
    const { fetch, hub, home } = await openModelHub();
    hub.faults = { token: 'secret' };
    expect((await graftErrorOfAsync(fetch)).data.remedy).toMatch(/HF_TOKEN/);
    const wrong = await graftErrorOfAsync(() => fetch({ env: { HF_TOKEN: 'wrong-token' } }));
    expect(wrong.data.remedy).toMatch(/your token/);
    expect(JSON.stringify([wrong, wrong.cause])).not.toContain('wrong-token');
    mkdirSync(join(home, '.cache', 'huggingface'), { recursive: true });
    writeFileSync(join(home, '.cache', 'huggingface', 'token'), 'secret\n');
    expect(weightsAt(await fetch())).toEqual(weights);
  });

  it('is a hub that falls silent (a fetch that would hang for ever)', async () => {
    const { fetch, hub } = await openModelHub();
    hub.faults = { silent: 'model.safetensors' };
    expect(await graftErrorOfAsync(() => fetch({ silenceMs: 200 }))).toMatchObject({
      code: 'network',
      message: expect.stringMatching(/no sign/),
    });
  });

  it('is a disk without room: before the first byte, and half-way', async () => {
    const { fetch, hub, cacheDir } = await openModelHub();
    const huge = treeOf(hub.files).map((entry) =>
      entry.lfs ? { ...entry, lfs: { ...entry.lfs, size: 2 ** 52 } } : entry,
    );
    hub.faults = { tree: huge };
    expect((await graftErrorOfAsync(fetch)).code).toBe('diskFull');
    expect(namesIn(cacheDir)).toEqual([]);
    hub.faults = {};
    if (process.platform !== 'linux') return;
    const part = join(
      cacheDir,
      'hub',
      'models--somebody--tiny-llama',
      'snapshots',
      hub.commit,
      'model.safetensors.part',
    );
    symlinkSync('/dev/full', part);
    expect((await graftErrorOfAsync(fetch)).code).toBe('diskFull');
    expect(namesIn(cacheDir)).not.toContain('model.safetensors');
    unlinkSync(part);
    expect(weightsAt(await fetch())).toEqual(weights);
  });

  it('needs no room for what is there of it (a large model that cannot be gone on with)', async () => {
    if (process.platform !== 'linux') return;
    const { fetch, hub, cacheDir } = await openModelHub();
    const size = 2 ** 42;
    const tree = treeOf(hub.files).map((entry) => (entry.lfs ? { ...entry, lfs: { ...entry.lfs, size } } : entry));
    hub.faults = { tree, withoutRanges: 'model.safetensors' };
    const dir = join(cacheDir, 'hub', 'models--somebody--tiny-llama', 'snapshots', hub.commit);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'model.safetensors.part'), '');
    truncateSync(join(dir, 'model.safetensors.part'), size - 1000);
    expect((await graftErrorOfAsync(fetch)).code).toBe('integrity');
  });
});

describe('what is on this machine', () => {
  it('is taken out of the cache of other Hugging Face programs, which stays as it is', async () => {
    const files = filesOf(tinyLlamaDir);
    const { fetch, hub, home, cacheDir } = await openModelHub(files);
    const shared = fillSharedCache(home, files, hub.commit);
    expect(weightsAt(await fetch())).toEqual(weights);
    expect(hub.requests.filter((request) => request.includes('resolve'))).toEqual([]);
    await useRepository(referenceOf(hubId), cacheDir, async (use) => use.forget());
    expect(weightsAt(join(shared, 'snapshots', hub.commit))).toEqual(weights);
  });

  it('is fetched anew where the other program left it half or spoiled', async () => {
    const files = filesOf(tinyLlamaDir);
    const { fetch, hub, home } = await openModelHub(files);
    fillSharedCache(home, new Map([...files, ['model.safetensors', weights.subarray(0, 1000)]]), hub.commit);
    expect(weightsAt(await fetch())).toEqual(weights);
  });

  it('is used without a network and where none is wanted; what is not here is said', async () => {
    const files = filesOf(tinyLlamaDir);
    const { fetch, hub, home } = await openModelHub(files);
    const offline = { HF_HUB_OFFLINE: '1' };
    const nowhere = { HF_ENDPOINT: 'http://127.0.0.1:9' };
    expect(await graftErrorOfAsync(() => fetch({ env: offline }))).toMatchObject({
      code: 'network',
      message: expect.stringMatching(/hub:somebody\/tiny-llama is not on this machine/),
    });
    expect((await graftErrorOfAsync(() => fetch({ env: nowhere }))).data.remedy).toMatch(/import a folder/);
    expect(hub.requests).toEqual([]);
    const shared = fillSharedCache(home, files, hub.commit);
    for (const env of [offline, nowhere]) expect(weightsAt(await fetch({ env }))).toEqual(weights);
    // What Graft itself has fetched does as well.
    rmSync(shared, { recursive: true });
    expect(weightsAt(await fetch({ env: offline }))).toEqual(weights);
    expect(weightsAt(await fetch({ env: offline, source: `${hubId}@${hub.commit}` }))).toEqual(weights);
    expect((await graftErrorOfAsync(() => fetch({ env: offline, source: `${hubId}@v1` }))).code).toBe('network');
  });

  it('is not used by halves: a shard that is missing is no model', async () => {
    const files = filesOf(shardedDir());
    const { fetch, hub, home } = await openModelHub(files);
    const half = new Map([...files].filter(([name]) => name !== 'model-00002-of-00002.safetensors'));
    fillSharedCache(home, half, hub.commit);
    expect((await graftErrorOfAsync(() => fetch({ env: { HF_HUB_OFFLINE: '1' } }))).code).toBe('network');
    expect(existsSync(join(await fetch(), 'model-00002-of-00002.safetensors'))).toBe(true);
    expect(hub.requests.filter((request) => request.includes('resolve') && !request.includes('00002-of'))).toEqual([]);
  });
});

describe('what two imports use at once', () => {
  it('stays until the last of them is done (one would remove the files under the other)', async () => {
    const { fetch, cacheDir } = await openModelHub();
    const reference = referenceOf(hubId);
    await useRepository(reference, cacheDir, async (first) => {
      const dir = await fetch();
      first.forget();
      await useRepository(reference, cacheDir, async (second) => second.forget());
      expect(weightsAt(dir)).toEqual(weights);
    });
    expect(namesIn(cacheDir)).toEqual([]);
  });
});
