/**
 * The whole path through the command line and real engine processes, on the tiny model and the embedded backend. What
 * is interrupted, killed or typed into is a real command.
 */
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as contract from '../acceptance/jsonContract.ts';
import { enginesHere } from '../support/enginesHere.ts';
import { fixturePath, relativeError } from '../support/fixtures.ts';
import { waitForState, waitForStep } from '../support/runProgress.ts';
import { sendSignal } from '../support/sendSignal.ts';
import { writeTinyTextModel } from '../support/tinyTextModel.ts';
import { type CliResult, runCli, startCli } from './runCli.ts';
import { readCurve, writeRows } from './trainFixture.ts';

const dir = mkdtempSync(join(tmpdir(), 'graft-cli-'));
const home = join(dir, 'home');
const cli = (...args: string[]): Promise<CliResult> => runCli([...args, '--json'], { home, cwd: dir });

afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A command that must succeed. */
async function ran(...args: string[]): Promise<unknown> {
  const result = await cli(...args);
  if (result.status !== 0)
    throw new Error(`${args.join(' ')} ended in ${result.status}: ${result.stdout}${result.stderr}`);
  return result.json();
}

/** The same, its answer parsed. */
async function done<T extends z.ZodType>(schema: T, ...args: string[]): Promise<z.infer<T>> {
  return schema.parse(await ran(...args));
}

const { runSchema } = contract;
const adapterSchema = contract.adapterSchema.extend({ name: z.string() });
const answer = contract.chatSchema.shape.answers.element.extend({
  adapterName: z.string().nullable(),
  scale: z.number().nullable(),
});
const chatSchema = z.object({
  answers: z.array(answer),
  engine: z.object({ device: z.string().min(1), why: z.string().min(1) }),
});

function trainArgs(name: string, ...more: string[]): string[] {
  const flags = {
    model: 'tiny',
    dataset: 'rows',
    method: 'vera',
    rank: '4',
    targets: 'all-linear',
    'batch-size': '4',
    backend: 'wasm',
    name,
  };
  return [
    'train',
    ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]),
    '--eval-split',
    '0.1',
    ...more,
  ];
}

/** Training has low priority, so that on a busy machine these take long. */
const slow = 300_000;

/** Enough steps to be interrupted in the middle of. */
const longRun = ['--steps', '100', '--checkpoint-every', '5', '--eval-every', '50'];

beforeAll(async () => {
  await ran('model', 'import', writeTinyTextModel(join(dir, 'tiny')), '--name', 'tiny');
  await ran('dataset', 'import', writeRows(readCurve('vera'), dir), '--name', 'rows');
});

