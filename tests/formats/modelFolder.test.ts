import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { GgufBytes } from '../support/ggufBytes.ts';
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

const names = (files: readonly string[]): string[] => files.map((file) => basename(file));

describe('inspectModel', () => {
  it('describes a Hugging Face folder', () => {
    const model = inspectModel(tinyLlamaDir);
    expect(model).toMatchObject({
      format: 'safetensors',
      name: 'tiny_llama_base',
      sizeBytes: 92848,
      hasTokenizer: false,
      licence: null,
    });
    expect(names(model.contentFiles)).toEqual(['model.safetensors', 'config.json']);
    expect(names(model.otherFiles)).toEqual(['config.json', 'generation_config.json']);
    expect(model.shape.parameterCount).toBe(22688);
  });

  it('describes a GGUF as the config.json of the same model would', () => {
    const model = inspectModel(tinyGguf);
    const { linears, normEpsilon, ...sizes } = inspectModel(tinyLlamaDir).shape;
    expect(model).toMatchObject({ format: 'gguf', name: 'gguf_tiny_llama', licence: 'apache-2.0', otherFiles: [] });
    expect(model.shape).toMatchObject(sizes);
    expect(model.shape.linears).toEqual(linears);
    expect(model.shape.normEpsilon).toBe(Math.fround(normEpsilon));
  });

  it('takes shards, the licence of the model card, and both files that name an end of text', () => {
    const dir = shardedDir();
    writeFileSync(join(dir, 'README.md'), '---\r\nlanguage: en\r\nlicense: "mit"\r\n---\r\n# Tiny\r\nlicense: other');
    writeFileSync(join(dir, 'generation_config.json'), '{"eos_token_id": [2, 7]}');
    writeFileSync(join(dir, 'tokenizer.json'), '{}');
    const model = inspectModel(dir);
    expect(model).toMatchObject({ licence: 'mit', hasTokenizer: true });
    expect(model.shape.eosTokenIds).toEqual([2, 7]);
    expect(names(model.weightFiles)).toEqual(['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']);
    expect(names(model.otherFiles)).toContain('model.safetensors.index.json');
  });

  it('names a model of the Hugging Face cache by its repository, not by its hash', () => {
    const dir = join(temporaryDir(), 'models--Some--Tiny-Llama', 'snapshots', '0123abcd');
    mkdirSync(dir, { recursive: true });
    cpSync(tinyLlamaDir, dir, { recursive: true });
    expect(inspectModel(dir).name).toBe('Tiny-Llama');
  });

  it('refuses an unknown family, listing the known ones', () => {
    const dir = modelDirOf(readTinyTensors(), { ...readTinyConfig(), model_type: 'mamba' });
    const error = graftErrorOf(() => inspectModel(dir));
    expect(error).toMatchObject({ code: 'unsupported', data: { file: join(dir, 'config.json'), field: 'model_type' } });
    expect(error.message).toContain('Known: llama');
    const gguf = join(temporaryDir(), 'x.gguf');
    writeFileSync(gguf, new GgufBytes({ entries: 1 }).stringEntry('general.architecture', 'rwkv').toBytes());
    expect(graftErrorOf(() => inspectModel(gguf))).toMatchObject({
      code: 'unsupported',
      data: { field: 'general.architecture' },
    });
  });

  it('refuses a GGUF adapter and a part of a split model as what they are', () => {
    const file = (bytes: GgufBytes): string => {
      const path = join(temporaryDir(), 'x.gguf');
      writeFileSync(path, bytes.toBytes());
      return path;
    };
    const adapter = file(new GgufBytes({ entries: 1 }).stringEntry('general.type', 'adapter'));
    expect(graftErrorOf(() => inspectModel(adapter)).data.field).toBe('general.type');
    const part = file(new GgufBytes({ entries: 1 }).u32Entry('split.count', 3));
    expect(graftErrorOf(() => inspectModel(part)).message).toContain('one of 3 parts');
  });

  it('asks for config.json where only weights are', () => {
    const dir = modelDirOf(readTinyTensors());
    rmSync(join(dir, 'config.json'));
    expect(graftErrorOf(() => inspectModel(dir)).data.file).toBe(join(dir, 'config.json'));
  });
});
