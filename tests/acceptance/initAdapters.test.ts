/**
 * The reference cases of every method by the command line alone: `train --init-adapter` on the folder of a case takes
 * the reference's twenty steps, for encoders with `--head-learning-rate`, and `adapter export` hands the result on as
 * the reference wrote it: `--to peft` where PEFT knows the method, else `--to graft`, to which the refusal points.
 * `npm test` takes a decoder and an encoder, since methods/methodCurves.test.ts has curves of every method without the
 * command line. Left out: AdapterDrop at random, whose reference drew other blocks than a seed of ours does.
 */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readPeftFolder } from '../../main/formats/peftFolder.ts';
import { tensorflowMissing } from '../support/backends.ts';
import { breadth, expectWithin, isProof } from '../support/breadth.ts';
import { enginesHere } from '../support/enginesHere.ts';
import { fixturePath, relativeError } from '../support/fixtures.ts';
import { describeWith } from '../support/requirements.ts';
import { flags, Graft } from './Graft.ts';
import { datasetSchema, exportSchema, finishedRunSchema, modelSchema } from './jsonContract.ts';

interface Curve {
  readonly lr: number;
  readonly schedule: string;
  readonly warmup_steps: number;
  readonly weight_decay: number;
  readonly max_grad_norm: number;
  /** (steps, micro-batches, rows, tokens) */
  readonly input_ids: readonly (readonly (readonly (readonly number[])[])[])[];
  readonly loss_mask?: Curve['input_ids'];
  readonly attention_mask?: Curve['input_ids'];
  readonly labels?: readonly (readonly (readonly number[])[])[];
  readonly steps: readonly { readonly loss: number }[];
  readonly float64: Curve['steps'];
}

