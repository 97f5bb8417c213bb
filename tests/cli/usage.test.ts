import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../main/cli/commandLine.ts';
import { Interrupt } from '../../main/cli/interrupt.ts';
import { CommandSession } from '../../main/cli/session.ts';
import { Terminal } from '../../main/cli/terminal.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { runCli, runProcess } from './runCli.ts';

function helpOf(path: string): string {
  const terminal = new Terminal({ json: false });
  const interrupt = new Interrupt(terminal);
  const program = buildProgram(new CommandSession(terminal, interrupt));
  interrupt.dispose();
  let text = '';
  const command = path
    .split(' ')
    .reduce((parent, name) => parent.commands.find((each) => each.name() === name) ?? parent, program);
  command.configureOutput({ writeOut: (piece) => (text += piece) });
  command.outputHelp();
  return text;
}

const leaves = [
  ...['studio', 'demo', 'doctor', 'train', 'chat', 'tokenize', 'prompt', 'logits'],
  ...['runtime install', 'runtime list', 'runtime remove'],
  ...['method list', 'method which', 'method show'],
  ...['model import', 'model fetch', 'model list', 'model show', 'model remove'],
  ...['dataset import', 'dataset list', 'dataset show', 'dataset remove'],
  ...['run list', 'run show', 'run metrics', 'run stop', 'run resume'],
  ...[
    'adapter list',
    'adapter show',
    'adapter import',
    'adapter export',
    'adapter rename',
    'adapter remove',
    'adapter restore',
  ],
  ...['home usage', 'home backup', 'home restore', 'home move'],
];

describe('help', () => {
  it.each(leaves)('of `%s` has an example, --json and --home', (command) => {
    const help = helpOf(command);
    expect(help).toContain(`Example:\n  npm start --silent -- ${command}`);
    expect(help).toContain('--json');
    expect(help).toContain('--home');
  });

  it('touches no data folder, loads no tensors and ends in status 0', async () => {
    const home = join(temporaryDir(), 'never-made');
    const { status, stdout, stderr } = await runProcess(['train', '--help'], { home, env: { NODE_DEBUG: 'module' } });
    expect(status).toBe(0);
    expect(stdout).toContain('Example:');
    expect(stderr).not.toContain('tfjs');
    expect(existsSync(home)).toBe(false);
  });

  it('of train has every flag that scripts rely on', () => {
    const help = helpOf('train');
    const flags = [
      ...[
        'model',
        'dataset',
        'method',
        'rank',
        'alpha',
        'targets',
        'vector-length',
        'num-vectors',
        'topk',
        'd-initial',
        'projection-key',
      ],
      ...[
        'dropout',
        'learning-rate',
        'bank-learning-rate',
        'logits-learning-rate',
        'schedule',
        'warmup-steps',
        'weight-decay',
        'max-grad-norm',
      ],
      ...[
        'batch-size',
        'accumulate',
        'steps',
        'epochs',
        'max-length',
        'eval-split',
        'eval-every',
        'checkpoint-every',
        'seed',
        'no-shuffle',
      ],
      ...['init-adapter', 'rslora', 'backend', 'precision', 'threads', 'name', 'config'],
    ];
    for (const flag of flags) expect(help).toMatch(new RegExp(`^  --${flag}\\b`, 'm'));
  });
});

describe('wrong usage ends in status 2 and says what is wrong', () => {
  it.each([
    ['an unknown command', ['bogus'], /unknown command/],
    ['a group without its command', ['model'], /Commands:/],
    ['a missing argument', ['model', 'show'], /missing required argument/],
    ['a missing required flag', ['tokenize', '--model', 'x'], /--text/],
    ['text for a number', ['train', '--rank', 'many'], /must be a number/],
    ['a port that is none', ['studio', '--port', '0'], /from 1 to 65535/],
    ['a choice that is none', ['train', '--schedule', 'steps'], /linear, cosine, constant/],
    ['all that train needs, at once', ['train'], /--model is missing.*--dataset is missing/],
    ['ids that are no matrix', ['logits', '--model', 'x', '--ids', '[1]'], /--ids takes rows/],
    ['rows of different lengths', ['logits', '--model', 'x', '--ids', '[[1],[1,2]]'], /one length/],
    [
      'a mask of another shape',
      ['logits', '--model', 'x', '--ids', '[[1]]', '--attention-mask', '[[1,1]]'],
      /shape of --ids/,
    ],
  ])('%s', async (_, args, message) => {
    const plain = await runCli(args, { home: temporaryDir() });
    expect(plain).toMatchObject({ status: 2, stdout: '' });
    expect(plain.stderr).toMatch(message);
  });

  it.each([[['model', 'list', '--bogus']], [['train']]])('with --json as one value on stdout: %j', async (args) => {
    const { status, error } = await runCli([...args, '--json'], { home: temporaryDir() });
    expect(status).toBe(2);
    expect(error()).toMatchObject({ code: 'usage', message: expect.any(String) });
  });
});

describe('an empty home', () => {
  it.each(['model', 'dataset', 'run', 'adapter'])('`%s list --json` is an empty array', async (group) => {
    const { status, stdout } = await runCli([group, 'list', '--json'], { home: temporaryDir() });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '[]\n' });
  });

  it('an unknown id is an error on stdout with status 1', async () => {
    const { status, error } = await runCli(['model', 'show', 'nobody', '--json'], { home: temporaryDir() });
    expect(status).toBe(1);
    expect(error()).toMatchObject({ code: 'notFound', remedy: expect.any(String) });
  });

  it('without --json the error is on stderr, with what to do', async () => {
    const { status, stdout, stderr } = await runCli(['run', 'show', 'nobody'], { home: temporaryDir() });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^Error: .*nobody.*\n→ /s);
  });

  it('--home wins over GRAFT_HOME and is relative to the caller’s folder', async () => {
    const cwd = temporaryDir();
    const { status, json } = await runCli(['home', 'usage', '--json', '--home', 'mine'], {
      home: '/nowhere/at/all',
      cwd,
    });
    expect(status).toBe(0);
    expect(json()).toMatchObject({ dir: `${cwd}/mine` });
  });

  it('a file that is not there is named as the caller would', async () => {
    const cwd = temporaryDir();
    const { status, error } = await runCli(['model', 'import', './gone', '--json'], { home: temporaryDir(), cwd });
    expect(status).toBe(1);
    expect(error().message).toContain(`${cwd}/gone`);
  });
});
