/**
 * Models that are broken, lying, hostile or unknown, through `model import`: refused by name, and nothing of them
 * stays.
 */
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fixturePath } from '../support/fixtures.ts';
import { GgufBytes } from '../support/ggufBytes.ts';
import { Graft } from './Graft.ts';
import { modelSchema } from './jsonContract.ts';
import { expectRefusal } from './refusal.ts';

const graft = new Graft();

afterAll(() => graft.dispose());

beforeAll(async () => {
  await graft.done(modelSchema.array(), 'model', 'list'); // makes the data folder
});

/** A copy of the tiny Llama, spoilt. */
function spoilt(name: string, spoil: (dir: string) => void): string {
  const dir = join(graft.dir, name);
  cpSync(fixturePath('tiny_llama_base'), dir, { recursive: true });
  spoil(dir);
  return dir;
}

function changeConfig(changes: Readonly<Record<string, unknown>>): (dir: string) => void {
  return (dir) => {
    const file = join(dir, 'config.json');
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...changes }));
  };
}

/** Rewrites the header of model.safetensors; the data stays where it is. */
function changeHeader(change: (header: string) => string): (dir: string) => void {
  return (dir) => {
    const file = join(dir, 'model.safetensors');
    const bytes = readFileSync(file);
    const end = 8 + Number(bytes.readBigUInt64LE(0));
    const header = Buffer.from(change(bytes.subarray(8, end).toString('utf8')));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    writeFileSync(file, Buffer.concat([length, header, bytes.subarray(end)]));
  };
}

const weights = 'model.safetensors';

const folders: Readonly<
  Record<string, { readonly spoil: (dir: string) => void; readonly file: string; readonly field?: RegExp }>
> = {
  'truncated safetensors': {
    spoil: (dir) => writeFileSync(join(dir, weights), readFileSync(join(dir, weights)).subarray(0, -1_000)),
    file: weights,
  },
  'safetensors cut in its header': {
    spoil: (dir) => writeFileSync(join(dir, weights), readFileSync(join(dir, weights)).subarray(0, 100)),
    file: weights,
  },
  'a header length of 2⁶²': {
    spoil: (dir) => {
      const bytes = readFileSync(join(dir, weights));
      bytes.writeBigUInt64LE(2n ** 62n);
      writeFileSync(join(dir, weights), bytes);
    },
    file: weights,
  },
  'a header that is no JSON': { spoil: changeHeader((header) => header.replace('{', '(')), file: weights },
  'offsets beyond the file': {
    spoil: changeHeader((header) => header.replace(/"data_offsets":\[(\d+),(\d+)\]/, '"data_offsets":[$1,999999999]')),
    file: weights,
    field: /weight/,
  },
  'a shape that is not its bytes': {
    spoil: changeHeader((header) => header.replace('"shape":[64,32]', '"shape":[64,31]')),
    file: weights,
    field: /weight/,
  },
  'a dtype that no weight has': {
    spoil: changeHeader((header) => header.replaceAll('"F32"', '"I32"')),
    file: 'a dtype that no',
    field: /weight/,
  },
  'a dtype that does not exist': {
    spoil: changeHeader((header) => header.replaceAll('"F32"', '"F99"')),
    file: weights,
    field: /dtype|weight/,
  },
  'a missing tensor': {
    spoil: changeHeader((header) =>
      header.replace('model.layers.1.mlp.up_proj.weight', 'model.layers.1.mlp.other.weight'),
    ),
    file: 'a missing tensor',
    field: /up_proj/,
  },
  'shapes of another config': {
    spoil: changeConfig({ intermediate_size: 128 }),
    file: 'shapes of another config',
    field: /mlp/,
  },
  'heads that do not divide': {
    spoil: changeConfig({ num_attention_heads: 5 }),
    file: 'config.json',
    field: /num_attention_heads|head/,
  },
  'a negative layer count': {
    spoil: changeConfig({ num_hidden_layers: -2 }),
    file: 'config.json',
    field: /num_hidden_layers/,
  },
  'text for a number': { spoil: changeConfig({ hidden_size: 'wide' }), file: 'config.json', field: /hidden_size/ },
  'sizes beyond all memory': {
    spoil: changeConfig({ vocab_size: 2 ** 40 }),
    file: '',
    field: /vocab_size|embed_tokens/,
  },
  'an unknown model type': { spoil: changeConfig({ model_type: 'mamba' }), file: 'config.json', field: /model_type/ },
  'control bytes for a config': {
    spoil: (dir) => writeFileSync(join(dir, 'config.json'), Buffer.from([0, 1, 2, 255])),
    file: 'config.json',
  },
  'no config at all': { spoil: (dir) => rmSync(join(dir, 'config.json')), file: 'config.json' },
  'pickles alone': {
    spoil: (dir) => renameSync(join(dir, weights), join(dir, 'pytorch_model.bin')),
    file: 'pytorch_model.bin',
  },
  'an index that leads out': {
    spoil: (dir) => {
      renameSync(join(dir, weights), join(dir, '..', 'outside.safetensors'));
      const map = { 'model.embed_tokens.weight': '../outside.safetensors' };
      writeFileSync(join(dir, `${weights}.index.json`), JSON.stringify({ metadata: {}, weight_map: map }));
    },
    file: 'index.json',
    field: /weight_map|outside/,
  },
  'a broken tokenizer': {
    spoil: (dir) => writeFileSync(join(dir, 'tokenizer.json'), '{"model": 3}'),
    file: 'tokenizer.json',
  },
};

