/**
 * Adapter folders of strangers through `adapter import` and `train --init-adapter`: refused by name, and nothing of
 * them stays.
 */
import { cpSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPeftFolder, writePeftFolder, type PeftTensor } from '../../main/formats/peftFolder.ts';
import { parseSafetensors, serializeSafetensors } from '../../main/formats/safetensors.ts';
import { enginesHere } from '../support/enginesHere.ts';
import { fixturePath } from '../support/fixtures.ts';
import { flags, Graft } from './Graft.ts';
import { adapterSchema, datasetSchema, logitsSchema, modelSchema, runSchema } from './jsonContract.ts';
import { expectRefusal } from './refusal.ts';

enginesHere();

const graft = new Graft();
const configFile = 'adapter_config.json';
const weights = 'adapter_model.safetensors';

afterAll(() => graft.dispose());

beforeAll(async () => {
  await graft.done(modelSchema, 'model', 'import', fixturePath('tiny_llama_base'), '--name', 'tiny');
  const rows = join(graft.dir, 'rows.jsonl');
  writeFileSync(rows, '{"input_ids": [1, 2, 3, 4]}\n{"input_ids": [4, 3, 2, 1]}\n');
  await graft.done(datasetSchema, 'dataset', 'import', rows, '--name', 'rows');
});

function spoilt(fixture: string, name: string, spoil: (dir: string) => unknown): string {
  const dir = join(graft.dir, name);
  cpSync(fixturePath(fixture), dir, { recursive: true });
  spoil(dir);
  return dir;
}

function changeConfig(changes: Readonly<Record<string, unknown>>): (dir: string) => void {
  return (dir) => {
    const file = join(dir, configFile);
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...changes }));
  };
}

/** Changes the tensors whose name matches. */
function changeTensors(
  pattern: RegExp,
  change: (tensor: PeftTensor) => PeftTensor | undefined,
): (dir: string) => Promise<void> {
  return async (dir) => {
    const { config, tensors } = readPeftFolder(dir);
    const changed = [...tensors].flatMap(([name, tensor]) => {
      const next = pattern.test(name) ? change(tensor) : tensor;
      return next ? [[name, next] as const] : [];
    });
    await writePeftFolder(dir, { config, tensors: new Map(changed) });
  };
}

const withColumns =
  (more: number) =>
  ({ shape: [rows = 0, columns = 0] }: PeftTensor): PeftTensor => {
    return { dtype: 'F32', shape: [rows, columns + more], data: new Uint8Array(4 * rows * (columns + more)) };
  };

const linkTo = (target: string, file: string) => (dir: string) => {
  rmSync(join(dir, file));
  symlinkSync(target, join(dir, file));
};

interface Case {
  readonly fixture?: string;
  readonly spoil: (dir: string) => unknown;
  readonly file?: string;
  readonly field?: RegExp;
}

const cases: Readonly<Record<string, Case>> = {
  'truncated weights': {
    spoil: (dir) => writeFileSync(join(dir, weights), readFileSync(join(dir, weights)).subarray(0, -100)),
    file: weights,
  },
  'weights of random bytes': {
    spoil: (dir) => writeFileSync(join(dir, weights), Buffer.alloc(500, 0xf7)),
    file: weights,
  },
  'an empty config': { spoil: (dir) => writeFileSync(join(dir, configFile), ''), file: configFile },
  'control bytes for a config': {
    spoil: (dir) => writeFileSync(join(dir, configFile), Buffer.from([0x7b, 0, 1, 2, 0xff])),
    file: configFile,
  },
  'no config': { spoil: (dir) => rmSync(join(dir, configFile)), file: configFile },
  'an unknown type': { spoil: changeConfig({ peft_type: 'HRA' }), file: configFile, field: /peft_type/ },
  'DoRA magnitudes': { spoil: changeConfig({ use_dora: true }), file: configFile, field: /use_dora/ },
  'another rank than its weights': { spoil: changeConfig({ r: 5 }), field: /lora_A|rank|\br\b/ },
  'a rank that is text': { spoil: changeConfig({ r: 'four' }), file: configFile, field: /\br\b/ },
  // Without A it is anyone's guess; without B PEFT adds nothing there, and so do we.
  'half of a pair': { spoil: changeTensors(/layers\.0\.self_attn\.q_proj\.lora_A/, () => undefined), field: /q_proj/ },
  'layers of a wider base': { spoil: changeTensors(/lora_A/, withColumns(8)), field: /proj/ },
  'weights that are whole numbers': {
    spoil: changeTensors(/lora_A/, ({ shape, data }) => ({ dtype: 'I32', shape, data })),
    field: /lora_A/,
  },
  'weights that are no numbers': {
    spoil: changeTensors(/layers\.0\.self_attn\.q_proj\.lora_B/, ({ dtype, shape, data }) => ({
      dtype,
      shape,
      data: data.map(() => 0xff),
    })),
    file: weights,
    field: /q_proj\.lora_B/,
  },
  'a pickle alone': {
    spoil: (dir) => renameSync(join(dir, weights), join(dir, 'adapter_model.bin')),
    file: 'adapter_model.bin',
  },
  'weights linked from outside': { spoil: linkTo(join(fixturePath('lora_r4_a8'), weights), weights), file: weights },
  'a config linked from outside': {
    spoil: linkTo(join(fixturePath('lora_r4_a8'), configFile), configFile),
    file: configFile,
  },
  'weights linked to a device': { spoil: linkTo('/dev/zero', weights), file: weights },
  'a link to nothing': { spoil: linkTo('nowhere', weights), file: weights },
  'vector indices beyond the bank': {
    fixture: 'vblora_topk2_u8',
    spoil: changeTensors(/topk_indices/, ({ dtype, shape, data }) => ({ dtype, shape, data: data.map(() => 200) })),
    field: /topk_indices|num_vectors/,
  },
  'a vector length that does not divide': {
    fixture: 'vblora_full',
    spoil: changeConfig({ vector_length: 7 }),
    field: /proj/,
  },
  'projections too small for its layers': {
    fixture: 'vera_r8_all_saved',
    spoil: changeTensors(/vera_A/, withColumns(-8)),
    field: /vera_A/,
  },
};