describe('training', () => {
  it('a flag that contradicts the adapter to start from is an error that names both', async () => {
    const { status, error } = await cli(
      'train',
      '--model',
      'tiny',
      '--dataset',
      'rows',
      '--method',
      'vera',
      '--init-adapter',
      fixturePath('vera_r8_all_saved'),
      '--rank',
      '16',
      '--d-initial',
      '3',
    );
    expect(status).toBe(1);
    expect(error().problems?.map(({ field }) => field)).toEqual(['rank', 'dInitial']);
  });

  it('tells everything that is wrong with a request at once', async () => {
    const { status, error } = await cli(
      'train',
      '--model',
      'tiny',
      '--dataset',
      'rows',
      '--method',
      'vblora',
      '--vector-length',
      '7',
      '--topk',
      '999',
      '--steps',
      '0',
      '--alpha',
      '3',
    );
    expect(status).toBe(1);
    expect(error().code).toBe('invalid');
    expect(JSON.stringify(error().problems)).toMatch(/alpha/);
  });

  it(
    'Ctrl-C stops, saves and exits with 130; the run can go on',
    async () => {
      const child = startCli([...trainArgs('stopped', ...longRun), '--json'], { home, cwd: dir });
      let stdout = '';
      child.stdout?.on('data', (text) => (stdout += String(text)));
      await waitForStep(home, 'stopped', 3);
      child.kill('SIGINT');
      const [status] = await once(child, 'close');
      expect(status).toBe(130);
      const run = JSON.parse(stdout);
      expect(run.state).toBe('cancelled');
      expect(run.checkpoints.at(-1).step).toBe(run.steps.length);
      expect((await done(runSchema, 'run', 'resume', 'stopped')).steps).toHaveLength(100);
    },
    slow,
  );

  it.skipIf(!existsSync('/proc/self/cmdline'))(
    'an engine that the system kills interrupts the run with a typed error, and the run can go on',
    async () => {
      const child = startCli([...trainArgs('starved', ...longRun), '--json'], { home, cwd: dir });
      let stdout = '';
      child.stdout?.on('data', (text) => (stdout += String(text)));
      await waitForStep(home, 'starved', 3);
      const [engine] = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && engineOf(pid));
      sendSignal(Number(engine), 'SIGKILL');
      const [status] = await once(child, 'close');
      expect(status).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({
        state: 'interrupted',
        error: { code: 'outOfMemory', remedy: expect.stringContaining('resume') },
      });
      expect((await done(runSchema, 'run', 'resume', 'starved')).state).toBe('succeeded');
    },
    slow,
  );

  it(
    'a second train queues, says so, and starts when the first one ends; `run stop` reaches across processes',
    async () => {
      const first = startCli([...trainArgs('first', ...longRun), '--json'], { home, cwd: dir });
      await waitForStep(home, 'first', 1);
      const second = startCli(trainArgs('second', '--steps', '3'), { home, cwd: dir });
      const said = createInterface({ input: second.stderr ?? process.stdin });
      const queued = new Promise<string>((resolve) =>
        said.on('line', (line) => line.includes('Queued behind') && resolve(line)),
      );
      expect(await queued).toContain('first');
      await waitForState(home, 'second', 'queued');
      await ran('run', 'stop', 'first');
      const [[firstStatus], [secondStatus]] = await Promise.all([once(first, 'exit'), once(second, 'exit')]);
      expect([firstStatus, secondStatus]).toEqual([130, 0]);
      expect((await done(runSchema, 'run', 'show', 'first')).state).toBe('cancelled');
      expect((await done(runSchema, 'run', 'show', 'second')).state).toBe('succeeded');
    },
    slow,
  );
});

describe('chat', () => {
  const greedy = ['--max-tokens', '6', '--temperature', '0', '--backend', 'wasm'];

  it('answers once for each adapter in the order given, and for the base without any', async () => {
    await ran('adapter', 'import', fixturePath('vblora_full'), '--model', 'tiny', '--name', 'vb');
    await ran('adapter', 'import', fixturePath('vera_r8_all_saved'), '--model', 'tiny', '--name', 've');
    const base = await done(chatSchema, 'chat', '--model', 'tiny', '--prompt', 'hello', ...greedy);
    expect(base.answers).toEqual([
      expect.objectContaining({ adapter: null, text: expect.any(String), swapMs: expect.any(Number) }),
    ]);
    expect(base.answers[0].ids).toHaveLength(6);
    const { answers } = await done(
      chatSchema,
      'chat',
      '--model',
      'tiny',
      '--adapter',
      've',
      '--adapter',
      'vb:0',
      '--adapter',
      'vb',
      '--prompt',
      'hello',
      ...greedy,
    );
    expect(answers.map(({ adapterName, scale }) => [adapterName, scale])).toEqual([
      ['ve', 1],
      ['vb', 0],
      ['vb', 1],
    ]);
    expect(answers[1].ids).toEqual(base.answers[0].ids);
    expect(answers.map(({ tokensPerSecond }) => tokensPerSecond > 0)).toEqual([true, true, true]);
  });

  it('samples the same with the same seed', async () => {
    const sampled = [
      'chat',
      '--model',
      'tiny',
      '--prompt',
      'hello',
      '--max-tokens',
      '12',
      '--temperature',
      '1',
      '--backend',
      'wasm',
    ];
    const ids = async (seed: string): Promise<number[]> =>
      (await done(chatSchema, ...sampled, '--seed', seed)).answers[0].ids;
    expect(await ids('7')).toEqual(await ids('7'));
    expect(await ids('8')).not.toEqual(await ids('7'));
  });

  it('is a conversation that adapters are swapped in the middle of', async () => {
    const child = startCli(['chat', '--model', 'tiny', '--adapter', 've', ...greedy], { home, cwd: dir });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += String(text)));
    child.stdin?.end(
      ['/help', 'hello', '/use vb', '/scale 0.5', '/use none', '/use nobody', '/compare oh', '/bogus', '/exit'].join(
        '\n',
      ),
    );
    const [status] = await once(child, 'close');
    expect(status).toBe(0);
    expect(output).toMatch(/\/compare TEXT/);
    expect(output.match(/tokens\/s, swap [\d.]+ ms/g)).toHaveLength(4);
    expect(output).toMatch(/There is no adapter "nobody"/);
    expect(output).toMatch(/^base$.*^ve$.*^vb:0.5$/ms);
    expect(output).toMatch(/There is no \/bogus/);
  });

  it('a conversation has no JSON form', async () => {
    expect(await cli('chat', '--model', 'tiny')).toMatchObject({ status: 2 });
  });
});

