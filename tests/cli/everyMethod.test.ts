/**
 * Every method of the registry on its whole way, by the command line: trained, listed, asked, and through each export
 * and each other door that an adapter can take; what a method cannot have is refused as `unsupported`, with the reason.
 * A method that is added is taken along without a line here.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Adapter, Model } from '../../main/contract/entities.ts';
import { adapterExports } from '../../main/contract/exports/registry.ts';
import { ServingEngine } from '../../main/engine/serving/ServingEngine.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import type { MethodSpec } from '../../main/methods/methodSpec.ts';
import { getMethodSpec, methodSpecs } from '../../main/methods/registry.ts';
import { servedBytes } from '../../main/studio/adapters/servedBytes.ts';
import { openStudio } from '../../main/studio/openStudio.ts';
import { adapterSchema, chatSchema, classifySchema } from '../acceptance/jsonContract.ts';
import { backendSettings } from '../support/backends.ts';
import { writeByteLevelTokenizer } from '../support/byteLevelTokenizer.ts';
import { fixturePath } from '../support/fixtures.ts';
import { enginesHere } from '../support/enginesHere.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { weatherRows, writeTinyEncoder } from '../support/tinyEncoder.ts';
import { inProcessCli } from './inProcess.ts';
import { readCurve, writeRows } from './trainFixture.ts';

const namedAdapter = adapterSchema.extend({ id: z.string(), name: z.string(), method: z.string() });
const exported = z.object({
  parity: z.object({ difference: z.number(), tolerance: z.number().nullable() }),
  files: z.array(z.string()),
  heldOut: z.object({ dataset: z.string() }).optional(),
});
/** Two steps are too few for what acts between them, which says so. */
const marked = z.object({ marks: z.array(z.object({ reason: z.object({ code: z.string() }) })) });
const methods = Object.values(methodSpecs);

const dir = mkdtempSync(join(tmpdir(), 'graft-methods-'));
const home = join(dir, 'home');
/** The second is for methods that have nothing to train on the first. */
const bases = ['tiny_llama_base', 'arch_gpt2'];
enginesHere();
process.env.GRAFT_CACHE = join(dir, 'cache'); // without TensorFlow: exports compute on WebAssembly too
const cli = inProcessCli(home);

beforeAll(async () => {
  for (const base of bases) {
    cpSync(fixturePath(base), join(dir, base), { recursive: true });
    writeByteLevelTokenizer(join(dir, base), 64);
    await cli.run('model', 'import', join(dir, base), '--name', base);
  }
  await cli.run('dataset', 'import', writeRows(readCurve('vera'), dir), '--name', 'rows');
  await cli.run('model', 'import', writeTinyEncoder(join(dir, 'encoder'), 'bert'), '--name', 'encoder');
  writeFileSync(join(dir, 'weather.jsonl'), weatherRows);
  await cli.run('dataset', 'import', join(dir, 'weather.jsonl'), '--name', 'weather');
});
afterAll(async () => {
  await cli.close();
  rmSync(dir, { recursive: true, force: true });
});

/** The first on which the method has something to train. */
function baseOf({ options, fit, check, encodersAlone }: MethodSpec): string {
  if (encodersAlone) return onLabels.model;
  const chosen = bases.find((base) => {
    const { shape } = inspectModel(fixturePath(base));
    const parsed = options.parse({});
    return check(fit?.(parsed, shape.linears, [], shape) ?? parsed, shape.linears, shape).length === 0;
  });
  return chosen ?? bases[0];
}

const asking = (method: MethodSpec): readonly string[] => [
  ...['--model', baseOf(method), '--prompt', 'Say something.', '--max-tokens', '3', '--backend', 'wasm'],
];

const onTexts = (model: string) => ({ model, dataset: 'rows', 'sample-tokens': '2' });
const onLabels = { model: 'encoder', dataset: 'weather' };
const usual = (method: MethodSpec): Readonly<Record<string, string>> =>
  method.encodersAlone ? onLabels : onTexts(baseOf(method));

/** Two steps. */
async function train(
  { id: method }: MethodSpec,
  name: string,
  subject: Readonly<Record<string, string>>,
  ...more: readonly string[]
): Promise<void> {
  const training = { steps: '2', 'batch-size': '2', 'max-length': '32', backend: 'wasm' };
  const flags = Object.entries({ ...subject, method, name, ...training });
  await cli.run('train', ...flags.flatMap(([flag, value]) => [`--${flag}`, value]), ...more);
}

/** A command that must be refused says why: by the method, or as of a model that was trained whole. */
async function refused({ title, capabilities }: MethodSpec, ...args: readonly string[]) {
  await refusedFor(capabilities.trains === 'model' ? 'fully trained model' : title, ...args);
}

