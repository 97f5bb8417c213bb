/** The way of a base to llama.cpp, with an engine that answers as a test says; files and texts are real. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import type { EngineDifference, EngineRequests } from '../../../../main/contract/engine.ts';
import type { Adapter, Model } from '../../../../main/contract/entities.ts';
import { GraftError } from '../../../../main/contract/errors.ts';
import { englishOf, verbatim } from '../../../../main/contract/words/words.ts';
import type { ProgressUpdate } from '../../../../main/contract/progress.ts';
import type { EngineHost } from '../../../../main/engineHost/EngineHost.ts';
import { inspectModel } from '../../../../main/formats/modelFolder.ts';
import type { BackendWorld } from '../../../../main/studio/machine/backendChoice.ts';
import { readMachine } from '../../../../main/studio/machine/machine.ts';
import { convertedModelsDir } from '../../../../main/studio/shared/places.ts';
import { Tasks } from '../../../../main/studio/shared/Tasks.ts';
import { LlamaCppUse } from '../../../../main/studio/chats/llamaCpp/LlamaCppUse.ts';
import { Quiet } from '../../../../main/studio/chats/llamaCpp/Quiet.ts';
import { noteWriter } from '../../../../main/processes/writerNote.ts';
import { fixturePath } from '../../../support/fixtures.ts';
import { temporaryDir } from '../../../support/temporaryDir.ts';
import { writeTinyTextModel } from '../../../support/tinyTextModel.ts';

const good: EngineDifference = { tokens: 2000, difference: 1e-2, sameTop: 0.99 };
const adapter = (method: string): Adapter => ({ id: method, name: `my ${method}`, method, dir: method }) as Adapter;
const lora = adapter('lora');

let cacheDir: string;
let modelDir: string;
let asked: string[];
let tasks: Tasks;
let difference: (adapter: string | null) => EngineDifference;
let speeds: { tensors: number; llamaCpp: number };
let convert: (outDir: string, signal: AbortSignal) => Promise<void>;
let declined: string[];
let quiet: Quiet;
let pauses: boolean[];
let writing: (signal: AbortSignal) => Promise<void>;

beforeEach(() => {
  cacheDir = temporaryDir();
  modelDir = writeTinyTextModel(join(temporaryDir(), 'tiny'));
  asked = [];
  tasks = new Tasks({ announce: () => undefined });
  difference = () => good;
  speeds = { tensors: 10, llamaCpp: 40 };
  declined = [];
  quiet = new Quiet(0);
  pauses = [];
  writing = async () => undefined;
  convert = async (outDir) => {
    mkdirSync(outDir, { recursive: true });
    writeFileSync(join(outDir, 'model-bf16.gguf'), 'weights');
  };
});

function model(changes: Partial<Model> = {}, dir = modelDir): Model {
  const { shape } = inspectModel(dir);
  return { id: 'm', name: 'tiny', format: 'safetensors', dir, shape, contentHash: 'a'.repeat(64), ...changes } as Model;
}

function world(free = 1e12): BackendWorld {
  const runtime = { id: 'llama.cpp', version: '1', dir: '/llama', sizeBytes: 1, verified: true };
  const machine = { ...readMachine(), freeMemoryBytes: free, nvidiaGpu: null };
  return { machine, findRuntime: (id) => (id === 'llama.cpp' ? runtime : undefined) };
}

/** As another studio on the same cache folder would. */
function makeUse(free?: number): LlamaCppUse {
  return new LlamaCppUse({
    ...{
      cacheDir,
      resourcesDir: 'resources',
      world: () => world(free),
      tasks,
      quiet,
      makeHost,
      onChange: () => undefined,
    },
    tokenizer: async () =>
      ({ encode: ({ length }: string) => Array.from({ length }, (_, place) => place % 64) }) as never,
    contents: { hash: async ({ dir }) => dir.repeat(30) },
    declined: () => declined,
    adaptersOf: () => [lora],
  });
}