describe('adapters', () => {
  enginesHere(); // a dozen of commands: acceptance/trainCurves.test.ts imports and exports by real ones

  it.each(['lora_r4_a8', 'vera_r8_all_saved', 'vblora_full'])(
    '%s: import, export and import again is the same adapter',
    async (fixture) => {
      const imported = await done(adapterSchema, 'adapter', 'import', fixturePath(fixture), '--model', 'tiny');
      const out = join(dir, `${fixture}-out`);
      const exported = await done(
        contract.exportSchema,
        'adapter',
        'export',
        imported.id,
        '--to',
        'peft',
        '--out',
        out,
      );
      expect(exported.parity).toMatchObject({ difference: 0 });
      expect(readFileSync(join(out, 'adapter_model.safetensors'))).toEqual(
        readFileSync(join(fixturePath(fixture), 'adapter_model.safetensors')),
      );
      expect((await done(adapterSchema, 'adapter', 'import', out)).id).toBe(imported.id);
    },
  );

  it('as plain LoRA an adapter gives the same logits', async () => {
    const out = join(dir, 'expanded');
    const exported = await done(contract.exportSchema, 'adapter', 'export', 've', '--to', 'lora', '--out', out);
    expect(exported.parity.difference).toBeLessThan(1e-5);
    const expanded = await done(adapterSchema, 'adapter', 'import', out, '--model', 'tiny');
    expect(expanded.method).toBe('lora');
    const ids = '[[5, 9, 13, 60, 1]]';
    const logits = async (adapter: string) =>
      done(contract.logitsSchema, 'logits', '--model', 'tiny', '--adapter', adapter, '--ids', ids, '--backend', 'wasm');
    expect(relativeError((await logits(expanded.id)).data, (await logits('ve')).data)).toBeLessThan(1e-4);
  });

  it('go to the trash and come back', async () => {
    await ran('adapter', 'remove', 'lora_r4_a8');
    expect((await done(adapterSchema.array(), 'adapter', 'list')).map(({ name }) => name)).not.toContain('lora_r4_a8');
    expect((await done(adapterSchema, 'adapter', 'restore', 'lora_r4_a8')).name).toBe('lora_r4_a8');
  });

  it('for another base are refused by name', async () => {
    const wide = join(dir, 'wide');
    cpSync(fixturePath('lora_r4_a8'), wide, { recursive: true });
    const config = JSON.parse(readFileSync(join(wide, 'adapter_config.json'), 'utf8'));
    writeFileSync(join(wide, 'adapter_config.json'), JSON.stringify({ ...config, r: 5 }));
    const { status, error } = await cli(
      'train',
      '--model',
      'tiny',
      '--dataset',
      'rows',
      '--method',
      'lora',
      '--init-adapter',
      wide,
    );
    expect(status).toBe(1);
    expect(error().message).toMatch(/lora/i);
  });
});

it('no engine process outlives its command', () => {
  if (!existsSync('/proc/self/cmdline')) return;
  const left = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && engineOf(pid));
  expect(left).toEqual([]);
});

/** Whether a process is an engine that was started with this test's home. */
function engineOf(pid: string): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engine/process.ts') &&
      readFileSync(`/proc/${pid}/environ`, 'utf8').includes(home)
    );
  } catch {
    return false; // gone by now, or another user's
  }
}
