/** The tiny Llama as a GGUF with a byte-level tokenizer, written by our own export: what llama.cpp can chat with. */
import { cpSync, mkdirSync } from 'node:fs';
import { writeExport } from '../../main/engine/writeExport.ts';
import { backendSettings } from './backends.ts';
import { writeByteLevelTokenizer } from './byteLevelTokenizer.ts';
import { fixturePath } from './fixtures.ts';

/** Writes the model folder (and one that it comes from beside it) and gives it back. */
export async function writeTinyGguf(dir: string): Promise<string> {
  const modelDir = `${dir}-speaking`;
  cpSync(fixturePath('tiny_llama_base'), modelDir, { recursive: true });
  writeByteLevelTokenizer(modelDir, 64);
  mkdirSync(dir, { recursive: true });
  await exportGguf(modelDir, dir);
  return dir;
}

/** A model as a GGUF in float32, into an empty folder. */
export async function exportGguf(modelDir: string, outDir: string): Promise<void> {
  const about = { modelDir, adapterDir: null, baseModel: 'tiny', fileStem: 'tiny', title: 'Tiny' };
  const job = { settings: backendSettings.cpu, to: 'merged-gguf', options: { dtype: 'f32' }, outDir, ...about };
  await writeExport(job, { signal: new AbortController().signal, onEvent: () => undefined });
}