function makeHost(): EngineHost {
  let isLlamaCpp = false;
  const request = async (
    name: string,
    given: never,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<unknown> => {
    asked.push(name);
    if (name === 'selfTest') return { checks: [] };
    if (name === 'convertBase') return convert((given as EngineRequests['convertBase'][0]).outDir, signal);
    if (name === 'compareEngines')
      return difference((given as EngineRequests['compareEngines'][0]).adapter?.dir ?? null);
    if (name === 'generate') await writing(signal);
    if (name === 'loadModel') isLlamaCpp = (given as EngineRequests['loadModel'][0]).settings.backend === 'llama.cpp';
    return { tokensPerSecond: isLlamaCpp ? speeds.llamaCpp : speeds.tensors };
  };
  const nothing = async (): Promise<void> => undefined;
  const setPaused = (paused: boolean): void => void pauses.push(paused);
  return { request, setPaused, stop: nothing, close: nothing } as unknown as EngineHost;
}

async function prepared(use: LlamaCppUse, of: Model, adapters: readonly Adapter[] = []): Promise<void> {
  const ticket = await use.prepare(of, adapters);
  while (ticket !== undefined && tasks.get(ticket.taskId).state === 'running') await setImmediate();
}

const whyOf = async (use: LlamaCppUse, of = model(), adapters: readonly Adapter[] = []): Promise<string> =>
  (await use.standing(of, adapters)).why?.text ?? '';

it('converts and checks once; the next studio finds it ready, and a changed base is another', async () => {
  const use = makeUse();
  expect((await use.standing(model(), [])).state).toBe('unprepared');
  await prepared(use, model());
  const { state, ggufFile, because } = await makeUse().standing(model(), []);
  expect([state, existsSync(ggufFile ?? '')]).toEqual(['ready', true]);
  expect(because?.text).toContain('logits within 1.0e-2 of the largest, the same likeliest token 99.0 %');
  expect(asked.filter((name) => name === 'compareEngines')).toHaveLength(1);
  await prepared(makeUse(), model());
  expect(asked.filter((name) => name === 'convertBase')).toHaveLength(1);
  expect((await use.standing(model({ contentHash: 'b'.repeat(64) }), [])).state).toBe('unprepared');
  utimesSync(join(modelDir, 'config.json'), 1, 1);
  expect((await use.standing(model(), [])).state).toBe('unprepared');
});

it('rests while somebody waits for an answer and says so; what was timed meanwhile is timed again', async () => {
  const told: string[] = [];
  const usual = convert;
  convert = async (...given) => {
    quiet.disturb()(); // the person has an answer
    await usual(...given);
  };
  let answers = 0;
  writing = async (either) => {
    answers += 1;
    if (answers !== 2 && answers !== 3) return;
    quiet.disturb()();
    expect(either.aborted).toBe(true);
    if (answers === 3) throw new GraftError('cancelled', verbatim('Cancelled.'));
  };
  const use = makeUse();
  const onProgress = ({ label }: ProgressUpdate): void => void told.push(englishOf(label));
  expect((await use.makeReady(model(), [], { onProgress })).state).toBe('ready');
  expect(told).toContain('Resting while an answer is written');
  expect(pauses.slice(0, 3)).toEqual([false, true, false]);
  expect(asked.filter((name) => name === 'generate')).toHaveLength(2 * 4 + 2);
});

it('a conversion that is cut off is used by nobody, is tried again by the next studio, and its rest is cleared', async () => {
  const usual = convert;
  let left = '';
  const other = join(convertedModelsDir(cacheDir), '.other.0123456789ab.tmp'); // of a process that still writes
  mkdirSync(other, { recursive: true });
  convert = async (outDir) => {
    left = join(dirname(outDir), '.half.0123456789ab.tmp');
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, 'model-bf16.gguf'), 'half');
    writeFileSync(join(left, 'writer.pid'), String(spawnSync('true').pid)); // one that ran
    await noteWriter(other);
    throw new GraftError('engineCrashed', verbatim('It was killed.'));
  };
  const use = makeUse();
  await prepared(use, model());
  expect(await use.standing(model(), [])).toMatchObject({ state: 'tensors', ggufFile: undefined });
  expect(await whyOf(use)).toContain('It was killed.');
  await prepared(use, model());
  expect(asked.filter((name) => name === 'convertBase')).toHaveLength(1);
  convert = usual;
  const next = makeUse();
  await prepared(next, model());
  expect([existsSync(left), existsSync(other)]).toEqual([false, true]);
  expect((await next.standing(model(), [])).clearedBytes).toBeGreaterThan(4);
  expect((await makeUse().standing(model(), [])).state).toBe('ready');
});

it('a cancel holds until it is asked for again', async () => {
  const usual = convert;
  convert = async (_, signal) => {
    while (!signal.aborted) await setImmediate();
    throw new GraftError('cancelled', verbatim('Cancelled.'));
  };
  const use = makeUse();
  const ticket = await use.prepare(model(), []);
  expect(await whyOf(use)).toContain('is being converted and checked');
  await setImmediate();
  tasks.cancel(ticket?.taskId ?? '');
  while (tasks.list().some(({ state }) => state === 'running')) await setImmediate();
  expect(await whyOf(use)).toContain('was cancelled');
  expect(await use.prepare(model(), [])).toBeUndefined();
  convert = usual;
  expect(await use.prepare(model(), [], { agreed: true })).toBeDefined();
});