describe('neither imported nor trained on', () => {
  it.each(Object.entries(cases))('an adapter with %s', async (name, { fixture = 'lora_r4_a8', spoil, file, field }) => {
    const dir = spoilt(fixture, name, () => undefined);
    await spoil(dir);
    const said = await expectRefusal(graft, {
      args: ['adapter', 'import', dir, '--model', 'tiny'],
      file: file ?? name,
      field,
    });
    const method = fixture.split('_')[0] ?? '';
    const init = [
      'train',
      ...flags({ model: 'tiny', dataset: 'rows', method, backend: 'wasm', steps: 1 }),
      '--init-adapter',
      dir,
    ];
    const alsoSaid = await expectRefusal(graft, { args: init, file: file ?? name, field });
    expect(alsoSaid.code).toBe(said.code);
    expect(await graft.done(runSchema.array(), 'run', 'list')).toEqual([]);
  });
});

it('an adapter of one base is not used on another', async () => {
  await graft.done(modelSchema, 'model', 'import', writeOneLayerModel(), '--name', 'one-layer');
  await graft.done(
    adapterSchema,
    'adapter',
    'import',
    fixturePath('lora_r4_a8'),
    '--model',
    'tiny',
    '--name',
    'of-tiny',
  );
  await expectRefusal(graft, {
    args: ['adapter', 'import', fixturePath('vblora_full'), '--model', 'one-layer'],
    field: /layers\.1/,
  });
  const where = flags({ model: 'one-layer', adapter: 'of-tiny', ids: '[[1, 2]]', backend: 'wasm' });
  await expectRefusal(graft, { args: ['logits', ...where], field: /of-tiny|one-layer|layers\.1/ });
  await expectRefusal(graft, { args: ['chat', ...flags({ model: 'one-layer', adapter: 'of-tiny', prompt: 'x' })] });
});

it('links that stay inside the folder are followed; the library holds files of its own', async () => {
  const dir = spoilt('lora_r4_a8_rslora', 'inner', (folder) => {
    mkdirSync(join(folder, 'blobs'));
    renameSync(join(folder, weights), join(folder, 'blobs', 'a'));
    symlinkSync(join('blobs', 'a'), join(folder, weights));
  });
  await graft.done(adapterSchema, 'adapter', 'import', dir, '--model', 'tiny', '--name', 'inner');
  rmSync(dir, { recursive: true });
  const { shape } = await graft.done(
    logitsSchema,
    'logits',
    ...flags({ model: 'tiny', adapter: 'inner', ids: '[[1, 2]]', backend: 'wasm' }),
  );
  expect(shape).toEqual([1, 2, 64]);
});

it('a hard link is as good as a file', async () => {
  const dir = spoilt('vera_r8_all_saved', 'hard', (folder) => {
    renameSync(join(folder, weights), join(folder, 'weights'));
    linkSync(join(folder, 'weights'), join(folder, weights));
  });
  expect(await graft.done(adapterSchema, 'adapter', 'import', dir, '--model', 'tiny')).toMatchObject({
    method: 'vera',
    parameters: 624,
  });
});

/** The tiny Llama without its second layer. */
function writeOneLayerModel(): string {
  const dir = join(graft.dir, 'one-layer');
  cpSync(fixturePath('tiny_llama_base'), dir, { recursive: true });
  const config = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8')) as object;
  writeFileSync(join(dir, 'config.json'), JSON.stringify({ ...config, num_hidden_layers: 1 }));
  const { tensors } = parseSafetensors(new Uint8Array(readFileSync(join(dir, 'model.safetensors'))));
  const kept = [...tensors].filter(([name]) => !name.includes('.layers.1.'));
  writeFileSync(join(dir, 'model.safetensors'), serializeSafetensors(new Map(kept)));
  return dir;
}
