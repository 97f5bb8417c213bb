import { expect, it } from 'vitest';
import type { Model } from '../../../main/contract/entities.ts';
import type { ChatBackendRequest } from '../../../main/contract/conversations.ts';
import { chooseChatEngine, type ChatEngineWish } from '../../../main/studio/chats/chatEngineChoice.ts';
import type { BackendWorld } from '../../../main/studio/machine/backendChoice.ts';
import { readMachine } from '../../../main/studio/machine/machine.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { graftErrorOf } from '../../support/graftErrors.ts';

const { shape } = inspectModel(fixturePath('tiny_llama_base'));
const gguf = { name: 'tiny', format: 'gguf', shape, notices: [] as Model['notices'] } as Model;
const folder = { ...gguf, format: 'safetensors' } as Model;

function world({ free = 1e12, installed = true } = {}): BackendWorld {
  const runtime = { id: 'llama.cpp', version: '1', dir: '/runtimes/llama.cpp-1', sizeBytes: 1, verified: true };
  return {
    machine: { ...readMachine(), cores: 2, freeMemoryBytes: free, nvidiaGpu: null },
    findRuntime: (id) => (installed && id === 'llama.cpp' ? runtime : undefined),
  };
}

const wish = (request: ChatBackendRequest = {}, others: Partial<ChatEngineWish> = {}): ChatEngineWish => ({
  ...{ model: gguf, request, preferred: 'auto', staysOn: undefined, ...others },
});
const backendOf = (asked: ChatEngineWish, where = world()): string => chooseChatEngine(asked, where).settings.backend;

it('auto takes tensors where the model fits, else llama.cpp, and says what is missing', () => {
  expect(backendOf(wish())).toBe('wasm');
  const { settings, why } = chooseChatEngine(wish(), world({ free: 1e6 }));
  expect(settings).toMatchObject({ backend: 'llama.cpp', threads: 2 });
  expect(why.text).toMatch(/would need \d+\.\d GB .* 0\.0 GB are free/);
});

it('what llama.cpp alone reads goes there whatever is preferred, and nowhere else (it failed among the weights)', () => {
  const model = { ...gguf, notices: [{ kind: 'llamaCppOnly' as const, types: ['IQ4_NL', 'TQ1_0'] }] };
  const { settings, why } = chooseChatEngine(wish({}, { model, preferred: 'tensor' }), world());
  expect([settings.backend, why.text]).toEqual([
    'llama.cpp',
    'its weights are in IQ4_NL, TQ1_0, which llama.cpp alone reads',
  ]);
  expect(backendOf(wish({ engine: 'llama.cpp' }, { model }))).toBe('llama.cpp');
  for (const request of [{ engine: 'tensor' }, { backend: 'cpu' }, { precision: 'int8' }] as const) {
    expect(graftErrorOf(() => chooseChatEngine(wish(request, { model }), world())).message).toContain(
      'cannot be run by the tensor engine',
    );
  }
  const error = graftErrorOf(() => chooseChatEngine(wish({}, { model }), world({ installed: false })));
  expect(error).toMatchObject({
    code: 'backendUnavailable',
    data: { remedy: 'Install the runtime llama.cpp (runtime install llama.cpp).' },
  });
});

it('auto stays with tensors, and tells what would help, where llama.cpp cannot be had', () => {
  const bare = chooseChatEngine(wish(), world({ free: 1e6, installed: false }));
  expect([bare.settings.backend, bare.why.text]).toEqual([
    'wasm',
    expect.stringContaining('the runtime llama.cpp needs less'),
  ]);
  const other = chooseChatEngine(wish({}, { model: folder }), world({ free: 1e6 }));
  expect([other.settings.backend, other.why.text]).toEqual(['wasm', expect.stringContaining('as a GGUF')]);
});

it('auto leaves a loaded model where it is (the model’s own weights have taken the free memory)', () => {
  expect(backendOf(wish({}, { staysOn: 'tensor' }), world({ free: 1e6 }))).toBe('wasm');
  expect(backendOf(wish({}, { staysOn: 'llama.cpp' }))).toBe('llama.cpp');
});