it.each(Object.entries(folders))('a folder with %s', async (name, { spoil, file, field }) => {
  await expectRefusal(graft, { args: ['model', 'import', spoilt(name, spoil)], file, field });
});

const tinyGguf = readFileSync(fixturePath('gguf_tiny_llama.gguf'));
const architecture = (bytes: GgufBytes): GgufBytes => bytes.stringEntry('general.architecture', 'llama');

const ggufs: Readonly<Record<string, { readonly bytes: Uint8Array; readonly field?: RegExp }>> = {
  truncated: { bytes: tinyGguf.subarray(0, -2_000) },
  'cut in its header': { bytes: tinyGguf.subarray(0, 300) },
  'of no bytes': { bytes: new Uint8Array() },
  'of another magic': { bytes: new GgufBytes({ magic: 'GGML' }).toBytes() },
  'of an unknown version': { bytes: new GgufBytes({ version: 77 }).toBytes(), field: /version/ },
  'that claims 2⁶³ tensors': { bytes: new GgufBytes({ tensors: 2n ** 63n }).toBytes() },
  'that claims 2⁴⁰ entries': { bytes: new GgufBytes({ entries: 2n ** 40n }).toBytes() },
  'with a string of 2⁶⁰ bytes': { bytes: new GgufBytes({ entries: 1 }).u64(2n ** 60n).toBytes() },
  'of an unknown architecture': {
    bytes: new GgufBytes({ entries: 1 }).stringEntry('general.architecture', 'mamba').toBytes(),
    field: /architecture/,
  },
  'with a tensor of an unknown type': {
    bytes: architecture(new GgufBytes({ entries: 1, tensors: 1 }))
      .tensor({ name: 'x', shape: [32], type: 250, offset: 0 })
      .data(128),
    field: /type/,
  },
  'with a tensor beyond its end': {
    bytes: architecture(new GgufBytes({ entries: 1, tensors: 1 }))
      .tensor({ name: 'x', shape: [2 ** 20], type: 0, offset: 2 ** 30 })
      .data(128),
  },
  'without the sizes of its model': { bytes: architecture(new GgufBytes({ entries: 1 })).toBytes(), field: /llama\./ },
};

it.each(Object.entries(ggufs))('a GGUF file %s', async (_name, { bytes, field }) => {
  const file = join(graft.dir, 'broken.gguf');
  writeFileSync(file, bytes);
  await expectRefusal(graft, { args: ['model', 'import', file], file: 'broken.gguf', field });
});

it.each([
  ['nothing that is there', 'gone', undefined],
  ['a pickle', 'model.pt', Buffer.from('\u0080\u0002}q')],
  ['a text', 'notes.txt', Buffer.from('hello')],
])('%s is no model', async (_what, name, bytes) => {
  const file = join(graft.dir, name);
  if (bytes) writeFileSync(file, bytes);
  await expectRefusal(graft, { args: ['model', 'import', file], file: name });
});

it('after all of that the library is empty, and a sound model made of links goes in', async () => {
  expect(await graft.done(modelSchema.array(), 'model', 'list')).toEqual([]);
  const dir = join(graft.dir, 'snapshot');
  mkdirSync(dir);
  for (const file of ['config.json', weights]) symlinkSync(join(fixturePath('tiny_llama_base'), file), join(dir, file));
  expect(await graft.done(modelSchema, 'model', 'import', dir)).toMatchObject({ name: 'snapshot', parameters: 22_688 });
});
