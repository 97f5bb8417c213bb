/** Datasets, run settings, messages and chat templates that do not hold, through the command line. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { enginesHere } from '../support/enginesHere.ts';
import { fixturePath } from '../support/fixtures.ts';
import { flags, Graft } from './Graft.ts';
import { datasetSchema, modelSchema, promptSchema, runSchema } from './jsonContract.ts';
import { expectRefusal } from './refusal.ts';
import { writeTinyChatModel } from './tinyChatModel.ts';

enginesHere();

const graft = new Graft();

afterAll(() => graft.dispose());

beforeAll(async () => {
  await graft.done(modelSchema, 'model', 'import', fixturePath('tiny_llama_base'), '--name', 'tiny');
  await graft.done(
    datasetSchema,
    'dataset',
    'import',
    write('rows.jsonl', '{"input_ids": [1, 2, 3]}\n{"input_ids": [4, 3, 2, 1]}\n'),
  );
});

const labelledSchema = datasetSchema.extend({ labels: z.array(z.object({ label: z.string(), rows: z.int() })) });

function write(name: string, content: string | Uint8Array): string {
  const file = join(graft.dir, name);
  writeFileSync(file, content);
  return file;
}

const shiftJisAndMore = Buffer.concat([
  Buffer.from('{"text": "'),
  Buffer.from([0x93, 0xfa, 0x96, 0x7b, 0xff, 0xfe, 0x81]),
  Buffer.from('"}\n'),
]);

describe('datasets', () => {
  it.each<[string, string, string | Uint8Array]>([
    ['nothing in it', 'empty.jsonl', ''],
    ['blank lines alone', 'blank.jsonl', '\n\n  \n'],
    ['a header alone', 'header.csv', 'prompt,completion\n'],
    [
      'no row that can be used',
      'useless.jsonl',
      '{"input_ids": []}\n{"input_ids": "x"}\n{"input_ids": [1, 2], "labels": [1]}\n',
    ],
    ['no column that is known', 'unknown.csv', 'a,b,c\n1,2,3\n'],
    ['JSON cut in the middle', 'cut.json', '[{"text": "one"}, {"text": '],
    ['control bytes', 'control.txt', Buffer.from([0x41, 0, 1, 2, 3, 0x1b, 0x7f, 0, 0, 0x42])],
    ['a picture’s bytes', 'picture.jsonl', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['undecodable text', 'undecodable.jsonl', shiftJisAndMore],
  ])('with %s', async (_what, name, content) => {
    await expectRefusal(graft, { args: ['dataset', 'import', write(name, content)], file: name });
  });

  it('bad rows are listed by line and reason, and the good ones go in', async () => {
    const rows = [
      '{"input_ids": [1, 2, 3]}',
      'no json',
      '',
      '{"input_ids": [-1]}',
      '{"input_ids": [1.5]}',
      '{"input_ids": [5, 6], "labels": [5, 6]}',
    ];
    const { rows: count, badRows } = await graft.done(
      datasetSchema,
      'dataset',
      'import',
      write('mixed.jsonl', rows.join('\n')),
    );
    expect(count).toBe(2);
    expect(badRows.map(({ line }) => line)).toEqual([2, 4, 5]);
  });

  it('rows without a label are bad rows, and the labels are listed with their rows, without a model', async () => {
    const labels = ['0.0', '1.0', '', 'nan', '1.0', 'N/A'];
    const file = write(
      'labelled.csv',
      ['text,label', ...labels.map((label, row) => `text ${row},${label}`)].join('\n'),
    );
    const imported = await graft.done(labelledSchema, 'dataset', 'import', file);
    expect(imported.labels).toEqual([
      { label: '0', rows: 1 },
      { label: '1', rows: 2 },
    ]);
    expect(imported.badRows.map(({ reason }) => reason)).toEqual(['no label', 'no label (nan)', 'no label (N/A)']);
    expect((await graft.done(labelledSchema, 'dataset', 'show', imported.id)).labels).toEqual(imported.labels);
  });

  it('a folder, and what is not there, are no datasets', async () => {
    mkdirSync(join(graft.dir, 'folder'));
    await expectRefusal(graft, { args: ['dataset', 'import', join(graft.dir, 'folder')], file: 'folder' });
    await expectRefusal(graft, { args: ['dataset', 'import', join(graft.dir, 'gone.jsonl')], file: 'gone.jsonl' });
  });
});

describe('runs', () => {
  const refuse = async (values: Parameters<typeof flags>[0], field: RegExp): Promise<void> => {
    const all = { model: 'tiny', dataset: 'rows', method: 'vera', rank: 4, steps: 2, backend: 'wasm', ...values };
    await expectRefusal(graft, { args: ['train', ...flags(all)], field });
    expect(await graft.done(runSchema.array(), 'run', 'list')).toEqual([]);
  };

  it.each<[string, Parameters<typeof flags>[0], RegExp]>([
    ['a model that is not there', { model: 'nobody' }, /nobody/],
    ['a dataset that is not there', { dataset: 'nothing' }, /nothing/],
    ['an unknown method', { method: 'hra' }, /hra|method/],
    ['a rank of none', { rank: 0 }, /rank/],
    ['a rank and a half', { rank: 1.5 }, /rank/],
    ['a rank beyond all memory', { rank: 2 ** 40 }, /rank/],
    ['a vector length that does not divide', { method: 'vblora', 'vector-length': 7 }, /vectorLength/],
    ['more top vectors than vectors', { method: 'vblora', 'vector-length': 8, 'num-vectors': 4, topk: 5 }, /topk/],
    ['targets that match nothing', { targets: 'q_prox' }, /targets|q_prox/],
    ['an option of another method', { alpha: 16 }, /alpha/],
    ['a dropout above one', { dropout: 1.5 }, /dropout/],
    ['no steps', { steps: 0 }, /steps/],
    ['a learning rate below zero', { 'learning-rate': -1 }, /learningRate/],
    ['a batch of none', { 'batch-size': 0 }, /batchSize/],
    ['a split that leaves nothing to train on', { 'eval-split': 1 }, /evaluationSplit/],
    ['bf16 where there is none', { precision: 'bf16' }, /bf16|precision/],
  ])('with %s', async (_what, values, field) => refuse(values, field));

  it('with token ids beyond the vocabulary', async () => {
    await graft.done(
      datasetSchema,
      'dataset',
      'import',
      write('beyond.jsonl', '{"input_ids": [1, 64, 3]}\n{"input_ids": [1, 65, 3]}\n'),
    );
    await refuse({ dataset: 'beyond' }, /64|vocabulary|input_ids/);
  });

  it('with text for a model without a tokenizer', async () => {
    await graft.done(datasetSchema, 'dataset', 'import', write('words.jsonl', '{"text": "one"}\n{"text": "two"}\n'));
    await refuse({ dataset: 'words' }, /tokenizer/);
  });

  it('with rows of which nothing is trained', async () => {
    const row = '{"input_ids": [1, 2, 3], "labels": [-100, -100, -100]}\n';
    await graft.done(datasetSchema, 'dataset', 'import', write('untrained.jsonl', row + row.replace('3', '4')));
    await refuse({ dataset: 'untrained' }, /untrained|labels|trained/);
  });

  it('from a configuration that is no configuration', async () => {
    const config = write('config.json', '{"model": "tiny", "dataset": "rows", "ranc": 4}');
    await expectRefusal(graft, { args: ['train', '--config', config], file: 'config.json', field: /ranc/ });
    const broken = write('broken.json', '{"model": ');
    await expectRefusal(graft, { args: ['train', '--config', broken], file: 'broken.json' });
  });
});

describe('chat templates', () => {
  const endless = '{% for a in range(100000) %}{% for b in range(100000) %}{% set x = 1 %}{% endfor %}{% endfor %}';
  const exploding =
    "{% set ns = namespace(s='x') %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}";

  it.each([
    ['endless', endless],
    ['exploding', exploding],
    ['broken', '{% if %}'],
    ['refusing', "{{ raise_exception('roles must alternate') }}"],
  ])('a template that is %s', async (name, template) => {
    const folder = writeTinyChatModel(join(graft.dir, name), template);
    // The same weights as before: a new template takes the place of the old one.
    const { id: model } = await graft.done(modelSchema, 'model', 'import', folder);
    const messages = write('messages.json', '[{"role": "user", "content": "hi"}]');
    await expectRefusal(graft, { args: ['prompt', ...flags({ model, messages })], field: /chat_template/ });
    if (name !== 'broken') return; // the others take their time
    await expectRefusal(graft, {
      args: ['chat', ...flags({ model, prompt: 'hi', backend: 'wasm' })],
      field: /chat_template/,
    });
  });

  it.each([
    ['no JSON', '['],
    ['an object', '{"role": "user"}'],
    ['none', '[]'],
    ['a role that is a number', '[{"role": 1, "content": "x"}]'],
  ])('messages that are %s', async (_what, content) => {
    const messages = write('bad-messages.json', content);
    await expectRefusal(graft, { args: ['prompt', ...flags({ model: 'tiny', messages })], file: 'bad-messages.json' });
  });

  it('control characters in a message reach the template as they are', async () => {
    const { name } = await graft.done(modelSchema, 'model', 'import', writeTinyChatModel(join(graft.dir, 'talker')));
    const messages = write('messages.json', JSON.stringify([{ role: 'user', content: 'a\u0000b\u001b' }]));
    const { text } = await graft.done(promptSchema, 'prompt', ...flags({ model: name, messages }));
    expect(text).toBe('user:a\u0000b\u001b\nassistant:');
  });
});

it('token ids beyond the vocabulary have no logits', async () => {
  await expectRefusal(graft, {
    args: ['logits', ...flags({ model: 'tiny', ids: '[[64]]', backend: 'wasm' })],
    field: /64|ids/,
  });
});