it.each([
  [{ ...good, difference: 0.5 }, 'its logits are 5.0e-1 of the largest from float32, and 2.0e-2 is the most'],
  [{ ...good, sameTop: 0.9 }, 'the same likeliest token 90.0 % of the time, and 95.0 % is the least'],
])('a base that is not exact enough stays on the tensors, and it says by how much: %o', async (found, said) => {
  difference = () => found;
  const use = makeUse();
  await prepared(use, model());
  expect((await use.standing(model(), [])).state).toBe('tensors');
  expect(await whyOf(use)).toContain(said);
  expect(asked).not.toContain('generate');
});

it('what is not faster here stays on the tensors, and is measured once by each studio', async () => {
  speeds = { tensors: 40, llamaCpp: 41 };
  const use = makeUse();
  await prepared(use, model());
  expect(await use.standing(model(), [])).toMatchObject({ state: 'tensors' });
  expect(await whyOf(use)).toBe('it writes 41 tokens a second here, and the tensors 40');
  speeds = { tensors: 10, llamaCpp: 41 };
  const next = makeUse();
  await prepared(next, model());
  expect((await next.standing(model(), [])).state).toBe('ready');
});

it('each method is checked with much text, each adapter with a little; one that fails leaves the base', async () => {
  const use = makeUse();
  await prepared(use, model(), [lora]);
  expect((await use.standing(model(), [lora])).state).toBe('ready');
  const { names } = await use.report(model(), []);
  expect(Object.values(names).map(englishOf)).toEqual(['the base', 'adapters of LoRA', 'the adapter my lora']);
  const other = { ...lora, id: 'other', name: 'other', dir: 'other' };
  expect(await whyOf(use, model(), [lora, other])).toContain('adapter other');
  difference = () => ({ tokens: 32, difference: 0.3, sameTop: 0.9 });
  await prepared(use, model(), [lora, other]);
  expect(asked.filter((name) => name === 'compareEngines')).toHaveLength(4);
  expect(await whyOf(use, model(), [other])).toContain('with the adapter other its logits are 3.0e-1');
  expect((await use.standing(model(), [lora])).state).toBe('ready');
});

it('an adapter that cannot be converted stays on the tensors alone', async () => {
  difference = (dir) => {
    if (dir !== null) throw new GraftError('unsupported', verbatim('It replaces weights.'));
    return good;
  };
  const use = makeUse();
  await prepared(use, model(), [lora]);
  expect(await whyOf(use, model(), [lora])).toContain('It replaces weights.');
  expect((await use.standing(model(), [])).state).toBe('ready');
});

it('asks before it takes much of the disk, and remembers a no', async () => {
  const large = model({ shape: { ...model().shape, parameterCount: 2e9 } });
  const use = makeUse();
  expect(await use.standing(large, [])).toMatchObject({ state: 'asks', bytes: 4e9 });
  expect(await use.prepare(large, [])).toBeUndefined();
  declined = [large.contentHash];
  expect(await whyOf(use, large)).toContain('needs 4.0 GB of disk, was declined');
  expect(await whyOf(use, { ...model(), contentHash: large.contentHash })).toContain('was declined'); // small as it is
  await use.prepare(large, [], { agreed: true });
  while (tasks.list().some(({ state }) => state === 'running')) await setImmediate();
  expect((await use.standing(large, [])).state).toBe('ready');
});

it('takes q8_0 where memory asks, and says where there is not enough to check at all', async () => {
  const large = model({ shape: { ...model().shape, parameterCount: 5e8 } });
  const needed = 2e9 + 1e9;
  expect((await makeUse(needed + 2e9).standing(large, [])).storage).toBe('bf16');
  expect((await makeUse(needed).standing(large, [])).storage).toBe('q8_0');
  const use = makeUse(1e9);
  await prepared(use, large);
  expect(await whyOf(use, large)).toMatch(/checking it needs \d\.\d GB of memory, and 1\.0 GB are free/);
  expect(readdirSync(dirname(convertedModelsDir(cacheDir)))).not.toContain('llama.cpp-models');
});

it.each([
  ['arch_mistral_window', [], 'takes no notice of its sliding window'],
  ['arch_phi3_longrope', [], 'long rotation factors'],
  ['arch_llama3_rope', [adapter('adapter')], 'cannot be said exactly as LoRA'],
] as const)('what llama.cpp does otherwise stays on the tensors: %s', async (fixture, adapters, said) => {
  const use = makeUse();
  const of = model({}, fixturePath(fixture));
  expect(await whyOf(use, of, adapters)).toContain(said);
  expect(await use.prepare(of, adapters)).toBeUndefined();
  expect(asked).toEqual([]);
});

it('is silent where llama.cpp is not installed, with what it would take to download, and of encoders', async () => {
  const use = makeUse();
  const encoder = model({}, fixturePath('arch_bert_cls'));
  expect(await use.standing(encoder, [])).toMatchObject({ state: 'tensors', why: null, bytes: null });
});
