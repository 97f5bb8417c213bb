/**
 * An adapter that was converted before, found without opening adapter or base: the folder belongs to what both hold,
 * and is there only where the conversion went through. No tensors are imported for it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface GgufLoraFile {
  readonly file: string;
  readonly method: string;
}

export const loraFileStem = 'adapter';
export const methodFileName = 'method.txt';

export function loraFileIn(ggufDir: string): string {
  return join(ggufDir, `${loraFileStem}-lora-f16.gguf`);
}

/** Undefined for a folder of before there was a word on the method, too. */
export function keptGgufLora(ggufDir: string): GgufLoraFile | undefined {
  const [file, methodFile] = [loraFileIn(ggufDir), join(ggufDir, methodFileName)];
  if (!existsSync(file) || !existsSync(methodFile)) return undefined;
  return { file, method: readFileSync(methodFile, 'utf8').trim() };
}