const enough = ['mos/attn_p0', 'adapter_p/roberta'];
const cases = readdirSync(fixturePath('methods'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('curve.json') && !path.includes('random'))
  .map((path) => path.slice(0, -'/curve.json'.length))
  .sort();

enginesHere();
const graft = new Graft({ keepsOpen: true });
if (!isProof) process.env.GRAFT_CACHE = join(graft.dir, 'cache'); // exports compute on WebAssembly too
afterAll(() => graft.dispose());
const bases = new Map<string, Promise<string>>();

/** Without dropout, which the references were trained without. */
async function importBase(base: string): Promise<string> {
  const dir = join(graft.dir, 'bases', base);
  cpSync(fixturePath(base === 'tiny_llama_4l' ? join('methods', base) : base), dir, { recursive: true });
  const config = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8')) as object;
  writeFileSync(join(dir, 'config.json'), JSON.stringify({ ...config, hidden_dropout_prob: 0 }));
  await graft.done(modelSchema, 'model', 'import', dir, '--name', base);
  return base;
}

/** Padding is left out: of rows of their own lengths, in the order of the batches. */
function rowsOf({ input_ids: ids, loss_mask: masks, attention_mask: tokens, labels }: Curve): readonly object[] {
  const lossMasks = masks?.flat(2);
  const lengths = tokens?.flat(2).map((row) => row.filter((each) => each === 1).length);
  const classes = labels?.flat(2);
  return ids.flat(2).map((row, index) => {
    const kept = row.slice(0, lengths?.[index]);
    if (classes !== undefined) return { input_ids: kept, label: `LABEL_${classes[index]}` };
    return { input_ids: kept, labels: kept.map((id, at) => (lossMasks?.[index]?.[at] ? id : -100)) };
  });
}

const datasets = new Map<string, string>();

/** Gives its name: cases of one method share their rows, which a library has once. */
async function importRows(text: string, name: string): Promise<string> {
  const known = datasets.get(text);
  if (known !== undefined) return known;
  datasets.set(text, name);
  const file = join(graft.dir, `${name}.jsonl`);
  writeFileSync(file, text);
  await graft.done(datasetSchema, 'dataset', 'import', file, '--name', name);
  return name;
}

/** WebAssembly is there in less time than TensorFlow takes to record twenty steps of so small a model. */
const backend = isProof ? 'tensorflow' : 'wasm';
const reason = isProof ? tensorflowMissing : null;

describeWith({ reason }, 'reference cases by the command line', () => {
  it.each(breadth(cases, (name) => enough.includes(name)))('%s', async (name) => {
    const dir = fixturePath(join('methods', name));
    const curve = JSON.parse(readFileSync(join(dir, 'curve.json'), 'utf8')) as Curve;
    const { base } = JSON.parse(readFileSync(join(dir, 'reference.json'), 'utf8')) as { readonly base: string };
    const model = await (bases.get(base) ?? bases.set(base, importBase(base)).get(base));
    const id = name.replace('/', '-');
    const rows = rowsOf(curve).map((row) => `${JSON.stringify(row)}\n`);
    const dataset = await importRows(rows.join(''), id);
    const train = async (name: string, from: string, rate = curve.lr) => {
      const training = flags({
        ...{ model: model ?? base, dataset, name, backend, precision: 'float32', 'init-adapter': from },
        ...{ steps: curve.steps.length, schedule: curve.schedule, 'learning-rate': rate },
        ...(curve.labels && { 'head-learning-rate': rate }),
        ...{ 'warmup-steps': curve.warmup_steps, 'weight-decay': curve.weight_decay },
        ...{ 'max-grad-norm': curve.max_grad_norm, accumulate: curve.input_ids[0]?.length ?? 1 },
        ...{ 'batch-size': curve.input_ids[0]?.[0]?.length ?? 1, 'eval-split': 0 },
      });
      return graft.done(finishedRunSchema, 'train', ...training, '--no-shuffle');
    };
    const run = await train(id, join(dir, 'init'));
    const losses = curve.steps.map(({ loss }, at) => {
      const rounding = (3 * Math.abs(loss - (curve.float64[at]?.loss ?? NaN))) / loss;
      return Math.abs((run.steps[at]?.loss ?? NaN) - loss) / loss / Math.max(1, rounding / 1e-4);
    });
    const where = `${name}, ${backend}, command line`;
    expectWithin({ of: 'loss of 20 steps, the reference', where, difference: Math.max(...losses), tolerance: 1e-4 });
    const measured = await compareExport(run.adapterId, dir);
    // Means over the passes of a training, which the reference measures after it: once more, learning nothing.
    if (measured.length > 0) {
      const again = await train(`${id}-again`, run.adapterId, 1e-12);
      const means = await exportOf(again.adapterId, dir);
      for (const [key, data] of measured)
        expect(relativeError(floatsOf(means.get(key)?.data), data), key).toBeLessThan(1e-5);
    }
  });
});

/** Gives what the reference measured of its adapter, and compares all else. */
async function compareExport(adapterId: string, dir: string): Promise<(readonly [string, Float32Array])[]> {
  const reference = readPeftFolder(join(dir, 'final'));
  const tensors = await exportOf(adapterId, dir);
  expect([...tensors.keys()].sort()).toEqual([...reference.tensors.keys()].sort());
  const measured: (readonly [string, Float32Array])[] = [];
  for (const [key, { data, shape }] of reference.tensors) {
    const own = tensors.get(key);
    expect(own?.shape, key).toEqual(shape);
    if (key.endsWith('.reslora_norm')) measured.push([key, floatsOf(data)]);
    else expect(relativeError(floatsOf(own?.data), floatsOf(data)), key).toBeLessThan(2e-3);
  }
  return measured;
}

/** Refused to PEFT by name where PEFT does not know the method. */
async function exportOf(adapterId: string, dir: string): Promise<ReturnType<typeof readPeftFolder>['tensors']> {
  const { config } = readPeftFolder(join(dir, 'final'));
  const isOwn = String(config.peft_type).startsWith('GRAFT_');
  const out = join(graft.dir, `out-${adapterId}`);
  if (isOwn) {
    const error = await graft.refused('adapter', 'export', adapterId, '--to', 'peft', '--out', out);
    expect(error).toMatchObject({ code: 'unsupported', field: 'to', message: expect.stringContaining('(graft)') });
  }
  const to = isOwn ? 'graft' : 'peft';
  const { parity } = await graft.done(exportSchema, 'adapter', 'export', adapterId, '--to', to, '--out', out);
  expect(parity.difference).toBe(0);
  return readPeftFolder(out).tensors;
}

function floatsOf(bytes: Uint8Array | undefined): Float32Array {
  return new Float32Array((bytes ?? new Uint8Array()).slice().buffer);
}
