import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { llamaFamily } from '../../main/contract/families/llama.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { float32ToBfloat16 } from '../../main/formats/floats.ts';
import { floatsFromBytes, parseSafetensors, serializeSafetensors } from '../../main/formats/safetensors.ts';
import { openWeights } from '../../main/formats/weightSource.ts';
import { familyFixtures } from '../engine/models/familyFixtures.ts';
import { fixturePath } from '../support/fixtures.ts';
import { graftErrorOf } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import {
  modelDirOf,
  readTinyConfig,
  readTinyTensors,
  shardedDir,
  tinyGguf,
  tinyLlamaDir,
} from '../support/tinyModel.ts';

const shape = llamaFamily.parseConfig(readTinyConfig(), 'config.json');
const expected = new Map([...readTinyTensors()].map(([name, { dtype, data }]) => [name, floatsFromBytes(dtype, data)]));

function readAll(dir: string): Map<string, Float32Array> {
  const weights = openWeights(dir, llamaFamily, shape);
  try {
    return new Map([...expected.keys()].map((name) => [name, weights.readFloat32(name)]));
  } finally {
    weights.close();
  }
}

describe('openWeights', () => {
  it('reads one file and shards alike', () => {
    expect(readAll(tinyLlamaDir)).toEqual(expected);
    expect(readAll(shardedDir())).toEqual(expected);
  });

  it('reads a GGUF with query and key rows put back in order', () => {
    const read = readAll(tinyGguf);
    for (const [name, values] of expected) {
      const largest = Math.max(...values.map(Math.abs));
      const tolerance = name.includes('v_proj') ? largest / 127 : largest * 2 ** -10; // Q8_0, else F16
      const got = read.get(name) ?? new Float32Array();
      for (let i = 0; i < values.length; i++) {
        if (!(Math.abs(got[i] - values[i]) <= tolerance))
          throw new Error(`${name}[${i}]: ${got[i]}, expected ${values[i]}`);
      }
    }
  });

  it('hands out BF16 bits as they are stored, and nothing for other types', () => {
    const tensors = readTinyTensors();
    const name = 'model.layers.0.self_attn.q_proj.weight';
    const bits = float32ToBfloat16(expected.get(name) ?? new Float32Array());
    tensors.set(name, { dtype: 'BF16', shape: [32, 32], data: new Uint8Array(bits.buffer) });
    const weights = openWeights(modelDirOf(tensors), llamaFamily, shape);
    expect([...weights.pieces(name)]).toEqual([{ from: 0, values: bits }]);
    expect([...weights.pieces('model.norm.weight')][0].values).toBeInstanceOf(Float32Array);
    expect(weights.shape(name)).toEqual([32, 32]);
    expect(weights.has('x')).toBe(false);
    expect(graftErrorOf(() => weights.readFloat32('x')).code).toBe('notFound');
    weights.close();
  });

  it('allows a saved copy of a tied head, and old rotary buffers', () => {
    const tied = { ...shape, tiedHead: true };
    const weights = openWeights(tinyLlamaDir, llamaFamily, tied);
    expect(weights.has('lm_head.weight')).toBe(true);
    weights.close();
    const tensors = readTinyTensors().set('model.layers.0.self_attn.rotary_emb.inv_freq', {
      dtype: 'F32',
      shape: [4],
      data: new Uint8Array(16),
    });
    openWeights(modelDirOf(tensors), llamaFamily, shape).close();
  });

  it.skipIf(process.platform === 'win32')('follows links, as the Hugging Face cache has them', () => {
    const dir = temporaryDir();
    for (const name of ['config.json', 'model.safetensors']) symlinkSync(join(tinyLlamaDir, name), join(dir, name));
    expect(readAll(dir)).toEqual(expected);
  });
});