async function refusedFor(reason: string, ...args: readonly string[]) {
  const error = await graftErrorOfAsync(async () => cli.run(...args));
  expect(error.code).toBe('unsupported');
  expect(error.message).toContain(reason);
}

async function classified(adapter: string) {
  const asked = ['--model', 'encoder', '--adapter', adapter, '--text', 'a sun', '--backend', 'wasm'];
  const [answer] = classifySchema.parse(await cli.run('classify', ...asked)).answers;
  expect(['dry', 'wet']).toContain(answer?.rows[0]?.label);
}

async function chatted(method: MethodSpec) {
  const [answer] = chatSchema.parse(await cli.run('chat', ...asking(method), '--adapter', method.id)).answers;
  expect(answer?.ids.length).toBeGreaterThan(0);
}

describe.each(methods)('$id', (method) => {
  const { id, capabilities, encodersAlone } = method;
  const { scalable } = capabilities;
  const subject = { method, hasGguf: !encodersAlone };
  const asked = asking(method);

  it('trains, comes into the library, and answers', async () => {
    await train(method, id, usual(method));
    const shown = namedAdapter.parse(await cli.run('adapter', 'show', id));
    expect(shown).toMatchObject({ name: id, method: id });
    expect(shown.parameters).toBeGreaterThan(0);
    expect(z.array(namedAdapter).parse(await cli.run('adapter', 'list'))).toContainEqual(shown);
    const { marks } = marked.parse(await cli.run('run', 'show', id));
    expect(marks.map(({ reason }) => reason.code.split('.')[0])).toEqual(method.callbacks ?? []);
    await (encodersAlone ? classified(id) : chatted(method));
  });

  it.each(adapterExports)('goes out as $id, or is refused with the reason', async ({ id: to, refusal }) => {
    const out = join(dir, `${id}-${to}`);
    const command = ['adapter', 'export', id, '--to', to, '--out', out];
    const reason = refusal(subject);
    if (reason === undefined) {
      const { parity, files } = exported.parse(await cli.run(...command));
      expect(parity.difference).toBeLessThan(1e-1);
      for (const file of files) expect(existsSync(file)).toBe(true);
    } else {
      await refusedFor(reason.text, ...command);
      expect(existsSync(out)).toBe(false);
    }
  });

  it('goes out in some form', () => {
    expect(adapterExports.map(({ refusal }) => refusal(subject))).toContain(undefined);
  });

  it('is a start for further training', async () => {
    const { id: adapterId } = namedAdapter.parse(await cli.run('adapter', 'show', id));
    await train(method, `${id}, further`, usual(method), '--init-adapter', adapterId);
    expect(namedAdapter.parse(await cli.run('adapter', 'show', `${id}, further`)).method).toBe(id);
  });

  it(
    encodersAlone ? 'is not for models that write' : `${scalable ? 'has a' : 'has no'} strength to be set`,
    async () => {
      const asking = ['chat', ...asked, '--adapter', `${id}:0.5`];
      if (encodersAlone) {
        const error = await graftErrorOfAsync(async () => train(method, `${id}, texts`, onTexts('tiny_llama_base')));
        expect([error.code, error.data.field]).toEqual(['unsupported', 'method']);
        expect(error.message).toContain(method.title);
      } else if (scalable) expect(chatSchema.parse(await cli.run(...asking)).answers).toHaveLength(1);
      else await refused(method, ...asking);
    },
  );

  it(method.classification ? 'sorts texts' : 'is not for encoders', async () => {
    const name = `${id}, labels`;
    const onEncoder = async () => train(method, name, onLabels);
    if (!method.classification) expect((await graftErrorOfAsync(onEncoder)).message).toContain(method.title);
    else {
      await onEncoder();
      await classified(name);
    }
  });

  it(`${capabilities.quantisedBase ? 'trains' : 'does not train'} on a base kept as int8`, async () => {
    const onInt8 = async () => train(method, `${id}, int8`, usual(method), '--precision', 'int8');
    if (capabilities.quantisedBase) await onInt8();
    else expect((await graftErrorOfAsync(onInt8)).message).toContain('int8');
  });
});

it('options can take away what a method has otherwise, which an export says by the folder', async () => {
  await train(getMethodSpec('miss'), 'bat', onTexts(bases[0]), '--miss-form', 'bat');
  await refusedFor('MiSS', 'adapter', 'export', 'bat', '--to', 'lora', '--out', join(dir, 'bat-lora'));
  const { parity } = exported.parse(
    await cli.run('adapter', 'export', 'bat', '--to', 'merged', '--out', join(dir, 'bat-merged'), '--dtype', 'f32'),
  );
  expect(parity.difference).toBeLessThan(1e-5);
});

