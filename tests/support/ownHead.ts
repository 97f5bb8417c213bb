/** Models of the fixtures whose config.json ties the head, with a head of their own all the same, as merges have it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSafetensors } from '../../main/formats/safetensors.ts';
import type { SafetensorsTensor } from '../../main/formats/safetensors.ts';
import { fixturePath } from './fixtures.ts';
import { modelDirOf } from './tinyModel.ts';

export interface TiedModel {
  readonly tensors: Map<string, SafetensorsTensor>;
  readonly config: Record<string, unknown>;
  readonly embedding: SafetensorsTensor;
}

export function tiedModel(fixture: string): TiedModel {
  const { tensors } = parseSafetensors(new Uint8Array(readFileSync(join(fixturePath(fixture), 'model.safetensors'))));
  const config = JSON.parse(readFileSync(join(fixturePath(fixture), 'config.json'), 'utf8')) as Record<string, unknown>;
  const embedding =
    tensors.get('model.embed_tokens.weight') ?? tensors.get('transformer.wte.weight') ?? tensors.get('wte.weight');
  if (embedding === undefined) throw new Error(`${fixture} has no embedding`);
  const withoutHead = [...tensors].filter(([name]) => name !== 'lm_head.weight');
  return { tensors: new Map(withoutHead), config: { ...config, tie_word_embeddings: true }, embedding };
}

/** The embedding with its rows in reverse order, float32. */
export function reversedRows({ shape, data }: SafetensorsTensor): SafetensorsTensor {
  const [rows = 0, width = 0] = shape;
  const values = new Float32Array(data.slice().buffer);
  const reversed = Float32Array.from(
    { length: values.length },
    (_, at) => values[(rows - 1 - Math.floor(at / width)) * width + (at % width)] ?? 0,
  );
  return { dtype: 'F32', shape, data: new Uint8Array(reversed.buffer) };
}

export function dirWithHead({ tensors, config }: TiedModel, head?: SafetensorsTensor): string {
  return modelDirOf(head === undefined ? tensors : new Map([...tensors, ['lm_head.weight', head]]), config);
}