it('auto keeps the weights as int8 where only those fit, and does not change its mind once they are loaded', () => {
  const large = { ...gguf, shape: { ...shape, parameterCount: 1e9 } };
  const where = world({ free: 2e9, installed: false });
  const { settings, why } = chooseChatEngine(wish({}, { model: large }), where);
  expect(settings).toMatchObject({ backend: 'wasm', precision: 'int8' });
  expect(why.text).toMatch(/would need 4\.\d GB .* int8/);
  const again = chooseChatEngine(
    wish({}, { model: large, staysOn: 'tensor', storedAs: 'int8' }),
    world({ free: 5e8, installed: false }),
  );
  expect(again.settings).toEqual(settings);
  expect(chooseChatEngine(wish({ precision: 'float32' }, { model: large }), where).settings).toMatchObject({
    precision: 'float32',
  });
});

it('a request goes before the preference, and both before the memory', () => {
  expect(backendOf(wish({}, { preferred: 'llama.cpp' }))).toBe('llama.cpp');
  expect(backendOf(wish({ engine: 'tensor' }, { preferred: 'llama.cpp' }))).toBe('wasm');
  expect(backendOf(wish({ backend: 'cpu' }, { preferred: 'llama.cpp' }))).toBe('cpu');
  expect(backendOf(wish({ engine: 'llama.cpp', threads: 7 }))).toBe('llama.cpp');
});

it('refuses what was asked for and cannot be had, instead of stepping down quietly', () => {
  const refusal = (asked: ChatEngineWish, where = world()) => graftErrorOf(() => chooseChatEngine(asked, where));
  expect(refusal(wish({ engine: 'llama.cpp' }, { model: folder }))).toMatchObject({
    code: 'unsupported',
    data: { field: 'engine' },
  });
  expect(refusal(wish({ engine: 'llama.cpp' }), world({ installed: false }))).toMatchObject({
    code: 'backendUnavailable',
    data: { remedy: expect.stringContaining('runtime install llama.cpp') as unknown },
  });
  expect(refusal(wish({ engine: 'llama.cpp', precision: 'float32' }))).toMatchObject({ code: 'invalid' });
});

const said = { code: 'test', parameters: {}, text: 'because of this' };

it('auto takes llama.cpp where it is ready, the tensors with the reason where it is not, and asks no more than that', () => {
  const ready = { state: 'ready', why: null, because: said, ggufFile: '/cache/model.gguf' } as const;
  const waits = { state: 'preparing', why: said, because: null } as const;
  for (const model of [gguf, folder])
    expect(chooseChatEngine(wish({}, { model, llamaCpp: ready, staysOn: 'tensor' }), world())).toMatchObject({
      settings: { backend: 'llama.cpp' },
      why: said,
      ggufFile: '/cache/model.gguf',
    });
  const stays = chooseChatEngine(wish({}, { model: folder, llamaCpp: waits }), world());
  expect([stays.settings.backend, stays.why.text]).toEqual([
    'wasm',
    expect.stringContaining('not llama.cpp: because of this'),
  ]);
  const offered = chooseChatEngine(
    wish({}, { llamaCpp: { ...waits, state: 'notInstalled' } }),
    world({ installed: false }),
  );
  expect(offered.why.text).not.toContain('because of this');
  for (const request of [{ engine: 'tensor' }, { precision: 'float32' }, { backend: 'cpu' }] as const)
    expect(backendOf(wish(request, { llamaCpp: ready }))).not.toBe('llama.cpp');
  expect(backendOf(wish({}, { llamaCpp: ready, preferred: 'tensor' }))).toBe('wasm');
  const askedFor = chooseChatEngine(wish({ engine: 'llama.cpp' }, { model: folder, llamaCpp: ready }), world());
  expect(askedFor).toMatchObject({ settings: { backend: 'llama.cpp' }, ggufFile: '/cache/model.gguf' });
});
