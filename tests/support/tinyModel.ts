/** Variants of the tiny Llama of the fixtures, as folders. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSafetensors, serializeSafetensors } from '../../main/formats/safetensors.ts';
import type { SafetensorsTensor } from '../../main/formats/safetensors.ts';
import { temporaryDir } from './temporaryDir.ts';

export const fixturesDir = join(import.meta.dirname, '..', 'fixtures');
export const tinyLlamaDir = join(fixturesDir, 'tiny_llama_base');
export const tinyGguf = join(fixturesDir, 'gguf_tiny_llama.gguf');

export function readTinyConfig(): Record<string, unknown> {
  return JSON.parse(readFileSync(join(tinyLlamaDir, 'config.json'), 'utf8')) as Record<string, unknown>;
}

export function readTinyTensors(): Map<string, SafetensorsTensor> {
  return new Map(parseSafetensors(new Uint8Array(readFileSync(join(tinyLlamaDir, 'model.safetensors')))).tensors);
}

/** A model folder with this config and these tensors, as one file. */
export function modelDirOf(
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  config: Readonly<Record<string, unknown>> = readTinyConfig(),
): string {
  const dir = join(temporaryDir(), 'tiny');
  mkdirSync(dir);
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
  writeFileSync(join(dir, 'model.safetensors'), serializeSafetensors(tensors));
  return dir;
}

/** The same model in two shards with an index; `change` may spoil the index. */
export function shardedDir(change: (weightMap: Record<string, string>) => void = () => undefined): string {
  const dir = join(temporaryDir(), 'sharded');
  cpSync(tinyLlamaDir, dir, { recursive: true });
  rmSync(join(dir, 'model.safetensors'));
  const tensors = [...readTinyTensors()];
  const weightMap: Record<string, string> = {};
  for (const [i, part] of [tensors.slice(0, 9), tensors.slice(9)].entries()) {
    const file = `model-0000${i + 1}-of-00002.safetensors`;
    writeFileSync(join(dir, file), serializeSafetensors(new Map(part)));
    for (const [name] of part) weightMap[name] = file;
  }
  change(weightMap);
  writeFileSync(join(dir, 'model.safetensors.index.json'), JSON.stringify({ metadata: {}, weight_map: weightMap }));
  return dir;
}