it.each(methods.filter(({ capabilities, encodersAlone }) => capabilities.servable === 'none' && !encodersAlone))(
  '$id is not served beside its base, which is said before an engine starts',
  async (method) => refused(method, 'serve', '--model', baseOf(method), '--adapter', method.id),
);

const [nearly] = methods.filter(({ id }) => id === 'reslora');

it('what is LoRA nearly goes out so with the difference, is not merged, and answers by its own pass', async () => {
  await train(nearly, 'nearly', usual(nearly), '--variant', 'is');
  expect(chatSchema.parse(await cli.run('chat', ...asking(nearly), '--adapter', 'nearly')).answers).toHaveLength(1);
  const { parity, heldOut } = exported.parse(
    await cli.run('adapter', 'export', 'nearly', '--to', 'lora', '--out', join(dir, 'nearly-lora')),
  );
  expect(parity.tolerance).toBeNull();
  expect(heldOut?.dataset).toBe('rows');
  await train(nearly, 'nearly, labels', onLabels, '--variant', 'ms', '--eval-split', '0.5');
  const out = join(dir, 'nearly-labels');
  const ofLabels = exported.parse(await cli.run('adapter', 'export', 'nearly, labels', '--to', 'lora', '--out', out));
  expect(ofLabels.heldOut?.dataset).toBe('weather');
  expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain('rows of weather that training did not see');
  await refused(nearly, 'adapter', 'export', 'nearly', '--to', 'merged', '--out', join(dir, 'nearly-merged'));
});

it('the others are served beside it, all at once, and answer', async () => {
  const studio = await openStudio({ home });
  const { serving } = studio;
  const [model] = bases;
  const adapters = methods.flatMap((method) =>
    method.capabilities.servable !== 'none' && baseOf(method) === model ? [method.id] : [],
  );
  const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 };
  const penalties = { presencePenalty: 0, frequencyPenalty: 0, logitBias: [], seed: 0 };
  const prompt = { text: 'Say something.' };
  const rest = { maxTokens: 2, sampling: { ...sampling, ...penalties }, stop: [], topLogprobs: null, echo: false };
  try {
    adapters.push('nearly', 'bat');
    await serving.start({ model, adapters, backend: { backend: 'wasm' } });
    const { signal } = new AbortController();
    const ends = adapters.map(async (name) =>
      serving.complete({ model: name, prompt, ...rest }, () => undefined, signal),
    );
    for (const { completionTokens } of await Promise.all(ends)) expect(completionTokens).toBeGreaterThan(0);
    expect(serving.memory()).toMatchObject({ resident: adapters.length, evictions: 0 });
    await takesWhatIsSaid(
      adapters.map((name) => studio.adapters.get(name)),
      studio.models.get(model),
    );
  } finally {
    await serving.stop();
    await studio.close();
  }
});

/** In the engine's memory, which makes room by what the folder tells. */
async function takesWhatIsSaid(adapters: readonly Adapter[], { dir: modelDir, shape }: Model): Promise<void> {
  const engine = new ServingEngine();
  const serving = { modelDir, contextLength: 32, maxRows: 1, deterministic: false };
  await engine.start({ settings: backendSettings.wasm, ...serving });
  for (const { id, dir: folder, method } of adapters) {
    const { bytes } = await engine.addAdapter({ key: id, dir: folder });
    expect([method, servedBytes(folder, shape)]).toEqual([method, bytes]);
  }
  engine.dispose();
}

it('all of them leave in one archive and come back, also as the folders that they are', async () => {
  const archive = join(dir, 'all.tar.gz');
  const other = await openStudio({ home: join(dir, 'other') });
  const studio = await openStudio({ home });
  try {
    const all = [...bases, onLabels.model];
    const imported = await Promise.all(all.map(async (name) => other.models.import(join(dir, name), { name })));
    const modelOf = (method: MethodSpec) => imported[all.indexOf(baseOf(method))].id;
    const names = methods.map(({ id }) => id);
    await studio.adapters.archive(names, archive);
    const { added } = await other.adapters.unarchive(archive);
    expect(added.map((adapter) => [adapter.method, adapter.modelId])).toEqual(
      methods.map((method) => [method.id, modelOf(method)]),
    );
    for (const { id, dir: folder, modelId } of added) {
      const copy = join(dir, `copy-${id}`);
      cpSync(folder, copy, { recursive: true });
      await other.adapters.remove(id);
      await other.adapters.purge(id);
      const back = await other.adapters.import(copy, { model: modelId ?? '' });
      expect(back.modelId).toBe(modelId);
    }
  } finally {
    await studio.close();
    await other.close();
  }
});