describe('a checkpoint of the bare model, without a prefix', () => {
  /**
   * Of a fixture: the same folder with names as AutoModel.save_pretrained writes them; the head stays where it is not
   * tied.
   */
  const bareDir = (fixture: string): string => {
    const { tensors } = parseSafetensors(new Uint8Array(readFileSync(join(fixturePath(fixture), 'model.safetensors'))));
    const renamed = [...tensors].map(
      ([name, tensor]) => [name.replace(/^(model|transformer|bert|roberta)\./, ''), tensor] as const,
    );
    const config = JSON.parse(readFileSync(join(fixturePath(fixture), 'config.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    return modelDirOf(new Map(renamed), config);
  };
  const weightsOf = (dir: string): Map<string, Float32Array> => {
    const model = inspectModel(dir);
    const weights = openWeights(dir, model.family, model.shape);
    const read = [...model.family.weightShapes(model.shape).keys()].map(
      (name) => [name, weights.readFloat32(name)] as const,
    );
    weights.close();
    return new Map(read);
  };

  it.each([...familyFixtures, 'arch_bert_cls', 'arch_roberta_cls'])(
    '%s is read like one with its prefix',
    (fixture) => {
      expect(weightsOf(bareDir(fixture))).toEqual(weightsOf(fixturePath(fixture)));
    },
  );

  it('without its own head is refused in words that say so, and not as a list of tensors', () => {
    const tensors = readTinyTensors();
    tensors.delete('lm_head.weight');
    const error = graftErrorOf(() => openWeights(modelDirOf(tensors), llamaFamily, shape));
    expect(error).toMatchObject({ code: 'unsupported', data: { field: 'lm_head.weight' } });
    expect(error.message).toContain('without its output head');
  });

  it('with a weight under both names is refused: no one could say which counts', () => {
    const tensors = readTinyTensors();
    tensors.set('norm.weight', tensors.get('model.norm.weight') as NonNullable<ReturnType<typeof tensors.get>>);
    const error = graftErrorOf(() => openWeights(modelDirOf(tensors), llamaFamily, shape));
    expect(error.message).toContain('model.norm.weight is the same weight');
  });
});

describe('misfits', () => {
  it('are all named in one error', () => {
    const tensors = readTinyTensors();
    tensors.delete('model.norm.weight');
    tensors.set('model.layers.0.mlp.up_proj.weight', { dtype: 'F32', shape: [32, 64], data: new Uint8Array(8192) });
    tensors.set('model.layers.0.input_layernorm.weight', { dtype: 'I32', shape: [32], data: new Uint8Array(128) });
    tensors.set('model.layers.0.self_attn.q_proj.bias', { dtype: 'F32', shape: [32], data: new Uint8Array(128) });
    const error = graftErrorOf(() => openWeights(modelDirOf(tensors), llamaFamily, shape));
    expect(error.code).toBe('invalid');
    expect(Object.fromEntries(error.data.problems?.map(({ field, message }) => [field, message]) ?? [])).toEqual({
      'model.norm.weight': 'is missing',
      'model.layers.0.mlp.up_proj.weight': 'has shape [32, 64], expected [64, 32]',
      'model.layers.0.input_layernorm.weight': 'is stored as I32, which cannot be read as weights',
      'model.layers.0.self_attn.q_proj.bias': 'does not belong to a model of this configuration',
    });
  });

  it('of shards: a missing file, a cut one and a tensor in the wrong place together', () => {
    const dir = shardedDir((weightMap) => {
      weightMap['model.norm.weight'] = 'model-00001-of-00002.safetensors';
      weightMap['lm_head.weight'] = 'model-00003-of-00003.safetensors';
    });
    const error = graftErrorOf(() => openWeights(dir, llamaFamily, shape));
    const messages = error.data.problems?.map(({ field, message }) => `${field} ${message}`).join('\n');
    expect(messages).toContain('model-00003-of-00003.safetensors is missing');
    expect(messages).toContain('model.norm.weight is not in');
    const cut = join(dir, 'model-00002-of-00002.safetensors');
    writeFileSync(cut, readFileSync(cut).subarray(0, 500));
    expect(graftErrorOf(() => openWeights(dir, llamaFamily, shape)).message).toContain('not a whole safetensors file');
  });

  /** Field to message, the folder left out. */
  const problemsOf = (dir: string): Record<string, string> => {
    const { problems = [] } = graftErrorOf(() => openWeights(dir, llamaFamily, shape)).data;
    return Object.fromEntries(
      problems.map(({ field, message }) => [field, message].map((text) => text.replaceAll(join(dir, '/'), ''))),
    );
  };
  const shard = (dir: string, number: number): string => join(dir, `model-0000${number}-of-00002.safetensors`);
  const header = (file: string): { readonly text: string; readonly data: Buffer } => {
    const bytes = readFileSync(file);
    const end = 8 + Number(bytes.readBigUInt64LE());
    return { text: bytes.toString('utf8', 8, end), data: bytes.subarray(end) };
  };
  const withHeader = (file: string, text: string): void => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
    writeFileSync(file, Buffer.concat([length, Buffer.from(text), header(file).data]));
  };

  it('of shards that contradict their index: elsewhere, twice, unlisted, and nothing told a second time as missing', () => {
    const dir = shardedDir((weightMap) => {
      weightMap['model.norm.weight'] = 'model-00001-of-00002.safetensors';
      delete weightMap['model.layers.1.mlp.up_proj.weight'];
    });
    const [first, tensors] = [shard(dir, 1), readTinyTensors()];
    const held = new Map([...tensors].slice(0, 9));
    writeFileSync(first, serializeSafetensors(new Map([...held, ...[...tensors].slice(9, 10)])));
    const [twice] = [...tensors.keys()].slice(9);
    expect(problemsOf(dir)).toEqual({
      'model.norm.weight':
        'is not in model-00001-of-00002.safetensors, where the index places it; it is in model-00002-of-00002.safetensors',
      [twice]: 'is in model-00002-of-00002.safetensors and once more in model-00001-of-00002.safetensors',
      'model.layers.1.mlp.up_proj.weight': 'is in model-00002-of-00002.safetensors, but the index does not list it',
    });
  });

  it('of damaged shards: a cut one, overlapping offsets, a dtype that nobody knows', () => {
    const cut = shardedDir();
    writeFileSync(shard(cut, 1), readFileSync(shard(cut, 1)).subarray(0, 3000));
    withHeader(shard(cut, 2), header(shard(cut, 2)).text.replace('"F32"', '"F99"'));
    const both = Object.entries(problemsOf(cut));
    expect(both.map(([field]) => field)).toEqual([
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
    ]);
    expect(both[0][1]).toMatch(/cut off/);
    expect(both[1][1]).toMatch(/dtype "F99" is not one of/);
    const overlapping = shardedDir();
    const entries = JSON.parse(header(shard(overlapping, 2)).text) as Record<
      string,
      { shape?: number[]; data_offsets: number[] }
    >;
    const [one, other] = Object.entries(entries).filter(([, entry]) => entry.shape?.join() === '32');
    other[1].data_offsets = one[1].data_offsets;
    withHeader(shard(overlapping, 2), JSON.stringify(entries));
    expect(problemsOf(overlapping)['model-00002-of-00002.safetensors']).toMatch(/overlaps the tensor before it/);
  });

  it('an index that names files elsewhere is refused', () => {
    for (const file of ['../tiny/model.safetensors', '/etc/x.safetensors', 'model.bin', '..\\x.safetensors']) {
      const dir = shardedDir((weightMap) => (weightMap['lm_head.weight'] = file));
      expect(graftErrorOf(() => openWeights(dir, llamaFamily, shape)).data.field).toBe('weight_map.lm_head.weight');
    }
  });

  it('a GGUF of another shape, and one with tensors too many', () => {
    const error = graftErrorOf(() =>
      openWeights(tinyGguf, llamaFamily, { ...shape, layerCount: 1, linears: shape.linears.slice(0, 7) }),
    );
    expect(error.data.problems?.every(({ field }) => field.startsWith('blk.1.'))).toBe(true);
  });
});

describe('what is in the folder', () => {
  const dirWith = (...names: string[]): string => {
    const dir = temporaryDir();
    for (const name of names) writeFileSync(join(dir, name), '');
    return dir;
  };
  it.each([
    ['a pickle', ['config.json', 'pytorch_model.bin'], 'unsupported', 'pickle'],
    ['pickled shards', ['pytorch_model-00001-of-00002.bin'], 'unsupported', 'pickle'],
    ['an adapter', ['adapter_config.json', 'adapter_model.safetensors'], 'invalid', 'is an adapter'],
    ['several GGUF files', ['a.gguf', 'b.gguf'], 'invalid', '2 GGUF files: a.gguf, b.gguf'],
    ['nothing', [], 'invalid', 'no weights'],
  ])('%s is refused with a remedy', (_case, names, code, message) => {
    const error = graftErrorOf(() => openWeights(dirWith(...names), llamaFamily, shape));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.data.remedy).toBeTruthy();
  });

  it('files that are no models are refused by name', () => {
    const dir = dirWith('x.pt', 'notes.txt');
    expect(graftErrorOf(() => openWeights(join(dir, 'x.pt'), llamaFamily, shape)).code).toBe('unsupported');
    expect(graftErrorOf(() => openWeights(join(dir, 'notes.txt'), llamaFamily, shape)).code).toBe('invalid');
    expect(graftErrorOf(() => openWeights(join(dir, 'none'), llamaFamily, shape)).code).toBe('notFound');
  });

  it('one GGUF in a folder is taken', () => {
    const dir = temporaryDir();
    mkdirSync(join(dir, 'm'));
    cpSync(tinyGguf, join(dir, 'm', 'tiny.gguf'));
    openWeights(join(dir, 'm'), llamaFamily, shape).close();
    rmSync(dir, { recursive: true });
  });
});
