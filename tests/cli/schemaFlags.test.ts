import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addSchemaFlag, schemaFlags } from '../../main/cli/schemaFlags.ts';
import { parseNames } from '../../main/contract/nameList.ts';
import { configurationSchema } from '../../main/contract/trainRequest.ts';
import { adapterPath, addTrainFlags, emptyValues, readTrainConfig, trainRequest } from '../../main/cli/trainFlags.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { graftErrorOf } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

const schema = z.strictObject({
  rankSize: z.int().positive().default(8),
  rate: z.number().optional(),
  shuffle: z.boolean().default(true),
  recompute: z.boolean().default(false),
  mode: z.enum(['a', 'b']).optional(),
  names: z
    .union([z.array(z.string()), z.string()])
    .nullable()
    .default(null),
  layers: z.array(z.int()).nullable().default(null),
  pattern: z.record(z.string(), z.number()).default({}),
});

function parse(...args: string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  for (const flag of schemaFlags(schema, { rate: 'speed' }))
    addSchemaFlag(command, flag, (field, value) => (values[field] = value));
  command.parse(args, { from: 'user' });
  return values;
}

describe('flags from a schema', () => {
  it('leave out what was not given, so that the studio decides defaults', () => {
    expect(parse()).toEqual({});
  });

  it('keep every kind in its type', () => {
    const args = [
      '--rank-size',
      '4',
      '--speed',
      '1e-3',
      '--no-shuffle',
      '--recompute',
      '--mode',
      'b',
      '--names',
      'q,v',
      '--layers',
      '0,2',
      '--pattern',
      '{"q":1}',
    ];
    expect(parse(...args)).toEqual({
      rankSize: 4,
      rate: 1e-3,
      shuffle: false,
      recompute: true,
      mode: 'b',
      names: ['q', 'v'],
      layers: [0, 2],
      pattern: { q: 1 },
    });
  });

  it.each([[['--rank-size', 'x']], [['--rank-size', '']], [['--mode', 'c']], [['--pattern', '{']]])(
    'refuse %j',
    (args) => {
      expect(() => parse(...args)).toThrow(/invalid/);
    },
  );
});

describe('target names', () => {
  it.each([
    ['q_proj,v_proj', ['q_proj', 'v_proj']],
    ['q_proj', ['q_proj']],
    ['["q_proj", "v_proj"]', ['q_proj', 'v_proj']],
    ['model.layers.0.self_attn.q_proj', ['model.layers.0.self_attn.q_proj']],
    ['all-linear', 'all-linear'],
    ['.*\\.(q|v)_proj', '.*\\.(q|v)_proj'],
  ])('%s', (text, expected) => {
    expect(parseNames(text)).toEqual(expected);
  });
});

describe('train --config', () => {
  function configFile(content: unknown): string {
    const file = join(temporaryDir(), 'run.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }

  it('sorts fields into request, options and training, and lets flags win', async () => {
    const file = await readTrainConfig(
      configFile({
        model: 'm',
        dataset: 'd',
        method: 'lora',
        rank: 4,
        alpha: 8,
        steps: 10,
        training: { seed: 3 },
        targets: 'q_proj,v_proj',
      }),
    );
    const flags = emptyValues();
    flags.methodOptions.rank = 16;
    flags.rest.name = 'mine';
    flags.rest.model = undefined;
    expect(trainRequest(file, flags)).toMatchObject({
      ...{ name: 'mine', model: 'm', dataset: 'd', method: 'lora', backend: 'auto', targets: ['q_proj', 'v_proj'] },
      methodOptions: { rank: 16, alpha: 8 },
      training: { steps: 10, seed: 3 },
    });
  });

  it.each([
    ['an unknown field', { model: 'm', rnak: 4 }, /unknown fields: rnak/],
    ['no object', '[1]', /not a JSON object/],
    ['no JSON', '{', /not a JSON object/],
    ['a training that is no object', { training: 3 }, /training .* must be an object/],
  ])('names the file and %s', async (_, content, message) => {
    const file = configFile(content);
    await expect(readTrainConfig(file)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(message),
      data: { file },
    });
  });

  it('leaves the method to the adapter that the run starts from', () => {
    const flags = emptyValues();
    Object.assign(flags.rest, { model: 'm', dataset: 'd', initAdapter: 'x' });
    expect(trainRequest(emptyValues(), flags).method).toBe('');
    flags.rest.initAdapter = undefined;
    expect(trainRequest(emptyValues(), flags).method).toBe('vera');
  });

  it('has a flag for every field of the request, so that a new one is not forgotten', () => {
    const values = emptyValues();
    const command = new Command().exitOverride();
    addTrainFlags(command, values);
    const given = { name: 'mine', model: 'm', dataset: 'd', evalDataset: 'e', testDataset: 't', method: 'lora' };
    const machine = { backend: 'wasm', device: 'cpu', precision: 'int8', threads: 2, initAdapter: 'a' };
    const asked = { ...given, targets: ['q_proj', 'v_proj'], ...machine };
    expect(Object.keys(asked).toSorted()).toEqual(
      Object.keys(configurationSchema.omit({ methodOptions: true, training: true }).shape).toSorted(),
    );
    const flags = Object.entries(asked).flatMap(([field, value]) => [
      `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      String(value),
    ]);
    command.parse(flags, { from: 'user' });
    expect(trainRequest(emptyValues(), values)).toEqual({ ...asked, methodOptions: {}, training: {} });
  });

  it('says which flag is missing and what it is for', () => {
    expect(graftErrorOf(() => trainRequest(emptyValues(), emptyValues()))).toMatchObject({
      code: 'usage',
      message: '--model is missing: the base model to train on; --dataset is missing: what to train with',
    });
  });

  it('takes --init-adapter as a folder only where there is one', () => {
    const dir = temporaryDir();
    mkdirSync(join(dir, 'poems'));
    expect(adapterPath('.', dir)).toBe(dir);
    expect(adapterPath('poems', dir), 'a folder that holds something else').toBe('poems');
    writeFileSync(join(dir, 'poems', 'adapter_config.json'), '{}');
    expect(adapterPath('poems', dir)).toBe(join(dir, 'poems'));
  });
});
